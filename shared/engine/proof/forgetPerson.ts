import type { Forgotten } from '../../api/proof.ts';
import { isHeld } from '../../domain/lease.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import type { ReadCheckpoint } from '../../store/sourceCheckpoint.ts';
import { betweenCaptures } from '../betweenCaptures.ts';
import { forgetUnneeded } from '../fan-out/forgetPhotos.ts';
import { requestResync } from '../fan-out/requestResync.ts';
import type { Services } from '../services.ts';
import { openAddressPrints } from './addressPrints.ts';
import { enterJournal } from './enterJournal.ts';
import { findPerson } from './findPerson.ts';
import { type ProofServices, type ProvenList, proveContacts } from './proveRemoval.ts';

/** Milliseconds between the clock of storage, which tells whole seconds, and that of a host. */
const clocksDiffer = 60_000;

type ForgetServices = ProofServices &
  Pick<Services, 'newId' | 'listIndex' | 'photos' | 'runs' | 'captureQueue' | 'leaseMilliseconds'>;

export type ForgetAnswer =
  | { readonly kind: 'forgotten'; readonly forgotten: Forgotten }
  /** The source has the person, or a decision keeps them. */
  | { readonly kind: 'inSource'; readonly removal: 'none' | 'held' | 'rejected' }
  | { readonly kind: 'unknown' }
  /** The list is being captured, which may bring the person back. */
  | { readonly kind: 'busy' };

/**
 * Removes at once all that the list kept of a person who is gone from its source: what they were, in the journal, and
 * their photo. What stays are source keys and keyed hashes of addresses, by which a proof still finds them (design:
 * Forget). Again does the same, and nothing more.
 *
 * @throws SecretUnavailable: nobody could find the person any more
 * @throws DamagedRow
 */
export async function forgetPerson(
  proven: ProvenList,
  keyOrAddress: string,
  services: ForgetServices,
): Promise<ForgetAnswer> {
  return betweenCaptures<ForgetAnswer>(services.openSource(proven.id), services, async stored =>
    forget(proven, keyOrAddress, stored, services),
  );
}

async function forget(
  proven: ProvenList,
  keyOrAddress: string,
  stored: ReadCheckpoint | undefined,
  services: ForgetServices,
): Promise<ForgetAnswer> {
  const { id } = proven;
  const { contacts } = await findPerson(id, keyOrAddress, services);
  const present = contacts.find(({ row }) => row !== undefined)?.row;
  if (present) return { kind: 'inSource', removal: decisionOn(present) };
  const known = contacts.filter(({ removedAt }) => removedAt !== undefined);
  if (known.length === 0) return { kind: 'unknown' };
  await enterJournal(id, await openAddressPrints(services.sourceAdapters.readSecret), services);
  const keys = new Set(known.map(({ sourceKey }) => sourceKey));
  const nothing = { changes: 0, photos: [] };
  const { changes, photos } = stored ? await services.openSource(id).forgetContent(keys, stored) : nothing;
  const removed = photos.length > 0 ? await forgetPhotosOf(photos, services) : 0;
  const { totals } = await proveContacts(proven, { contacts: known, notes: [] }, services);
  const forgotten = { contacts: known.length, changes, photos: removed, stillThere: totals.there };
  const isAhead = totals.there > 0 && proven.list?.rollout !== undefined;
  const run = isAhead ? { runId: await requestResync([proven], undefined, 'incremental', services) } : {};
  return { kind: 'forgotten', forgotten: { ...forgotten, ...run } };
}

/**
 * What any capture that is under way has stored may be named in a moment, and stays: it goes with the others that nobody
 * needs. Resolves with the number of those that went.
 */
async function forgetPhotosOf(hashes: readonly string[], services: ForgetServices): Promise<number> {
  const { clock, leaseMilliseconds, listIndex, openSource } = services;
  const now = clock.now();
  const lists = await Promise.all((await listIndex.readAll()).map(id => openSource(id).readSealedCheckpoint()));
  const underWay = lists.flatMap(list => {
    const { capturingUntil = 0, captureStartedAt = now } = list?.checkpoint ?? {};
    return isHeld(capturingUntil, now, leaseMilliseconds) ? [captureStartedAt] : [];
  });
  const before = Math.min(now, ...underWay) - clocksDiffer;
  return forgetUnneeded(({ hash, putAt }) => hashes.includes(hash) && putAt < before, services);
}
