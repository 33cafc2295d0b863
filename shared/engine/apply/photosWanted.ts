import { isPresent, type LedgerEntry, type PresentEntry } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation, WantedChange } from '../../domain/plan.ts';
import type { LedgerView } from './planList.ts';

export interface WantedPhoto {
  readonly sourceKey: string;
  /** Undefined for a contact that has none at the source. */
  readonly hash: string | undefined;
}

/** The photos of what a pass looked at, be it changed or only written again. */
export function photosWanted(
  changes: readonly WantedChange[],
  operations: readonly PlannedOperation[],
): readonly WantedPhoto[] {
  const seen = changes.filter(({ sight }) => sight === undefined);
  const wanted = [...seen, ...operations.filter(each => 'wanted' in each)];
  const photos = wanted.flatMap(({ sourceKey, wanted: contact }) =>
    contact ? [[sourceKey, contact.photo] as const] : [],
  );
  return [...new Map(photos)].map(([sourceKey, hash]) => ({ sourceKey, hash }));
}

/** How many photos would be written once the operations are done. */
export function countOwedPhotos(
  changes: readonly WantedChange[],
  operations: readonly PlannedOperation[],
  ledger: LedgerView,
): number {
  const created = new Set(operations.filter(({ action }) => action === 'create').map(({ sourceKey }) => sourceKey));
  const owed = photosWanted(changes, operations).filter(
    ({ sourceKey, hash }) => hash !== undefined && (created.has(sourceKey) || lacksPhoto(ledger.get(sourceKey), hash)),
  );
  return owed.length;
}

/** Of a contact that is there, and of the user's one that had no photo of theirs. */
export function lacksPhoto(entry: LedgerEntry | undefined, hash: string): entry is PresentEntry {
  return entry !== undefined && isPresent(entry) && !entry.adoption?.hasPhoto && entry.photo !== hash;
}
