import { setTimeout as wait } from 'node:timers/promises';
import { summariseInOneLine } from './report.ts';
import type { Run, RunsApi } from './runsApi.ts';

const pollMilliseconds = 3000;

/**
 * Prints a line for each run that finishes after the first one and did something, until the signal aborts: then rejects
 * with its reason. A problem that stays the same from run to run is said once.
 */
export async function reportLaterRuns(
  api: RunsApi,
  first: Run,
  print: (line: string) => void,
  signal: AbortSignal,
  poll: number = pollMilliseconds,
): Promise<never> {
  const reported = new Set([first.id]);
  let problems = problemsOf(first);
  while (true) {
    await wait(poll, undefined, { signal });
    const latest = await api.latest().catch(() => []); // the host says what is wrong; the next poll may fare better
    const later = latest.filter(run => run.state === 'finished' && run.startedAt > first.startedAt);
    for (const run of later.toReversed()) {
      if (reported.has(run.id)) continue;
      reported.add(run.id);
      const isNews = run.mailboxes.total > 0 || (run.problems.length > 0 && problemsOf(run) !== problems);
      if (isNews) print(summariseInOneLine(run));
      problems = problemsOf(run);
    }
  }
}

function problemsOf({ problems }: Run): string {
  return JSON.stringify(problems);
}
