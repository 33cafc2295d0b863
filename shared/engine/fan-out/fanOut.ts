import { type Audience, everybody, hiddenUpTo, withHiddenUpTo } from '../../domain/audience.ts';
import { chunksOf } from '../../domain/chunks.ts';
import { type FanOutGoal, isCleanedUp, isDue, isFullDue, type MailboxStanding } from '../../domain/dueMailboxes.ts';
import {
  addStandings,
  type CountedMailbox,
  hasArrived,
  type ListStanding,
  noMailboxes,
  standingOf,
} from '../../domain/listStanding.ts';
import type { SkipReason } from '../../domain/reason.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { MailboxIndex } from '../../store/mailboxes.ts';
import type { FanOutNote, Problem, Progress, ProgressTable } from '../../store/progress.ts';
import { notATarget } from '../notATarget.ts';
import { type Receivers, type ResolvedTargets, storedSkipReason } from '../receivers/index.ts';
import type { FanOutList, FanOutQuestion } from './fanOutQuestion.ts';
import { decideMembership } from './leavingMailboxes.ts';
import { readProgress } from './recoverProgress.ts';
import { rememberTargets } from './rememberTargets.ts';
import { createUnassignedSurvey, type UnassignedSurvey } from './unassignedMailboxes.ts';

/** One list's mailboxes that get a message. */
export interface DueMailboxes {
  readonly list: FanOutList;
  readonly head: number;
  readonly epoch: number;
  /** By their ids. */
  readonly mailboxes: ReadonlyMap<string, DueMailbox>;
  /** Members that the list skips and that were not skipped before, or that were asked for. */
  readonly skipped: readonly { readonly mailboxId: string; readonly reason: SkipReason }[];
  readonly problems: readonly Problem[];
  /** How the list's mailboxes stood before the messages were sent. */
  readonly standing: ListStanding;
  /** Mailboxes whose leaving waits for a decision. */
  readonly leavingHeld: number;
  /** Mailboxes that are targets now and were not before. */
  readonly joined: readonly string[];
}

export interface DueMailbox {
  /** The position and the settings that it is sent to. */
  readonly head: number;
  readonly settings: string;
  readonly full: boolean;
  /** Epoch milliseconds since when it has not been in line. */
  readonly behindSince: number;
}

/**
 * Writes down who is wanted, and finds the mailboxes that are due (rules.md: Fanning out). Goes through the list's rows
 * once and keeps of most of them whether they are due, since a list may have 100,000.
 */
