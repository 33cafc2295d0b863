import type { Clock } from '../../ports/clock.ts';
import { RowConflict } from '../../ports/tableStorage.ts';
import {
  checkpointOperation,
  leavingHoldOperation,
  type SnapshotContact,
  type Source,
  type SourceCheckpoint,
  snapshotOperation,
} from '../../state/sources.ts';

const rowsPerTransaction = 99;
/** How long a decision waits for a capture to end, in steps. */
const tries = 20;
const waitBetweenTries = 500;

export interface HoldDecision {
  readonly decision: 'approve' | 'reject';
  /** The number of removals that the admin was shown. */
  readonly removals: number;
}

export type HoldAnswer =
  | { readonly kind: 'decided' }
  | { readonly kind: 'nothingHeld' }
  /** The number is another by now: look again before deciding. */
  | { readonly kind: 'otherNumber'; readonly shown: number }
  /** A capture of the list is under way and does not end. */
  | { readonly kind: 'busy' };

export interface HoldServices {
  readonly clock: Clock;
  readonly openSource: (listId: string) => Source;
}

/**
 * Decides removals that wait (design: Safeguards): of contacts, or of mailboxes that would leave if the number is only
 * theirs. Approve only marks the hold, and the next run carries out what is still pending after it read the source.
 * Reject keeps the contacts in the targets until the source has them again, or someone approves after all with the
 * number of those kept.
 */
export async function decideHold(listId: string, decision: HoldDecision, services: HoldServices): Promise<HoldAnswer> {
  const source = services.openSource(listId);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await source.readCheckpoint();
    if (!stored) return { kind: 'nothingHeld' };
    if (stored.checkpoint.capturingUntil <= services.clock.now()) {
      try {
        return await decide(source, stored.checkpoint, stored.etag, decision);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
    await services.clock.wait(waitBetweenTries);
  }
  return { kind: 'busy' };
}

async function decide(
  source: Source,
  checkpoint: SourceCheckpoint,
  etag: string,
  decision: HoldDecision,
): Promise<HoldAnswer> {
  const { hold } = checkpoint;
  const leaving = await source.readLeavingHold();
  const namesContacts = hold?.decision === 'open' && hold.removals === decision.removals;
  const namesLeaving = leaving?.hold.removals === decision.removals;
  if (hold && (namesContacts || !namesLeaving)) {
    return decideContacts(source, { ...checkpoint, hold }, etag, decision);
  }
  if (leaving) {
    if (leaving.hold.removals !== decision.removals) return { kind: 'otherNumber', shown: leaving.hold.removals };
    const decided = decision.decision === 'approve' ? ('approved' as const) : ('rejected' as const);
    await source.write([leavingHoldOperation({ ...leaving.hold, decision: decided }, leaving.etag)]);
    return { kind: 'decided' };
  }
  const kept = decision.decision === 'approve' ? (await source.readSnapshot()).filter(row => row.kept) : [];
  if (kept.length === 0) return { kind: 'nothingHeld' };
  if (kept.length !== decision.removals) return { kind: 'otherNumber', shown: kept.length };
  const approved = {
    reason: 'TooManyRemovals',
    removals: kept.length,
    of: checkpoint.contacts,
    since: checkpoint.capturedAt,
    decision: 'approved' as const,
  };
  const rows = kept.map(row => ({ ...row, kept: false, pending: true }));
  await writeRows(source, { ...checkpoint, hold: approved }, etag, rows);
  return { kind: 'decided' };
}

async function decideContacts(
  source: Source,
  checkpoint: SourceCheckpoint & { readonly hold: NonNullable<SourceCheckpoint['hold']> },
  etag: string,
  { decision, removals }: HoldDecision,
): Promise<HoldAnswer> {
  const { hold, ...withoutHold } = checkpoint;
  if (hold.removals !== removals) return { kind: 'otherNumber', shown: hold.removals };
  if (decision === 'approve') {
    await source.write([checkpointOperation({ ...checkpoint, hold: { ...hold, decision: 'approved' } }, etag)]);
    return { kind: 'decided' };
  }
  const pending = (await source.readSnapshot()).filter(row => row.pending);
  const rows = pending.map(row => ({ ...row, pending: false, kept: true }));
  await writeRows(source, withoutHold, etag, rows, checkpoint);
  return { kind: 'decided' };
}

/** All rows and then the checkpoint, each transaction guarded by it, so that a crash in between leaves the hold. */
async function writeRows(
  source: Source,
  after: SourceCheckpoint,
  etag: string,
  rows: readonly SnapshotContact[],
  before: SourceCheckpoint = after,
): Promise<void> {
  let guard = etag;
  for (let start = 0; start === 0 || start < rows.length; start += rowsPerTransaction) {
    const last = start + rowsPerTransaction >= rows.length;
    const operations = rows.slice(start, start + rowsPerTransaction).map(snapshotOperation);
    const etags = await source.write([...operations, checkpointOperation(last ? after : before, guard)]);
    guard = etags.at(-1) ?? '';
  }
}
