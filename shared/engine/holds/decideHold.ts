import { hour } from '../../domain/durations.ts';
import type { DecidedKind, HoldAnswer, HoldDecision } from '../../domain/hold.ts';
import { decided, decisionOn } from '../../domain/sourceChanges.ts';
import type { UncapturedList } from '../../store/betweenCaptures.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { StoredHold } from '../../store/storedHold.ts';
import { noteDamageOf } from '../noteDamage.ts';
import type { Services } from '../services.ts';
import { type HoldOf, holdsOf, isOpen } from './openHolds.ts';

/** Milliseconds, in which the same decision once more is taken for a repetition. */
const remembered = hour;

/**
 * Decides what waits (rules.md: Safeguards, Held removals). Approve only marks the hold, and the next run carries out
 * what is still pending after it read the source. Reject keeps the contacts in the targets until the source has them
 * again, or someone approves after all with the number of those kept. A hold is decided once: who decides it a second
 * time, perhaps on a page that is out of date, is told so.
 */
export async function decideHold(
  listId: string,
  decision: HoldDecision,
  { clock, openListPartition, leaseMilliseconds }: Pick<Services, 'clock' | 'openListPartition' | 'leaseMilliseconds'>,
): Promise<HoldAnswer> {
  const partition = openListPartition(listId);
  return partition.betweenCaptures<HoldAnswer>(clock, leaseMilliseconds, async (list, now) =>
    list ? decide(partition, list, decision, now) : { kind: 'nothingHeld' },
  );
}

async function decide(
  partition: ListPartition,
  list: UncapturedList,
  decision: HoldDecision,
  now: number,
): Promise<HoldAnswer> {
  const mailboxes = await partition.readLeavingHold();
  const holds = holdsOf(list.checkpoint, mailboxes);
  const open = holds.filter(isOpen);
  const isRepeated = wasDecided(decision, list.checkpoint, holds, now);
  if (decision.kind === 'kept') return decideKept(partition, list, decision, isRepeated, now);
  const meant = decision.kind === undefined ? open : holds.filter(({ kind }) => kind === decision.kind);
  const [held, another] = meant;
  if (another) return { kind: 'severalHeld' };
  if (!held && decision.kind === undefined && holds.length > 0) return { kind: 'alreadyDecided', kept: 0 };
  if (!held && open[0] && !isRepeated) return { kind: 'anotherWaits', waiting: open[0].kind };
  if (!held) return decideKept(partition, list, decision, isRepeated, now);
  if (!isOpen(held)) return { kind: 'alreadyDecided', kept: 0 };
  if (held.hold.removals !== decision.removals) return { kind: 'otherNumber', shown: held.hold.removals };
  if (decision.kind === undefined && isRepeated) return { kind: 'maybeRepeated', waiting: held.kind };
  const remembering = remember(list.checkpoint, held.kind, decision, now);
  if (held.kind === 'contacts') await decideContacts(held.hold, decision, partition, list, remembering);
  else if (mailboxes) await list.decideLeavingHold(mailboxes, decidedHold(held.hold, decision), remembering);
  return { kind: 'decided' };
}

/** Whether that number was decided just before, of the decision's kind if it names one. */
function wasDecided(
  { kind, removals }: HoldDecision,
  { decided }: SourceCheckpoint,
  holds: readonly HoldOf[],
  now: number,
): boolean {
  const waiting = holds.filter(hold => !isOpen(hold)).map(hold => ({ kind: hold.kind, removals: hold.hold.removals }));
  return [...decided.filter(({ at }) => at > now - remembered), ...waiting].some(
    before => before.removals === removals && (kind === undefined || before.kind === kind),
  );
}

function remember(
  checkpoint: SourceCheckpoint,
  kind: DecidedKind,
  { removals }: HoldDecision,
  now: number,
): SourceCheckpoint {
  const decided = [...checkpoint.decided.filter(({ at }) => at > now - remembered), { kind, removals, at: now }];
  return { ...checkpoint, decided };
}

function decidedHold(hold: StoredHold, { decision }: HoldDecision): StoredHold {
  return { ...hold, decision: decision === 'approve' ? 'approved' : 'rejected' };
}

async function decideContacts(
  hold: StoredHold,
  decision: HoldDecision,
  partition: ListPartition,
  list: UncapturedList,
  remembering: SourceCheckpoint,
): Promise<void> {
  if (decision.decision === 'reject') return rejectRemovals(partition, list, remembering, hold);
  await list.approveRemovals({ ...remembering, hold: decidedHold(hold, decision) });
}

async function rejectRemovals(
  partition: ListPartition,
  list: UncapturedList,
  remembering: SourceCheckpoint,
  { removals }: StoredHold,
): Promise<void> {
  const { hold: _hold, ...rest } = remembering;
  const snapshot = await noteDamageOf(partition, partition.readSnapshot);
  const rows = snapshot.filter(row => decisionOn(row) === 'held').map(row => decided(row, 'rejected'));
  const kept = snapshot.filter(row => decisionOn(row) === 'rejected').length + rows.length;
  await list.rejectRemovals(rows, remembering, { ...rest, kept, rejectedRemovals: removals });
}

/**
 * Contacts that stay because their removal was rejected go after all. An approval of the very number that was rejected
 * may be meant for that hold, by somebody who has not heard of the rejection: it has to name what it means.
 */
async function decideKept(
  partition: ListPartition,
  list: UncapturedList,
  decision: HoldDecision,
  isRepeated: boolean,
  now: number,
): Promise<HoldAnswer> {
  const unheld: HoldAnswer = isRepeated ? { kind: 'alreadyDecided', kept: 0 } : { kind: 'nothingHeld' };
  if (decision.kind === 'mailboxes') return unheld;
  const { hold, rejectedRemovals, contacts, capturedAt } = list.checkpoint;
  if (hold) return hold.decision === 'open' ? { kind: 'othersWait' } : { kind: 'alreadyDecided', kept: 0 };
  const rows = (await noteDamageOf(partition, partition.readSnapshot)).filter(row => decisionOn(row) === 'rejected');
  if (rows.length === 0) return unheld;
  const { removals } = decision;
  if (
    decision.decision === 'reject' ||
    decision.kind === 'contacts' ||
    (decision.kind === undefined && isRepeated) ||
    (decision.kind === undefined && removals === rejectedRemovals)
  ) {
    return { kind: 'alreadyDecided', kept: rows.length };
  }
  if (rows.length !== removals) return { kind: 'otherNumber', shown: rows.length };
  const approved: StoredHold = {
    reason: 'TooManyRemovals',
    removals,
    of: contacts,
    since: capturedAt,
    decision: 'approved',
  };
  const pending = rows.map(row => decided(row, 'held'));
  // The hold comes with the first rows: without it a crash in between would leave them pending and unseen.
  const checkpoint = { ...remember(list.checkpoint, 'kept', decision, now), hold: approved };
  await list.approveKept(pending, checkpoint, { ...checkpoint, kept: 0 });
  return { kind: 'decided' };
}
