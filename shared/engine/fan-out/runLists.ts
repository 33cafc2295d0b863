import { countOf } from '../../domain/countOf.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { type Halt, type Halts, haltOf } from '../../domain/halt.ts';
import type { Pin } from '../../domain/pin.ts';
import type { RequestCounts } from '../../ports/contactMailbox.ts';
import { type ContactList, settingsFingerprint } from '../../settings/contactList.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import type { Problem } from '../../store/progress.ts';
import type { RunProblem } from '../../store/runProblem.ts';
import type { RunSummary } from '../../store/runSummary.ts';
import { type CaptureServices, captureSource } from '../capture/index.ts';
import type { SyncMode } from '../messages.ts';
import {
  describeSkipReason,
  type FindReceiversServices,
  findReceivers,
  noTargets,
  noteSharedFolders,
} from '../receivers/index.ts';
import { addCounts, noRequests } from '../requestCounts.ts';
import type { StageReader } from '../rollouts/index.ts';
import type { Services } from '../services.ts';
import { type FollowUpServices, followUpCapture } from '../subscriptions/index.ts';
import { type DueMailboxes, findDueMailboxes } from './fanOut.ts';
import type { FanOutList, FanOutQuestion } from './fanOutQuestion.ts';
import { type ListFindings, readListStatus } from './listStatus.ts';
import { rememberTargets } from './rememberTargets.ts';
import { rollOut } from './rollOut.ts';
import { RunIncomplete, type RunOutcome } from './runOutcome.ts';
import { sendMessages } from './sendMessages.ts';
import { findVanishedLists, type VanishedList } from './vanishedLists.ts';

/** Lists that are ready are sent after this long, in milliseconds, without those whose source is slow. */
const longestWaitForLists = 10_000;

export type RunServices = CaptureServices &
  FindReceiversServices &
  FollowUpServices &
  Pick<
    Services,
    | 'lists'
    | 'refusedLists'
    | 'listIndex'
    | 'openDirectory'
    | 'progress'
    | 'mailboxIndex'
    | 'runs'
    | 'syncQueue'
    | 'priorityQueue'
    | 'messagePatience'
  > & { readonly stages: StageReader };

export interface RunRequest {
  readonly id: string;
  readonly cause: RunSummary['cause'];
  readonly lists: readonly ContactList[];
  /** Ids of lists that may have vanished from the settings; a scheduled run looks for all of them. */
  readonly vanished?: readonly string[];
  /** Only this mailbox, ahead of runs over many. */
  readonly mailbox?: string | undefined;
  readonly mode?: SyncMode;
  /** What there is of a scheduled run that goes on; another is new. */
  readonly interrupted?: RunSummary | undefined;
}

/**
 * Captures the sources of the lists side by side and sends one message to each mailbox that is behind on any of them.
 * A list that fails is a problem of the run and holds up no other (rules.md: Fanning out, 4).
 *
 * @throws RunIncomplete when everything else is done
 */
