import { isCleanedUp, isDue, isFullDue, type MailboxStanding, type Membership } from '../../domain/dueMailboxes.ts';
import { type CountedMailbox, hasArrived, type ListStanding, standingOf } from '../../domain/listStanding.ts';
import type { MailboxIndex } from '../../store/mailboxes.ts';
import type { Problem, Progress, ProgressTable } from '../../store/progress.ts';
import type { Source } from '../../store/sources.ts';
import type { FanOutList, FanOutQuestion } from './fanOutQuestion.ts';
import { decideMembership } from './leavingMailboxes.ts';
import { readProgress } from './recoverProgress.ts';
import { rememberTargets } from './rememberTargets.ts';
import type { Receivers } from './resolveTargets.ts';

/** One list's mailboxes that get a message. */
export interface DueMailboxes {
  readonly list: FanOutList;
  readonly head: number;
  readonly epoch: number;
  readonly mailboxes: readonly DueMailbox[];
  /** Members that the list skips and that were not skipped before, or that were asked for. */
  readonly skipped: readonly { readonly mailboxId: string; readonly reason: string }[];
  readonly problems: readonly Problem[];
  /** How the list's mailboxes stood before the messages were sent. */
  readonly standing: ListStanding;
  /** Mailboxes whose leaving waits for a decision. */
  readonly leavingHeld: number;
  /** Mailboxes that are targets now and were not before. */
  readonly joined: readonly string[];
}

export interface DueMailbox {
  readonly mailboxId: string;
  readonly full: boolean;
  /** Epoch milliseconds since when it has not been in line. */
  readonly behindSince: number;
}

/** Writes down who is wanted, and finds the mailboxes that are due (design: Fanning out). */
export async function findDueMailboxes(
  question: FanOutQuestion,
  progress: ProgressTable,
  source: Source,
  mailboxIndex: MailboxIndex,
): Promise<DueMailboxes> {
  const { list, head, epoch, targets, onlyMailbox, mode, askedFor, now, messagePatience } = question;
  const known = await readProgress(question, progress, source, mailboxIndex);
  const rows = new Map(known.map(row => [row.mailboxId, row]));
  const membership = await decideMembership(list, targets, rows, source, now);
  const { receivers, leaving, approved, kept, problem, held } = membership;
  const problems = [...targets.problems, ...(problem ? [problem] : [])];
  const joining = whoJoins(receivers, rows, onlyMailbox, now);
  const leftAt = (mailboxId: string) => (approved.has(mailboxId) ? 0 : now);
  const changes = [
    ...joining,
    ...leaving.map(id => ({
      mailboxId: id,
      wanted: 'leaving' as const,
      skipReason: '',
      leftAt: leftAt(id),
      sentAt: 0,
    })),
    ...kept.map(mailboxId => ({ mailboxId, wanted: 'kept' as const, skipReason: '' })),
  ];
  await progress.note(list.id, changes);
  if (targets.reading) await rememberTargets(targets.reading, membership.missing, targets.problems, source);

  const wanted = new Map(changes.map(change => [change.mailboxId, change]));
  const goal = { head, epoch, settings: list.settings, now, messagePatience };
  const ids = new Set([...rows.keys(), ...wanted.keys()]);
  const joins = new Set(joining.map(({ mailboxId }) => mailboxId));
  const counted: CountedMailbox[] = [];
  const due = [...ids].flatMap(mailboxId => {
    const row = { ...newStanding, ...rows.get(mailboxId) };
    const tried = askedFor && mayBeMended(row) ? { dueAt: now } : {};
    // Whatever made a mailbox wait before it joined (again), it is tried at once.
    const noWait = joins.has(mailboxId) ? { dueAt: 0 } : tried;
    const standing = { ...row, ...noWait, ...wanted.get(mailboxId) };
    counted.push(standing);
    const asked = onlyMailbox === undefined ? mode === 'full' : mailboxId === onlyMailbox;
    if (onlyMailbox !== undefined && !asked) return [];
    if (list.vanished && !isCleanedUp(standing.wanted)) return [];
    const forced = asked && (standing.wanted === 'target' || isCleanedUp(standing.wanted));
    if (!forced && !isDue(standing, goal)) return [];
    const full = standing.wanted === 'target' && (mode === 'full' || isFullDue(standing, now));
    const behindSince = hasArrived(standing) ? now : standing.behindSince || now;
    return [{ mailboxId, full, behindSince }];
  });
  const wantedOf = (mailboxId: string) => wanted.get(mailboxId)?.wanted ?? rows.get(mailboxId)?.wanted;
  if (onlyMailbox !== undefined && [undefined, 'kept'].includes(wantedOf(onlyMailbox))) {
    problems.push({ code: 'NotATarget', detail: 'The mailbox is not a target of the list' });
  }
  const skipped = [...receivers.skipped]
    .filter(([mailboxId]) => wanted.get(mailboxId)?.wanted === 'skipped' || mailboxId === onlyMailbox)
    .map(([mailboxId, reason]) => ({ mailboxId, reason }));
  const standing = standingOf(counted, goal);
  const joined = joining.filter(each => each.wanted === 'target').map(({ mailboxId }) => mailboxId);
  return { list, head, epoch, mailboxes: due, skipped, problems, standing, leavingHeld: held, joined };
}

const newStanding: MailboxStanding & CountedMailbox = {
  wanted: 'target',
  state: 'behind',
  position: -1,
  epoch: 0,
  settings: '',
  dueAt: 0,
  sentHead: -1,
  sentSettings: '',
  sentAt: 0,
  fullDueAt: 0,
  behindSince: 0,
  failed: 0,
  goneAt: 0,
};

/** Whether somebody may have done something about why the mailbox waits; what Graph asked to wait for is not that. */
function mayBeMended({ wanted, state }: MailboxStanding): boolean {
  return wanted === 'target' && (state === 'failed' || state === 'skipped');
}

/**
 * Targets and skipped members whose row says otherwise. Nobody joins while an exclusion could not be read, and who was
 * cleared only when it is asked for by itself. A message that was sent before asked for something else: it does not
 * count as on its way.
 */
function whoJoins(
  targets: Receivers,
  rows: ReadonlyMap<string, Progress>,
  onlyMailbox: string | undefined,
  now: number,
): { mailboxId: string; wanted: Membership; skipReason: string; sentAt?: number; decidedAt?: number }[] {
  const wantedNow = (id: string) => rows.get(id)?.wanted;
  const staysCleared = (id: string) => wantedNow(id) === 'cleared' && id !== onlyMailbox;
  const mayJoin = (id: string) => wantedNow(id) !== 'target' && !staysCleared(id);
  const joining = targets.exclusionsKnown ? [...targets.mailboxes].filter(mayJoin) : [];
  const isSkipped = (id: string, reason: string) => wantedNow(id) === 'skipped' && rows.get(id)?.skipReason === reason;
  const decisionAbout = (id: string) => {
    if (id === onlyMailbox) return { decidedAt: now };
    return wantedNow(id) === 'unknown' ? { decidedAt: 0 } : {};
  };
  const skipped = [...targets.skipped].filter(([id, reason]) => !isSkipped(id, reason) && wantedNow(id) !== 'cleared');
  return [
    ...joining.map(mailboxId => ({
      mailboxId,
      wanted: 'target' as const,
      skipReason: '',
      sentAt: 0,
      ...decisionAbout(mailboxId),
    })),
    ...skipped.map(([mailboxId, skipReason]) => ({ mailboxId, wanted: 'skipped' as const, skipReason })),
  ];
}
