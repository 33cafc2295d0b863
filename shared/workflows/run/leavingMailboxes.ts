import { type Hold, holdLeavingMailboxes } from '../../core/safeguards.ts';
import type { Problem, Progress } from '../../state/progress.ts';
import { leavingHoldOperation, type Source, type StoredHold } from '../../state/sources.ts';
import type { FanOutList } from './fanOut.ts';
import type { ResolvedTargets } from './resolveTargets.ts';

const hour = 3_600_000;

export interface LeavingDecision {
  /** Mailboxes that are to be cleaned up. */
  readonly leaving: readonly string[];
  /** Somebody approved that they leave: they are not counted against who leaves next. */
  readonly approved: boolean;
  /** Mailboxes that stay as they are, by the list's policy or because their leaving was rejected. */
  readonly kept: readonly string[];
  readonly problem: Problem | undefined;
  /** How many mailboxes wait for a decision. */
  readonly held: number;
}

const nobody: LeavingDecision = { leaving: [], approved: false, kept: [], problem: undefined, held: 0 };

/**
 * Who is no target any more and is to be cleaned up. Nobody leaves unless every target was read; a group that suddenly
 * shrank, or a list that vanished, waits for a decision (design: Safeguards).
 */
export async function decideLeaving(
  list: FanOutList,
  targets: ResolvedTargets,
  rows: ReadonlyMap<string, Progress>,
  source: Source,
  now: number,
): Promise<LeavingDecision> {
  if (!targets.complete) return nobody;
  const members = [...rows.values()].filter(({ wanted }) => wanted === 'target' || wanted === 'skipped');
  const gone = members
    .map(({ mailboxId }) => mailboxId)
    .filter(id => !targets.mailboxes.has(id) && !targets.skipped.has(id));
  if (list.whenTargetLeaves === 'leave') return { ...nobody, kept: gone };
  const stored = await source.readLeavingHold();
  const recent = [...rows.values()].filter(({ wanted, leftAt }) => wanted === 'leaving' && leftAt > now - hour);
  const question = { removals: gone.length, recentRemovals: recent.length, of: members.length };
  const hold = holdLeavingMailboxes(question, list.safeguards);
  if (!hold || decided(stored?.hold, 'approved', gone.length)) {
    if (stored) await source.write([leavingHoldOperation(undefined)]);
    return { ...nobody, leaving: gone, approved: hold !== undefined };
  }
  if (decided(stored?.hold, 'rejected', gone.length)) {
    await source.write([leavingHoldOperation(undefined)]);
    return { ...nobody, kept: gone };
  }
  if (stored?.hold.removals !== hold.removals || stored.hold.of !== hold.of || stored.hold.decision !== 'open') {
    await source.write([leavingHoldOperation({ ...hold, since: stored?.hold.since ?? now, decision: 'open' })]);
  }
  return { ...nobody, problem: describeHold(hold), held: hold.removals };
}

/** A decision holds for the number that was shown, or fewer. */
function decided(hold: StoredHold | undefined, decision: StoredHold['decision'], gone: number): boolean {
  return hold?.decision === decision && gone <= hold.removals;
}

function describeHold({ reason, removals, of }: Hold): Problem {
  const detail = `${removals} of ${of} mailboxes would leave the list at once: nothing is cleaned up until somebody decides with POST /api/lists/{list}/hold`;
  return { code: reason, detail };
}
