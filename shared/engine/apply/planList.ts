import { type LedgerEntry, photoRetryOf, refusalOf } from '../../domain/ledgerEntry.ts';
import type { Start } from '../../domain/mailboxPhase.ts';
import { type PlannedOperation, planChange, type WantedChange } from '../../domain/plan.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { MailboxPartition } from '../../store/mailboxes.ts';
import { type Goal, nothingWanted, type Wanted, type WantedReader } from '../wanted/index.ts';

/** Above this many keys the list's whole ledger is read at once. */
const mostSingleReads = 20;

/** What the ledger of a mailbox says, as far as it was read. */
export interface LedgerView {
  get(sourceKey: string): LedgerEntry | undefined;
  entries(): Iterable<LedgerEntry>;
}

/** An operation with the ledger's entry that it was planned from. */
export interface PlannedFrom {
  readonly operation: PlannedOperation;
  readonly entry: LedgerEntry | undefined;
  /** Of a change of the source: epoch milliseconds of the capture that found it, where that is known. */
  readonly changedAt?: number | undefined;
}

export interface PlanQuestion {
  readonly list: SyncedList;
  readonly reader: WantedReader;
  readonly leaving: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly wanted: Wanted;
  readonly goal: Goal;
  readonly ledger: LedgerView;
  /** Source keys that have to be looked at although the source did not change them. */
  readonly inDoubt: readonly string[];
}

/**
 * What is wanted of a mailbox: the changes since where it starts, or nothing at all of one that leaves.
 * The sync and the preview both ask here, so that they cannot differ.
 */
export async function readWantedOf(
  { list, reader, leaving }: Pick<PlanQuestion, 'list' | 'reader' | 'leaving'>,
  start: Start,
  goal: Goal,
): Promise<Wanted> {
  return leaving ? nothingWanted : reader.readWanted(list, start, goal);
}

/** With refused contacts and photos too, so that their reasons stay in sight. */
export function needsWholeLedger(
  { extent, changes }: Wanted,
  { failed, photosDueAt }: Pick<MailboxCheckpoint, 'failed' | 'photosDueAt'>,
): boolean {
  return extent === 'snapshot' || failed > 0 || photosDueAt > 0 || changes.length > mostSingleReads;
}

/** The ledger's rows that the plan needs. */
export function readLedgerOf(
  partition: MailboxPartition,
  list: Pick<SyncedList, 'id'>,
  wanted: Wanted,
  whole: boolean,
): Promise<LedgerEntry[]> {
  return whole ? partition.readLedger(list.id) : partition.readLedgerEntries(list.id, wanted.changes.map(keyOf));
}

/** What to do in the mailbox, contact by contact, and what that is planned from (rules.md: Applying, 5 and 6). */
export async function planList(
  question: PlanQuestion,
): Promise<{ readonly changes: readonly WantedChange[]; readonly operations: readonly PlannedOperation[] }> {
  const { list, reader, leaving, ledger } = question;
  const { managedFields } = reader.mappingOf(list).mapping;
  const policy = { managedFields, removals: leaving ? ('delete' as const) : list.removals };
  const changes = await completeChanges(question);
  return { changes, operations: changes.map(change => planChange(change, ledger.get(change.sourceKey), policy)) };
}

/** Adds the keys that have to be looked at although the source did not change them. */
async function completeChanges({
  list,
  reader,
  now,
  wanted,
  goal,
  ledger,
  inDoubt,
}: PlanQuestion): Promise<readonly WantedChange[]> {
  const named = new Set(wanted.changes.map(keyOf));
  const entries = [...ledger.entries()].filter(({ sourceKey }) => !named.has(sourceKey));
  if (wanted.extent === 'snapshot') {
    return [...wanted.changes, ...entries.map(({ sourceKey }) => ({ sourceKey, wanted: null }))];
  }
  const due = entries.filter(
    entry => (refusalOf(entry)?.retryAt ?? Infinity) <= now || (photoRetryOf(entry)?.at ?? Infinity) <= now,
  );
  const others = new Set([...due.map(keyOf), ...inDoubt]);
  const missing = [...others].filter(key => !named.has(key));
  return [...wanted.changes, ...(await reader.readContacts(list, missing, goal))];
}

function keyOf({ sourceKey }: { readonly sourceKey: string }): string {
  return sourceKey;
}
