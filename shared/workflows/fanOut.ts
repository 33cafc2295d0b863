import { isDue } from '../core/dueMailboxes.ts';
import { type Hold, holdLeavingMailboxes } from '../core/safeguards.ts';
import { type ContactList, settingsFingerprint } from '../settings/contactList.ts';
import type { Problem, Progress, ProgressTable, Wanted } from '../state/progress.ts';
import type { ResolvedTargets } from './resolveTargets.ts';

/** One list's mailboxes that get a message. */
export interface DueMailboxes {
  readonly list: ContactList;
  readonly head: number;
  readonly mailboxes: readonly string[];
  /** Members that the list skips and that were not skipped before. */
  readonly newlySkipped: readonly string[];
  readonly problems: readonly Problem[];
}

export interface FanOutQuestion {
  readonly list: ContactList;
  readonly head: number;
  readonly targets: ResolvedTargets;
  /** Only this mailbox, and at once, whatever its state. */
  readonly onlyMailbox: string | undefined;
  readonly now: number;
  readonly messagePatience: number;
}

/** Writes down who is wanted, and finds the mailboxes that are due (design: Fanning out). */
export async function findDueMailboxes(question: FanOutQuestion, progress: ProgressTable): Promise<DueMailboxes> {
  const { list, head, targets, onlyMailbox, now, messagePatience } = question;
  const rows = new Map((await progress.readAll(list.id)).map(row => [row.mailboxId, row]));
  const { changes, hold } = whatChanged(list, targets, rows);
  await progress.note(list.id, changes);

  const wanted = new Map(changes.map(change => [change.mailboxId, change]));
  const goal = { head, settings: settingsFingerprint(list), now, messagePatience };
  const ids = new Set([...rows.keys(), ...wanted.keys()]);
  const due = [...ids].filter(id => {
    const standing = { ...newStanding, ...rows.get(id), ...wanted.get(id) };
    if (onlyMailbox !== undefined) return id === onlyMailbox && standing.wanted !== 'skipped';
    return isDue(standing, goal);
  });
  const problems = [...targets.problems];
  if (hold) problems.push(describeHold(hold));
  if (onlyMailbox !== undefined && !ids.has(onlyMailbox)) {
    problems.push({ code: 'NotATarget', detail: 'The mailbox is not a target of the list' });
  }
  const newlySkipped = changes.filter(change => change.wanted === 'skipped').map(({ mailboxId }) => mailboxId);
  return { list, head, mailboxes: due, newlySkipped, problems };
}

const newStanding = {
  wanted: 'target' as Wanted,
  state: 'behind' as const,
  position: -1,
  settings: '',
  dueAt: 0,
  sentHead: -1,
  sentSettings: '',
  sentAt: 0,
  fullAsked: false,
};

interface WantedChange {
  readonly mailboxId: string;
  readonly wanted: Wanted;
  readonly skipReason: string;
}

function whatChanged(
  list: ContactList,
  targets: ResolvedTargets,
  rows: ReadonlyMap<string, Progress>,
): { changes: WantedChange[]; hold: Hold | undefined } {
  const changes: WantedChange[] = [];
  for (const mailboxId of targets.mailboxes) {
    const row = rows.get(mailboxId);
    const mayJoin = row !== undefined || targets.exclusionsKnown;
    if (row?.wanted !== 'target' && mayJoin) changes.push({ mailboxId, wanted: 'target', skipReason: '' });
  }
  for (const [mailboxId, skipReason] of targets.skipped) {
    if (rows.get(mailboxId)?.wanted !== 'skipped') changes.push({ mailboxId, wanted: 'skipped', skipReason });
  }
  const { leaving, hold } = whoLeaves(list, targets, rows);
  changes.push(...leaving.map(mailboxId => ({ mailboxId, wanted: 'leaving' as const, skipReason: '' })));
  return { changes, hold };
}

/** Nobody leaves unless every target was read; a group that suddenly shrank waits for a decision. */
function whoLeaves(
  list: ContactList,
  targets: ResolvedTargets,
  rows: ReadonlyMap<string, Progress>,
): { leaving: string[]; hold: Hold | undefined } {
  if (!targets.complete || list.whenTargetLeaves === 'leave') return { leaving: [], hold: undefined };
  const members = [...rows.values()].filter(({ wanted }) => wanted !== 'leaving');
  const leaving = members
    .map(({ mailboxId }) => mailboxId)
    .filter(id => !targets.mailboxes.has(id) && !targets.skipped.has(id));
  const question = { removals: leaving.length, recentRemovals: 0, of: members.length };
  const hold = holdLeavingMailboxes(question, list.safeguards);
  return { leaving: hold ? [] : leaving, hold };
}

function describeHold({ reason, removals, of }: Hold): Problem {
  const detail = `${removals} of ${of} mailboxes would leave the list at once: nothing is cleaned up. Check the groups; raise safeguards.maxRemovals or maxRemovalShare if this is meant`;
  return { code: reason, detail };
}