export async function runLists(request: RunRequest, services: RunServices): Promise<RunOutcome> {
  const { runs, clock } = services;
  const started = request.cause === 'schedule' ? request.interrupted : await runs.readSummary(request.id);
  const summary = started ?? newRun(request, clock.now());
  if (!isQuiet(request)) await runs.writeSummary(summary);
  // Not what is remembered: what somebody halted a moment ago on another host is not read any more.
  const index = await services.listIndex.read();
  const vanished = await findVanished(request, { ...services, listIndex: { readAll: async () => index.ids } });
  const unlessHalted = unlessHaltedBy(index.halts, services);
  const running = [
    ...request.lists.map(list => unlessHalted(list.id, () => captureAndFindDue(list, request, services))),
    ...vanished.map(each => unlessHalted(each.list.id, () => findLeftBehind(each, request, services))),
  ];
  const results = await sendInWaves(running, request, services);
  const due = results.flatMap(result => (result.due ? [result.due] : []));
  const sent = new Set(due.flatMap(({ mailboxes }) => [...mailboxes.keys()]));
  const problems = [
    ...results.flatMap(({ list, problems: found }) => found.map(problem => ({ list, ...problem }))),
    ...due.flatMap(each => describeSkippedBeside(each, sent)),
  ];
  const notes = results.flatMap(({ notes: found = [] }) => found);
  const busy = results.filter(result => result.busy).map(({ list }) => list);
  const graph = results.map(result => result.graph).reduce(addCounts, noRequests);
  const isAllSent = results.every(({ areUnsent = false }) => !areUnsent);
  const isOver = isAllSent && !(busy.length > 0 && willComeAgain(request));
  if (started || !isQuiet(request) || problems.length > 0 || due.some(hasNews)) {
    await runs.writeSummary({
      ...summary,
      lists: [...new Set([...summary.lists, ...request.lists.map(({ id }) => id)])],
      fannedOutAt: isOver ? clock.now() : 0,
      heads: { ...summary.heads, ...Object.fromEntries(due.map(({ list, head }) => [list.id, head])) },
      problems: withoutRepeats([...summary.problems.filter(each => each.code !== messagesNotSent.code), ...problems]),
      notes: withoutRepeats([...summary.notes, ...notes]),
      graph: addCounts(summary.graph, graph),
    });
  }
  if (request.cause === 'schedule' && sent.size > 0 && isOver) await runs.endFanOut();
  const outcome: RunOutcome = {
    id: request.id,
    cause: request.cause,
    lists: request.lists.length + (request.vanished?.length ?? 0),
    sent: sent.size,
    busy,
    problems,
    graph,
    statuses: request.cause === 'schedule' ? await Promise.all(results.map(run => readListStatus(run, services))) : [],
  };
  const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (errors.length === 0) return outcome;
  throw new RunIncomplete(errors, `${countOf(errors.length, 'list')} of the run ${request.id} failed`, outcome);
}

/**
 * Sends the messages of the lists that are ready together, so that a mailbox gets one for all of them; a list whose
 * source is slow is not waited for.
 */
async function sendInWaves(
  running: readonly Promise<ListRun>[],
  request: RunRequest,
  services: RunServices,
): Promise<ListRun[]> {
  const results: ListRun[] = [];
  const finished: ListRun[] = [];
  const all = Promise.all(running.map(async run => finished.push(await run)));
  while (results.length < running.length) {
    await Promise.race([all, services.clock.wait(longestWaitForLists)]);
    results.push(...(await sendReady(finished.splice(0), request, services)));
  }
  return results;
}

const messagesNotSent: Problem = {
  code: 'MessagesNotSent',
  detail: 'The messages to the mailboxes could not be sent',
};

/** What cannot be sent is a problem of these lists; it is not noted as sent, so that the run sends it when it goes on. */
async function sendReady(
  ready: readonly ListRun[],
  request: RunRequest,
  services: RunServices,
): Promise<readonly ListRun[]> {
  const due = ready.flatMap(result => (result.due ? [result.due] : []));
  try {
    if (due.some(hasNews)) await beginSending(request, due, services);
    await sendMessages(request, due, services);
    return ready;
  } catch (error) {
    return ready.map(result => ({
      ...result,
      areUnsent: true,
      problems: [...result.problems, messagesNotSent],
      failure: result.failure ?? messagesNotSent,
      error: result.error ?? error,
    }));
  }
}

/** Whoever goes on with the run, or asks for it, finds it. */
async function beginSending(
  request: RunRequest,
  due: readonly DueMailboxes[],
  { runs, clock }: RunServices,
): Promise<void> {
  if (isQuiet(request)) await runs.writeSummary(newRun(request, clock.now()));
  if (request.cause === 'schedule' && due.some(({ mailboxes }) => mailboxes.size > 0))
    await runs.noteFanOut(request.id);
}

