import type { InvocationContext } from '@azure/functions';
import { stripStored } from '../shared/api/showProblem.ts';
import { type ListStatus, RunIncomplete, type RunOutcome } from '../shared/engine/fan-out/index.ts';
import type { RefusedList } from '../shared/settings/parseContactLists.ts';
import type { RunProblem } from '../shared/store/runProblem.ts';
import { costOf, logFigure } from './logFigure.ts';
import { createNewProblems } from './newProblems.ts';

/** Does the work and logs what came of it, also when some of its lists could not be run. */
export type LogRun = (context: InvocationContext, work: () => Promise<RunOutcome>) => Promise<void>;

/**
 * A problem that stays is logged by the first run that meets it; the figure of the others counts it. Lists that are
 * refused are among the statuses of a scheduled run, too, since they need somebody.
 */
export function createRunLog(refusedLists: () => readonly RefusedList[]): LogRun {
  const newProblems = createNewProblems<RunProblem>();
  return async (context, work) => {
    const startedAt = performance.now();
    const log = (outcome: RunOutcome) => {
      const news = newProblems(outcome.problems, outcome.cause === 'schedule');
      logOutcome(outcome, news, refusedLists(), context, startedAt);
    };
    try {
      log(await work());
    } catch (error) {
      if (error instanceof RunIncomplete) log(error.outcome);
      throw error;
    }
  };
}

function logOutcome(
  { id, cause, lists, sent, problems, graph, statuses, notices }: RunOutcome,
  newProblems: readonly RunProblem[],
  refusedLists: readonly RefusedList[],
  context: InvocationContext,
  startedAt: number,
): void {
  if (notices?.failure !== undefined) context.warn('Notices could not be sent', { run: id, code: notices.failure });
  for (const problem of newProblems) context.warn('A list has a problem', { run: id, ...stripStored(problem) });
  for (const status of statuses) logFigure(context, 'listStatus', { run: id, ...status });
  for (const list of cause === 'schedule' ? refusedLists : [])
    logFigure(context, 'listStatus', { run: id, ...refusedStatus(list) });
  logFigure(context, 'runFannedOut', {
    run: id,
    cause,
    lists,
    mailboxes: sent,
    problems: problems.length,
    problemsRepeated: problems.length - newProblems.length,
    ...costOf(graph),
    seconds: Math.round(performance.now() - startedAt) / 1000,
  });
}

function refusedStatus({ id = 'withoutId' }: RefusedList): Omit<ListStatus, 'state'> & { readonly state: 'refused' } {
  const counts = { mailboxes: 0, current: 0, behind: 0, waiting: 0, failed: 0, skipped: 0, leaving: 0, gone: 0 };
  return {
    list: id,
    state: 'refused',
    head: 0,
    contacts: 0,
    removalsHeld: 0,
    mailboxesHeld: 0,
    ...counts,
    failedContacts: 0,
    failingPercent: 0,
    oldestUnappliedSeconds: 0,
    oldestFailedSeconds: 0,
  };
}
