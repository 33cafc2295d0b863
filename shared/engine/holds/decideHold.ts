import type { DecidedKind, HoldAnswer, HoldDecision } from '../../domain/hold.ts';
import { decided, decisionOn } from '../../domain/sourceChanges.ts';
import type { ReadCheckpoint, SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { Source } from '../../store/sources.ts';
import type { StoredHold } from '../../store/storedHold.ts';
import { betweenCaptures, decisionTakesAtMost } from '../betweenCaptures.ts';
import { noteDamageOf } from '../noteDamage.ts';
import type { Services } from '../services.ts';
import { type HoldOf, holdsOf, isOpen } from './openHolds.ts';

/** Milliseconds, in which the same decision once more is taken for a repetition. */
const remembered = 3_600_000;

/**
 * Decides what waits (design: Safeguards). Approve only marks the hold, and the next run carries out what is still
 * pending after it read the source. Reject keeps the contacts in the targets until the source has them again, or someone
 * approves after all with the number of those kept. A hold is decided once: who decides it a second time, perhaps on a
 * page that is out of date, is told so.
 */
export async function decideHold(
  listId: string,
  decision: HoldDecision,
  services: Pick<Services, 'clock' | 'openSource' | 'leaseMilliseconds'>,
): Promise<HoldAnswer> {
  const source = services.openSource(listId);
  return betweenCaptures<HoldAnswer>(source, services, async (stored, now) =>
    stored ? decide(source, stored, decision, now) : { kind: 'nothingHeld' },
  );
}

async function decide(
  source: Source,
  stored: ReadCheckpoint,
  decision: HoldDecision,
  now: number,
): Promise<HoldAnswer> {
  const mailboxes = await source.readLeavingHold();
  const holds = holdsOf(stored.checkpoint, mailboxes);
  const open = holds.filter(isOpen);
  const isRepeated = wasDecided(decision, stored.checkpoint, holds, now);
  if (decision.kind === 'kept') return decideKept(source, stored, decision, isRepeated, now);
  const meant = decision.kind === undefined ? open : holds.filter(({ kind }) => kind === decision.kind);
  const [held, another] = meant;
  if (another) return { kind: 'severalHeld' };
  if (!held && decision.kind === undefined && holds.length > 0) return { kind: 'alreadyDecided', kept: 0 };
  if (!held && open[0] && !isRepeated) return { kind: 'anotherWaits', waiting: open[0].kind };
  if (!held) return decideKept(source, stored, decision, isRepeated, now);
  if (!isOpen(held)) return { kind: 'alreadyDecided', kept: 0 };
  if (held.hold.removals !== decision.removals) return { kind: 'otherNumber', shown: held.hold.removals };
  if (decision.kind === undefined && isRepeated) return { kind: 'maybeRepeated', waiting: held.kind };
  const remembering = remember(stored.checkpoint, held.kind, decision, now);
  if (held.kind === 'contacts') await decideContacts(held.hold, decision, source, stored, remembering, now);
  else if (mailboxes) {
    await source.decideLeavingHold(mailboxes, decidedHold(held.hold, decision), stored, remembering);
  }
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
  source: Source,
  stored: ReadCheckpoint,
  remembering: SourceCheckpoint,
  now: number,
): Promise<void> {
  if (decision.decision === 'reject') return rejectRemovals(source, stored, remembering, hold, now);
  await source.replaceCheckpoint(stored, { ...remembering, hold: decidedHold(hold, decision) });
}

/** Over several transactions, during which no capture and no other decision begins: an approval would find some of it. */
async function rejectRemovals(
  source: Source,
  stored: ReadCheckpoint,
  remembering: SourceCheckpoint,
  { removals }: StoredHold,
  now: number,
): Promise<void> {
  const { hold: _hold, ...rest } = remembering;
  const snapshot = await noteDamageOf(source, source.readSnapshot);
  const rows = snapshot.filter(row => decisionOn(row) === 'held').map(row => decided(row, 'rejected'));
  const kept = snapshot.filter(row => decisionOn(row) === 'rejected').length + rows.length;
  const meanwhile = { ...remembering, capturingUntil: now + decisionTakesAtMost };
  await source.changeRemovals(rows, stored, meanwhile, { ...rest, kept, rejectedRemovals: removals });
}

/**
 * Contacts that stay because their removal was rejected go after all. An approval of the very number that was rejected
 * may be meant for that hold, by somebody who has not heard of the rejection: it has to name what it means.
 */
async function decideKept(
  source: Source,
  stored: ReadCheckpoint,
  decision: HoldDecision,
  isRepeated: boolean,
  now: number,
): Promise<HoldAnswer> {
  const unheld: HoldAnswer = isRepeated ? { kind: 'alreadyDecided', kept: 0 } : { kind: 'nothingHeld' };
  if (decision.kind === 'mailboxes') return unheld;
  const { hold } = stored.checkpoint;
  if (hold) return hold.decision === 'open' ? { kind: 'othersWait' } : { kind: 'alreadyDecided', kept: 0 };
  const rows = (await noteDamageOf(source, source.readSnapshot)).filter(row => decisionOn(row) === 'rejected');
  if (rows.length === 0) return unheld;
  const { removals } = decision;
  if (
    decision.decision === 'reject' ||
    decision.kind === 'contacts' ||
    (decision.kind === undefined && isRepeated) ||
    (decision.kind === undefined && removals === stored.checkpoint.rejectedRemovals)
  ) {
    return { kind: 'alreadyDecided', kept: rows.length };
  }
  if (rows.length !== removals) return { kind: 'otherNumber', shown: rows.length };
  const approved: StoredHold = {
    reason: 'TooManyRemovals',
    removals,
    of: stored.checkpoint.contacts,
    since: stored.checkpoint.capturedAt,
    decision: 'approved',
  };
  const pending = rows.map(row => decided(row, 'held'));
  // The hold comes with the first rows: without it a crash in between would leave them pending and unseen.
  const checkpoint = { ...remember(stored.checkpoint, 'kept', decision, now), hold: approved };
  await source.changeRemovals(pending, stored, checkpoint, { ...checkpoint, kept: 0 });
  return { kind: 'decided' };
}
