import * as z from 'zod';
import type { ShownRun } from '../engine/status/index.ts';
import { isoTime } from '../isoTime.ts';
import type { ConfiguredLists } from '../settings/configuredLists.ts';
import { runProblem } from '../store/runProblem.ts';
import { runCauses } from '../store/runSummary.ts';
import { contactCounts, repairCounts, requestCounts } from '../store/runWork.ts';
import { addressed } from './addressed.ts';
import { showProblem } from './showProblem.ts';

export const runsQuery = z.object({ limit: z.coerce.number<string>().int().min(1).max(100).default(20) });
export const runParams = z.object({ id: z.string() });

const count = z.int();
const shownProblem = runProblem.omit({ setting: true, contact: true });

/** A run as the HTTP API shows it. */
export const runView = z.object({
  id: z.string(),
  state: z
    .enum(['running', 'finished'])
    .meta({ description: 'Finished: every mailbox it sent is done, waiting or failed' }),
  cause: z.enum([...runCauses, 'proof']),
  lists: z.array(z.string()),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  mailboxes: z.object({ total: count, done: count, waiting: count, failed: count, skipped: count }),
  contacts: contactCounts,
  repaired: repairCounts.meta({ description: 'What full reconciles and recoveries found' }),
  graph: requestCounts.meta({ description: 'Requests, those of a batch counted one by one, and HTTP exchanges' }),
  problems: z.array(shownProblem),
  notes: z
    .array(shownProblem)
    .meta({ description: 'What an admin may want to know and nobody has to mend, such as `FoundBySchedule`' }),
});
export type RunView = z.infer<typeof runView>;

const addressedProblem = runView.shape.problems.element.extend(addressed);
export const addressedRun = runView.extend({
  problems: z.array(addressedProblem),
  notes: runView.shape.notes.element
    .extend(addressed)
    .array()
    .meta(runView.shape.notes.meta() ?? {}),
});

export const runsView = z.object({ runs: z.array(addressedRun) });

/** Of whatever goes on in a run. */
export const runStarted = z.object({
  runId: z.string(),
  pastRings: z.array(z.string()).optional().meta({
    description: 'Lists whose change the mailbox takes up before the turn of its ring, as it was asked for by name',
  }),
});
export const runHeaders = z.object({ Location: z.string().meta({ description: 'Path of the run' }) });

/** @param configuredLists whose settings its problems name */
export function viewRun(run: ShownRun, { configuredLists }: Pick<ConfiguredLists, 'configuredLists'>): RunView {
  const { startedAt, finishedAt } = run;
  const settingsOf = (list: string | undefined) => configuredLists.find(({ id }) => id === list);
  return {
    ...run,
    lists: [...run.lists],
    startedAt: isoTime(startedAt),
    finishedAt: finishedAt === undefined ? null : isoTime(finishedAt),
    problems: run.problems.map(problem => showProblem(problem, settingsOf(problem.list))),
    notes: [...run.notes],
  };
}