async function findVanished(
  { cause, vanished = [] }: RunRequest,
  services: Parameters<typeof findVanishedLists>[0],
): Promise<VanishedList[]> {
  if (cause !== 'schedule' && vanished.length === 0) return [];
  const found = await findVanishedLists(services);
  return cause === 'schedule' ? found : found.filter(({ list }) => vanished.includes(list.id));
}

/** A capture that was asked for is made after the one that is under way; the schedule takes what that one finds. */
function willComeAgain(request: RunRequest): boolean {
  return request.cause !== 'schedule';
}

/** Nothing is kept of a notification's run that finds nothing to do: several may come of one change. */
function isQuiet(request: RunRequest): boolean {
  return request.cause === 'notification';
}

/** A run that goes on finds much of what it had found before. */
function withoutRepeats(problems: readonly RunProblem[]): RunProblem[] {
  return [...new Map(problems.map(problem => [fingerprint(problem), problem])).values()];
}

/** Mailboxes that one list skips while they get a message for another, whose outcome is all that their row tells. */
function describeSkippedBeside({ list, skipped }: DueMailboxes, sent: ReadonlySet<string>): RunProblem[] {
  const here = Map.groupBy(
    skipped.filter(({ mailboxId }) => sent.has(mailboxId)),
    ({ reason }) => describeSkipReason(reason).detail,
  );
  return [...here.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const problem = { list: list.id, ...describeSkipReason(first.reason) };
    if (others.length === 0) return [{ ...problem, mailbox: first.mailboxId }];
    return [{ ...problem, detail: `${others.length + 1} mailboxes are skipped. ${problem.detail}` }];
  });
}

function hasNews({ mailboxes, skipped }: DueMailboxes): boolean {
  return mailboxes.size > 0 || skipped.length > 0;
}

export function newRun(
  request: Pick<RunRequest, 'id' | 'cause'> & { readonly lists: readonly Pick<ContactList, 'id'>[] },
  startedAt: number,
): RunSummary {
  return {
    id: request.id,
    cause: request.cause,
    lists: request.lists.map(({ id }) => id),
    startedAt,
    fannedOutAt: 0,
    heads: {},
    problems: [],
    notes: [],
    graph: { requests: 0, roundTrips: 0 },
    counted: true,
  };
}

interface ListRun extends ListFindings {
  readonly busy: boolean;
  readonly due: DueMailboxes | undefined;
  readonly problems: readonly Problem[];
  readonly notes?: readonly RunProblem[];
  readonly graph: RequestCounts;
  /** Not every message was sent: whoever goes on with the run sends the others. */
  readonly areUnsent?: boolean;
  /** Not foreseen: thrown once the other lists are done. */
  readonly error?: unknown;
}

/** Of a list that is halted nothing is read, and nobody gets a message. */
function unlessHaltedBy(halts: Halts, services: Pick<RunServices, 'openListPartition'>) {
  return (list: string, run: () => Promise<ListRun>): Promise<ListRun> => {
    const halt = haltOf(halts, list);
    return halt ? Promise.resolve(haltedRun(list, halt)) : runList(list, services, run);
  };
}

function haltedRun(list: string, halt: Halt): ListRun {
  const { code, detail } = halt;
  return { list, halt, busy: false, due: undefined, problems: [{ code, detail }], graph: noRequests };
}

async function runList(
  list: string,
  { openListPartition }: Pick<RunServices, 'openListPartition'>,
  run: () => Promise<ListRun>,
): Promise<ListRun> {
  try {
    return await run();
  } catch (error) {
    const failed = { list, busy: false, due: undefined, graph: noRequests };
    if (error instanceof DamagedRow) {
      const problem = describeDamage(error, damagedTargets);
      await openListPartition(list).noteTargetProblem(problem);
      return { ...failed, problems: [problem], failure: problem };
    }
    const problem = { code: 'Unexpected', detail: 'The list could not be run: see the log of this run' };
    return { ...failed, problems: [problem], failure: problem, error };
  }
}

