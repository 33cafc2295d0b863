import { chunksOf } from '../../domain/chunks.ts';
import type { DecidedKind, HoldAnswer, HoldDecision } from '../../domain/hold.ts';
import { RowConflict, type RowOperation } from '../../ports/tableStorage.ts';
import {
  checkpointOperation,
  leavingHoldOperation,
  type SnapshotContact,
  type Source,
  type SourceCheckpoint,
  type StoredHold,
  snapshotOperations,
} from '../../store/sources.ts';
import { noteDamageOf } from '../noteDamage.ts';
import type { Services } from '../services.ts';
import { type HoldOf, holdsOf, isOpen } from './openHolds.ts';

const rowsPerTransaction = 99;
/** How long a decision waits for a capture to end, in steps. */
const tries = 20;
const waitBetweenTries = 500;
/** Milliseconds: some fifty transactions of a very large hold, each tried again. */
const rejectionTakesAtMost = 60_000;
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
  services: Pick<Services, 'clock' | 'openSource'>,
): Promise<HoldAnswer> {
  const source = services.openSource(listId);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await source.readCheckpoint();
    if (!stored) return { kind: 'nothingHeld' };
    if (stored.checkpoint.capturingUntil <= services.clock.now()) {
      try {
        return await decide(source, stored, decision, services.clock.now());
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
    await services.clock.wait(waitBetweenTries);
  }
  return { kind: 'busy' };
}

interface StoredCheckpoint {
  readonly checkpoint: SourceCheckpoint;
  readonly etag: string;
}

async function decide(
  source: Source,
  stored: StoredCheckpoint,
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
  const remembering = remember(stored, held.kind, decision, now);
  if (held.kind === 'mailboxes') await decideMailboxes(held.hold, decision, source, remembering, mailboxes?.etag);
  else await decideContacts(held.hold, decision, source, remembering, now);
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
  { checkpoint, etag }: StoredCheckpoint,
  kind: DecidedKind,
  { removals }: HoldDecision,
  now: number,
): StoredCheckpoint {
  const decided = [...checkpoint.decided.filter(({ at }) => at > now - remembered), { kind, removals, at: now }];
  return { checkpoint: { ...checkpoint, decided }, etag };
}

function decidedHold(hold: StoredHold, { decision }: HoldDecision): StoredHold {
  return { ...hold, decision: decision === 'approve' ? 'approved' : 'rejected' };
}

async function decideMailboxes(
  hold: StoredHold,
  decision: HoldDecision,
  source: Source,
  stored: StoredCheckpoint,
  etag: string | undefined,
): Promise<void> {
  await source.write([
    leavingHoldOperation(decidedHold(hold, decision), etag),
    checkpointOperation(stored.checkpoint, stored.etag),
  ]);
}

async function decideContacts(
  hold: StoredHold,
  decision: HoldDecision,
  source: Source,
  stored: StoredCheckpoint,
  now: number,
): Promise<void> {
  if (decision.decision === 'reject') return rejectRemovals(source, stored, hold, now);
  const decided = { ...stored.checkpoint, hold: decidedHold(hold, decision) };
  await source.write([checkpointOperation(decided, stored.etag)]);
}

/** Over several transactions, during which no capture and no other decision begins: an approval would find some of it. */
async function rejectRemovals(
  source: Source,
  { checkpoint, etag }: StoredCheckpoint,
  { removals }: StoredHold,
  now: number,
): Promise<void> {
  const { hold: _hold, ...rest } = checkpoint;
  const snapshot = await noteDamageOf(source, source.readSnapshot);
  const rows = snapshot
    .filter(({ removal }) => removal === 'held')
    .map(row => ({ ...row, removal: 'rejected' as const }));
  const kept = snapshot.filter(({ removal }) => removal === 'rejected').length + rows.length;
  const meanwhile = { ...checkpoint, capturingUntil: now + rejectionTakesAtMost };
  await writeRows(source, { checkpoint: meanwhile, etag }, { ...rest, kept, rejectedRemovals: removals }, rows);
}

/**
 * Contacts that stay because their removal was rejected go after all. An approval of the very number that was rejected
 * may be meant for that hold, by somebody who has not heard of the rejection: it has to name what it means.
 */
async function decideKept(
  source: Source,
  stored: StoredCheckpoint,
  decision: HoldDecision,
  isRepeated: boolean,
  now: number,
): Promise<HoldAnswer> {
  const unheld: HoldAnswer = isRepeated ? { kind: 'alreadyDecided', kept: 0 } : { kind: 'nothingHeld' };
  if (decision.kind === 'mailboxes') return unheld;
  const { hold } = stored.checkpoint;
  if (hold) return hold.decision === 'open' ? { kind: 'othersWait' } : { kind: 'alreadyDecided', kept: 0 };
  const rows = (await noteDamageOf(source, source.readSnapshot)).filter(({ removal }) => removal === 'rejected');
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
  const pending = rows.map(row => ({ ...row, removal: 'held' as const }));
  // The hold comes with the first rows: without it a crash in between would leave them pending and unseen.
  const checkpoint = { ...remember(stored, 'kept', decision, now).checkpoint, hold: approved };
  await writeRows(source, { checkpoint, etag: stored.etag }, { ...checkpoint, kept: 0 }, pending);
  return { kind: 'decided' };
}

/**
 * All rows and then the checkpoint, each transaction guarded by it.
 *
 * @param before what the checkpoint is until the last transaction
 */
async function writeRows(
  source: Source,
  { checkpoint: before, etag }: StoredCheckpoint,
  after: SourceCheckpoint,
  rows: readonly SnapshotContact[],
): Promise<void> {
  const operations = rows.flatMap((row): RowOperation[] => snapshotOperations(row, row.ids));
  const parts = chunksOf(operations, rowsPerTransaction);
  const last = parts.pop() ?? [];
  let guard = etag;
  for (const part of parts) guard = await write(part, before);
  await write(last, after);

  async function write(part: readonly RowOperation[], checkpoint: SourceCheckpoint): Promise<string> {
    const etags = await source.write([...part, checkpointOperation(checkpoint, guard)]);
    return etags.at(-1) ?? '';
  }
}
