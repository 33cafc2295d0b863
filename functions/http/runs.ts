import { type Caller, seesList } from '../../shared/api/caller.ts';
import { noRun } from '../../shared/api/problems.ts';
import { addressedRun, type RunView, runParams, runsQuery, runsView } from '../../shared/api/runs.ts';
import type { App } from '../../shared/app.ts';
import type { FindAddresses } from '../../shared/ports/mailboxAddresses.ts';
import { runIdPattern } from '../../shared/store/runId.ts';
import { withAddress } from './addresses.ts';
import { type AnyRoute, route } from './route.ts';

/** How runs stand: the latest, newest first, or one. */
export function runRoutes(app: App): AnyRoute[] {
  const show = (runs: readonly RunView[]) => withMailboxes(runs, app.findAddresses);
  return [
    route({
      name: 'listRuns',
      method: 'GET',
      path: 'runs',
      summary: 'The latest runs, newest first',
      query: runsQuery,
      answers: { 200: { description: 'The runs', schema: runsView } },
      async handle({ query: { limit }, caller }) {
        const runs = (await app.readLatestRuns(limit)).filter(run => seesRun(caller, run));
        return { jsonBody: { runs: await show(runs) } };
      },
    }),
    route({
      name: 'getRun',
      method: 'GET',
      path: 'runs/{id}',
      summary: 'How a run stands',
      params: runParams,
      answers: { 200: { description: 'The run', schema: addressedRun } },
      async handle({ params: { id }, caller }) {
        const run = runIdPattern.test(id) ? await app.readRun(id) : undefined;
        if (!run || !seesRun(caller, run)) throw noRun();
        return { jsonBody: (await show([run]))[0] };
      },
    }),
  ];
}

/** Its counts are of all its lists. */
function seesRun(caller: Caller, { lists }: RunView): boolean {
  return lists.every(list => seesList(caller, list));
}

/** The mailboxes that have problems come with their addresses, looked up for all runs at once. */
async function withMailboxes(runs: readonly RunView[], findAddresses: FindAddresses) {
  const named = runs.flatMap(({ problems, notes }) => [...problems, ...notes]);
  const addresses = await findAddresses(named.flatMap(({ mailbox }) => mailbox ?? []));
  const show = (problem: RunView['problems'][number]) => withAddress(problem, problem.mailbox, addresses);
  return runs.map(run => ({ ...run, problems: run.problems.map(show), notes: run.notes.map(show) }));
}
