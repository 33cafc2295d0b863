import { type Adoption, afterWrite, categoriesGiven, writtenFields } from '../../domain/adoption.ts';
import { doubtfulCategories } from '../../domain/categories.ts';
import { day } from '../../domain/durations.ts';
import { type FieldFingerprints, inDoubt } from '../../domain/fingerprint.ts';
import {
  isPresent,
  type LedgerEntry,
  photoFactsOf,
  type Refusal,
  refusalOf,
  withoutContact,
} from '../../domain/ledgerEntry.ts';
import type { WantedContact } from '../../domain/plan.ts';
import { isOtherPosition, withoutAdoption } from '../../domain/stamp.ts';
import { type ContentTask, type Execution, isPatch, type PatchTask, type Task } from './execution.ts';
import { writesEmailAddresses } from './omissions.ts';

/** @param omitted Graph's code for what the contact was written without */
export function recordWritten(task: ContentTask, contactId: string, { ledger }: Execution, omitted?: string): void {
  const { sourceKey, wanted } = task;
  const { contact, fingerprints, version, ownCategories } = wanted;
  const before = ledger.get(sourceKey);
  const adoption = isPatch(task) && before?.adoption ? afterWrite(before.adoption, contact, task.fields) : undefined;
  const categories = adoption ? categoriesGiven(adoption, contact) : (ownCategories ?? contact.categories);
  const omission = writesEmailAddresses(task) ? omitted : before?.omission;
  const isAmbiguous = task.action === 'create' ? task.reason === 'ambiguous' : before?.ambiguous;
  ledger.put({
    sourceKey,
    state: 'written',
    contactId,
    fields: { ...(before && adoption && printsLeft(before.fields, adoption)), ...fingerprints },
    version,
    ...(categories ? { categories } : {}),
    ...(adoption ? { adoption } : {}),
    ...(isAmbiguous ? { ambiguous: true } : {}),
    ...(isPatch(task) && photoFactsOf(before)),
    ...(omission === undefined ? {} : { omission }),
  });
  ledger.count(countedAs(task));
  if (task.action === 'create' && isAmbiguous) ledger.count('ambiguous');
}

/** Of what we wrote into fields that the mapping has left out since, by which it is known when it is given back. */
function printsLeft(fields: FieldFingerprints, adoption: Adoption): FieldFingerprints {
  const own = new Set<string>(writtenFields(adoption));
  return Object.fromEntries(Object.entries(fields).filter(([field]) => own.has(field)));
}

function countedAs(task: ContentTask): 'created' | 'adopted' | 'updated' {
  if (task.action === 'create') return 'created';
  return task.reason === 'adopted' ? 'adopted' : 'updated';
}

/** The contact is the user's again. */
export function recordGivenBack({ sourceKey }: Task, { ledger }: Execution): void {
  ledger.count('givenBack');
  ledger.remove(sourceKey, 'givenBack');
}

export function recordDeleted({ action, sourceKey }: Task, { ledger }: Execution): void {
  ledger.count('deleted');
  if (action === 'deleteDuplicate') ledger.settled(sourceKey);
  else ledger.remove(sourceKey, 'removed');
}

export function recordAbsent(sourceKey: string, wanted: WantedContact, { ledger }: Execution): void {
  const adoption = ledger.get(sourceKey)?.adoption;
  const { fingerprints: fields, version } = wanted;
  ledger.put({ sourceKey, state: 'deletedByUser', fields, version, ...(adoption && { adoption }) });
}

/** What the user deleted comes back only when the source changed it: not for other settings alone. */
export function comesBack(task: ContentTask, { ledger }: Execution): boolean {
  const { sourceKey, wanted } = task;
  const entry = ledger.get(sourceKey);
  // What the user deleted before it was ours is no choice about ours.
  if (task.action === 'adopt' && task.reason === 'adopted') return true;
  return !entry || entry.state === 'missing' || isOtherPosition(wanted.version, entry.version);
}

export function createInstead(task: PatchTask, execution: Execution): Task {
  const { sourceKey } = task;
  const wanted = { ...task.wanted, version: withoutAdoption(task.wanted.version) };
  const entry = execution.ledger.get(sourceKey);
  // That the user deleted it is only known once its stamp was looked for: the whole mailbox may have been replaced.
  if (entry && comesBack(task, execution)) execution.ledger.put(withoutContact(entry, 'missing'));
  return { action: 'create', sourceKey, wanted, reason: 'goneAndChanged' };
}

/**
 * Keeps what was last written, so that the fields are compared with the truth when it is tried again.
 *
 * @param doubtful the write may have been done all the same
 */
export function recordRefused(
  task: Task,
  { code, detail }: { code: string; detail: string },
  doubtful: boolean,
  execution: Execution,
): void {
  const { ledger, tools } = execution;
  const entry = entryOf(task, execution);
  const attempts = (refusalOf(entry)?.attempts ?? 0) + 1;
  const retryAt = tools.clock.now() + waitAfterRefusal(attempts);
  const trouble: Refusal = { kind: 'refused', code, detail, attempts, retryAt };
  ledger.put({ ...(doubtful ? doubt(task, entry) : entry), trouble });
  ledger.count('failed');
}

/** Nothing tells yet whether it is the contact's fault that its write fails. */
export function recordSuspect(task: Task, since: number, execution: Execution): void {
  execution.ledger.put({ ...doubt(task, entryOf(task, execution)), trouble: { kind: 'suspected', since } });
}

/** The fields that a patch may have written are in doubt, and no other: what the user changed in those stays. */
function doubt(task: Task, entry: LedgerEntry): LedgerEntry {
  if (!isPresent(entry)) return entry;
  if (!isPatch(task)) return { ...entry, state: 'unknown' };
  const { categories } = entry;
  return {
    ...entry,
    fields: inDoubt(entry.fields, task.fields),
    ...(categories && { categories: doubtfulCategories(categories, task.wanted.contact.categories ?? []) }),
  };
}

/** What the ledger says of a task's contact; of one that was never written, that nothing of ours is there. */
export function entryOf({ sourceKey }: Task, { ledger }: Execution): LedgerEntry {
  const unwritten = { sourceKey, state: 'missing', fields: {}, version: '' } as const;
  return ledger.get(sourceKey) ?? unwritten;
}

/** 5 minutes, then four times longer each time, a day at most. */
export function waitAfterRefusal(attempts: number): number {
  return Math.min(300_000 * 4 ** (attempts - 1), day);
}