export async function findDueMailboxes(
  question: FanOutQuestion,
  progress: ProgressTable,
  partition: ListPartition,
  mailboxIndex: MailboxIndex,
): Promise<DueMailboxes> {
  const { list, head, epoch, targets, onlyMailbox, now } = question;
  const unassigned = createUnassignedSurvey(targets);
  const { staying, others, due, standing, regrouped } = await surveyRows(
    question,
    readProgress(question, progress, partition, mailboxIndex),
    unassigned,
  );
  const standings = { staying: staying.size, others };
  const membership = await decideMembership(list, targets, standings, partition, now);
  const { receivers, leaving, approved, kept, problem, held } = membership;
  const problems = [...targets.problems, ...(problem ? [problem] : [])];
  const rows = new Map(others.map(row => [row.mailboxId, row]));
  const wantedBefore = (id: string) => (staying.has(id) ? 'target' : rows.get(id)?.wanted);
  const joining = whoJoins(question, receivers, wantedBefore, rows);
  const leftAt = (mailboxId: string) => (approved.has(mailboxId) ? 0 : now);
  const changes: FanOutNote[] = [
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
  await progress.add(
    list.id,
    changes.filter(({ mailboxId }) => !rows.has(mailboxId)),
  );
  await progress.note(
    list.id,
    changes.filter(({ mailboxId }) => rows.has(mailboxId)),
  );
  const released = receivers === targets.released ? whoSeesLess(targets, staying) : [];
  const wanted = new Map(changes.map(change => [change.mailboxId, change]));
  const candidates = [...new Set([...rows.keys(), ...wanted.keys()])].map(
    (mailboxId): Candidate => ({ mailboxId, ...newStanding, ...rows.get(mailboxId), ...wanted.get(mailboxId) }),
  );
  unassigned.add(candidates);
  const receiving = unassigned.regroup();
  const seeing = new Map([...regrouped, ...released, ...receiving].map(each => [each.mailboxId, each]));
  for (const some of chunksOf([...seeing.values()], rowsAtOnce)) await progress.note(list.id, some);
  if (targets.reading) await rememberTargets(targets.reading, membership.missing, targets.problems, partition);

  const changed = candidates.map((candidate): Candidate => ({ ...candidate, ...seeing.get(candidate.mailboxId) }));
  const wantedOf = (mailboxId: string) => wanted.get(mailboxId)?.wanted ?? wantedBefore(mailboxId);
  if (onlyMailbox !== undefined && [undefined, 'kept'].includes(wantedOf(onlyMailbox))) {
    problems.push(notATarget);
  }
  const skipped = [...receivers.skipped]
    .filter(([mailboxId]) => wanted.get(mailboxId)?.wanted === 'skipped' || mailboxId === onlyMailbox)
    .map(([mailboxId, reason]) => ({ mailboxId, reason }));
  return {
    ...{ list, head, epoch, skipped, problems },
    mailboxes: new Map([...due, ...dueAtOnce([...released, ...receiving], question), ...whoIsDue(changed, question)]),
    standing: addStandings(standing, standingTowards(changed, question)),
    leavingHeld: held,
    joined: joining.filter(each => each.wanted === 'target').map(({ mailboxId }) => mailboxId),
  };
}

/** What is known of a mailbox, less what is not asked for here. */
type Candidate = MailboxStanding &
  CountedMailbox & { readonly mailboxId: string; readonly sentRun: string; readonly wantedAudience: Audience };

interface Survey {
  /** Of those that were targets and are, by their ids: up to where it is asked what is hidden from them. */
  readonly staying: ReadonlyMap<string, number>;
  /** Of these, who is due, and how they stand. */
  readonly due: ReadonlyMap<string, DueMailbox>;
  readonly standing: ListStanding;
  /** Rows about which something may have to be decided. */
  readonly others: readonly Progress[];
  /** Mailboxes that see something else than before. */
  readonly regrouped: readonly FanOutNote[];
}

/** Of rows that are changed one by one. */
const rowsAtOnce = 1000;

async function surveyRows(
  question: FanOutQuestion,
  pages: AsyncIterable<readonly Progress[]>,
  unassigned: UnassignedSurvey,
): Promise<Survey> {
  const { mailboxes } = question.targets;
  const staying = new Map<string, number>();
  const due = new Map<string, DueMailbox>();
  const others: Progress[] = [];
  const regrouped: FanOutNote[] = [];
  let standing = noMailboxes;
  for await (const page of pages) {
    const changes = page.flatMap(row => regroup(row, question));
    regrouped.push(...changes);
    const changed = new Map(changes.map(change => [change.mailboxId, change]));
    const rows = page.map((row): Progress => ({ ...row, ...changed.get(row.mailboxId) }));
    const { true: targets = [], false: rest = [] } = Object.groupBy(rows, ({ mailboxId, wanted }) =>
      wanted === 'target' && mailboxes.has(mailboxId) ? 'true' : 'false',
    );
    standing = addStandings(standing, standingTowards(targets, question));
    unassigned.add(targets);
    for (const { mailboxId, wantedAudience } of targets) staying.set(mailboxId, hiddenUpTo(wantedAudience));
    for (const [mailboxId, found] of whoIsDue(targets, question)) due.set(mailboxId, found);
    others.push(...rest);
  }
  return { staying, due, standing, others, regrouped };
}

/** Of those who stay, who is let go of by the groups of rules. */
function whoSeesLess({ seesAsMissing, released }: ResolvedTargets, staying: Survey['staying']): FanOutNote[] {
  const mailboxes = [...seesAsMissing.keys()].filter(id => staying.has(id));
  return mailboxes.map(mailboxId => {
    const wantedAudience = withHiddenUpTo(released.audienceOf(mailboxId), staying.get(mailboxId) ?? 0);
    return { mailboxId, wantedAudience, sentAt: 0 };
  });
}

function dueAtOnce(notes: readonly FanOutNote[], question: FanOutQuestion): [string, DueMailbox][] {
  const { onlyMailbox, now } = question;
  return notes
    .filter(({ mailboxId }) => onlyMailbox === undefined || mailboxId === onlyMailbox)
    .map(({ mailboxId }) => {
      const { head, settings } = goalOf(question, { ...newStanding, mailboxId });
      return [mailboxId, { head, settings, full: false, behindSince: now }];
    });
}

/**
 * What was sent before did not ask for what the mailbox sees now. Who leaves only once somebody has decided so is a
 * target until then, and sees what the rules say.
 */
function regroup(row: Progress, question: FanOutQuestion): (FanOutNote & { wantedAudience: Audience })[] {
  const { mailboxId, wanted, wantedAudience: before, ring: ringBefore } = row;
  const { list, targets } = question;
  if (wanted !== 'target' || list.vanished) return [];
  const wantedAudience = audienceOf(row, targets, question);
  const ring = targets.rings?.of(mailboxId) ?? ringBefore;
  const seen = wantedAudience === before ? {} : { sentAt: 0 };
  return wantedAudience === before && ring === ringBefore ? [] : [{ mailboxId, wantedAudience, ...seen, ring }];
}

/** What a mailbox may see. What became hidden beyond the ceiling of its ring is hidden from it at once. */
function audienceOf(
  row: Pick<Candidate, 'mailboxId' | 'wantedAudience' | 'position' | 'epoch' | 'settings'>,
  receivers: Receivers,
  question: FanOutQuestion,
): Audience {
  const hidden = question.stages?.hiddenBeyond(goalOf(question, row).head) ?? 0;
  return withHiddenUpTo(receivers.audienceOf(row.mailboxId, row.wantedAudience), hidden);
}

/** Of a list with rings the ceiling of the mailbox's ring. */
function goalOf(
  { list, head, epoch, now, messagePatience, stages, targets, onlyMailbox }: FanOutQuestion,
  candidate: Pick<Candidate, 'mailboxId' | 'position' | 'epoch' | 'settings'>,
): FanOutGoal {
  const { mailboxId } = candidate;
  const everywhere = { head, settings: list.settings };
  const goal: Pick<FanOutGoal, 'head' | 'settings'> =
    stages?.of(targets.rings?.of(mailboxId), candidate, mailboxId === onlyMailbox) ?? everywhere;
  return { head: goal.head, settings: goal.settings, epoch, now, messagePatience };
}

function standingTowards(candidates: readonly Candidate[], question: FanOutQuestion): ListStanding {
  const byGoal = Map.groupBy(candidates, candidate => {
    const { head, settings } = goalOf(question, candidate);
    return `${head} ${settings}`;
  });
  return [...byGoal.values()].reduce(
    (sum, some) => (some[0] ? addStandings(sum, standingOf(some, goalOf(question, some[0]))) : sum),
    noMailboxes,
  );
}

function whoIsDue(candidates: readonly Candidate[], question: FanOutQuestion): [string, DueMailbox][] {
  return candidates.flatMap(candidate => {
    const due = findDue(candidate, question);
    return due ? [[candidate.mailboxId, due] as [string, DueMailbox]] : [];
  });
}

function findDue(candidate: Candidate, question: FanOutQuestion): DueMailbox | undefined {
  const { list, onlyMailbox, mode, askedFor, now } = question;
  const { mailboxId, wanted } = candidate;
  const isNamed = onlyMailbox === undefined ? mode === 'full' : mailboxId === onlyMailbox;
  if (onlyMailbox !== undefined && !isNamed) return undefined;
  if (list.vanished && !isCleanedUp(wanted)) return undefined;
  // What somebody asked for is asked of the mailbox once, also when the run goes on after its host died.
  const isServed = candidate.sentRun === question.run;
  const tried = askedFor && !isServed && mayBeMended(candidate) ? { dueAt: now } : {};
  const isForced = isNamed && !isServed && (wanted === 'target' || isCleanedUp(wanted));
  const goal = goalOf(question, candidate);
  // Nothing has been let go as far as its ring yet: it does not even get a folder.
  if (wanted === 'target' && candidate.position < 0 && goal.head === 0 && question.head > 0) return undefined;
  if (!isForced && !isDue({ ...candidate, ...tried }, goal)) return undefined;
  const isFullAsked = mode === 'full' && !isServed;
  const full = wanted === 'target' && (isFullAsked || isFullDue(candidate, now));
  const { head, settings } = goal;
  return { head, settings, full, behindSince: hasArrived(candidate) ? now : candidate.behindSince || now };
}

const newStanding: Omit<Candidate, 'mailboxId'> = {
  wanted: 'target',
  state: 'behind',
  position: -1,
  epoch: 0,
  settings: '',
  audience: everybody,
  wantedAudience: everybody,
  dueAt: 0,
  sentHead: -1,
  sentSettings: '',
  sentAt: 0,
  sentRun: '',
  fullDueAt: 0,
  behindSince: 0,
  failed: 0,
  goneAt: 0,
};

/**
 * Whether somebody may have done something about why the mailbox waits: mended it, or released the list that was halted,
 * for which no time is set. What Graph asked to wait for is not that.
 */
function mayBeMended({ wanted, state, dueAt }: MailboxStanding): boolean {
  const isHalted = state === 'waiting' && dueAt === 0;
  return (isHalted && wanted !== 'skipped') || (wanted === 'target' && (state === 'failed' || state === 'skipped'));
}

/**
 * Targets and skipped members whose row says otherwise. Nobody joins while an exclusion could not be read, and who was
 * cleared only when it is asked for by itself. A message that was sent before asked for something else: it does not
 * count as on its way.
 */
function whoJoins(
  question: FanOutQuestion,
  targets: Receivers,
  wantedBefore: (mailboxId: string) => Progress['wanted'] | undefined,
  rows: ReadonlyMap<string, Progress>,
): FanOutNote[] {
  const { onlyMailbox, now } = question;
  const staysCleared = (id: string) => wantedBefore(id) === 'cleared' && id !== onlyMailbox;
  const mayJoin = (id: string) => wantedBefore(id) !== 'target' && !staysCleared(id) && !targets.undecided.has(id);
  const joining = targets.exclusionsKnown ? [...targets.mailboxes].filter(mayJoin) : [];
  const isSkipped = (id: string, reason: SkipReason) =>
    wantedBefore(id) === 'skipped' && rows.get(id)?.skipReason === storedSkipReason(reason);
  const decisionAbout = (id: string) => {
    if (id === onlyMailbox) return { decidedAt: now };
    return wantedBefore(id) === 'unknown' ? { decidedAt: 0 } : {};
  };
  const skipped = [...targets.skipped].filter(
    ([id, reason]) => !isSkipped(id, reason) && wantedBefore(id) !== 'cleared',
  );
  return [
    ...joining.map(mailboxId => ({
      mailboxId,
      wanted: 'target' as const,
      skipReason: '',
      wantedAudience: audienceOf({ ...newStanding, ...rows.get(mailboxId), mailboxId }, targets, question),
      ...(targets.rings && { ring: targets.rings.of(mailboxId) }),
      sentAt: 0,
      ...decisionAbout(mailboxId),
    })),
    ...skipped.map(([mailboxId, reason]) => ({
      mailboxId,
      wanted: 'skipped' as const,
      skipReason: storedSkipReason(reason),
    })),
  ];
}