/** What comes of a damaged row by which the targets are known. */
export const damagedTargets =
  'Nothing is sent for the list: ask for a resync of it with the mode "full", which learns the targets anew, or put the row back from a backup';

/** A list that is gone from the settings has no targets any more; its mailboxes leave by its last policy. */
async function findLeftBehind(
  { list, head, damage }: VanishedList,
  request: RunRequest,
  services: RunServices,
): Promise<ListRun> {
  if (damage) throw damage;
  const due = await findDueMailboxes(
    fanOutQuestion(
      list,
      { head, epoch: 0, isKnown: false },
      { targets: noTargets, stages: undefined },
      request,
      services,
    ),
    services.progress,
    services.openListPartition(list.id),
    services.mailboxIndex,
  );
  return { list: list.id, busy: false, due, problems: due.problems, graph: noRequests };
}

function fanOutQuestion(
  list: FanOutList,
  journal: Pick<FanOutQuestion, 'head' | 'epoch' | 'isKnown'>,
  { targets, stages }: Pick<FanOutQuestion, 'targets' | 'stages'>,
  { id: run, cause, mailbox, mode = 'incremental' }: RunRequest,
  { clock, messagePatience }: RunServices,
): FanOutQuestion {
  const askedFor = cause === 'resync' && mailbox === undefined;
  return {
    run,
    list,
    ...journal,
    targets,
    stages,
    onlyMailbox: mailbox,
    mode,
    askedFor,
    now: clock.now(),
    messagePatience,
  };
}

/** The fan-out runs also after an idle or a failed capture, so that a mailbox that is late is never forgotten. */
async function captureAndFindDue(list: ContactList, request: RunRequest, services: RunServices): Promise<ListRun> {
  const captured = await captureSource(list, services, request.id);
  const { problems, checkpoint } = captured;
  const { pin } = captured;
  const run = { list: list.id, busy: captured.busy, checkpoint, pin, failure: checkpoint?.problems[0] };
  if (captured.head === undefined || (captured.busy && willComeAgain(request)))
    return { ...run, due: undefined, problems, graph: captured.graph };
  const directory = services.openDirectory();
  const partition = services.openListPartition(list.id);
  if (request.mode === 'full') await partition.forgetDamagedTargets();
  const { targets, loop } = await findReceivers(list, directory, services.clock.now(), services);
  const graph = addCounts(captured.graph, directory.counts());
  if (loop) {
    if (targets.reading) await rememberTargets(targets.reading, 'wait', [loop, ...targets.problems], partition);
    return { ...run, due: undefined, problems: [...problems, loop], failure: loop, graph };
  }
  const definition = list.rollout ? undefined : pin?.definition;
  const written = definition === undefined ? list : await services.stages.listWith(list, definition);
  const fanOutList = { ...written, settings: settingsFingerprint(written), definition };
  const { epoch = 0, captures = 0 } = checkpoint ?? {};
  const journal = { head: captured.head, epoch, isKnown: captures > 1 };
  const rolled = await rollOut(list, { ...captured, ...journal }, targets, services);
  if (rolled.halt) return { ...run, ...haltedRun(list.id, rolled.halt), graph };
  const question = fanOutQuestion(fanOutList, journal, { targets, stages: rolled.stages }, request, services);
  const due = await findDueMailboxes(question, services.progress, partition, services.mailboxIndex);
  const notes = [
    ...(pin && request.cause === 'resync' ? [describePin(list.id, pin)] : []),
    ...(await followUpCapture(list.id, captured, request.cause, services)),
    ...(await noteSharedFolders(list, due.joined, services.progress, services.configuredLists)),
  ];
  const failure = run.failure ?? targets.problems[0];
  return { ...run, due, problems: [...problems, ...due.problems], failure, notes, graph };
}

/** Whoever asked for the list sees why its source was not read. */
function describePin(list: string, { position }: Pin): RunProblem {
  const detail = `The list was rolled back to position ${position}: its source is not read until POST /api/lists/${list}/unpin`;
  return { list, code: 'Pinned', detail };
}
