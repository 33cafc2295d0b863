import * as z from 'zod';
import { runIdPattern } from '../../shared/state/runs.ts';
import { type RunReader, readLatestRuns, readRun, runView } from '../../shared/workflows/status/readRun.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const runsShown = 20;

/** How runs stand: the latest, newest first, or one. */
export function runRoutes(reader: RunReader): AnyRoute[] {
  return [
    route({
      name: 'listRuns',
      method: 'GET',
      path: 'runs',
      summary: `The latest ${runsShown} runs, newest first`,
      answers: { 200: { description: 'The runs', schema: z.object({ runs: z.array(runView) }) } },
      handle: async () => ({ jsonBody: { runs: await readLatestRuns(runsShown, reader) } }),
    }),
    route({
      name: 'getRun',
      method: 'GET',
      path: 'runs/{id}',
      summary: 'How a run stands',
      params: z.object({ id: z.string() }),
      answers: { 200: { description: 'The run', schema: runView } },
      async handle({ params: { id } }) {
        const run = runIdPattern.test(id) ? await readRun(id, reader) : undefined;
        if (run) return { jsonBody: run };
        return problem(404, 'There is no such run', 'Use an id that a resync or GET /api/runs named');
      },
    }),
  ];
}
