import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ProgressTable } from '../../shared/state/progress.ts';
import type { RunsTable } from '../../shared/state/runs.ts';
import { readLatestRuns, readRun } from '../../shared/workflows/readRun.ts';
import { problem } from './problem.ts';

const runsShown = 20;

/** How runs stand: the latest, newest first, or one. */
export function registerRuns(services: { readonly runs: RunsTable; readonly progress: ProgressTable }): void {
  app.http('listRuns', { route: 'runs', methods: ['GET'], authLevel: 'function', handler: listRuns });
  app.http('getRun', { route: 'runs/{id}', methods: ['GET'], authLevel: 'function', handler: getRun });

  async function listRuns(): Promise<HttpResponseInit> {
    return { jsonBody: { runs: await readLatestRuns(runsShown, services.runs, services.progress) } };
  }

  async function getRun(request: HttpRequest): Promise<HttpResponseInit> {
    const id = request.params.id ?? '';
    const run = /^\d{13}-[0-9a-f]{8}$/.test(id) ? await readRun(id, services.runs, services.progress) : undefined;
    return run
      ? { jsonBody: run }
      : problem(404, 'There is no such run', 'Use an id that a resync or GET /api/runs named');
  }
}
