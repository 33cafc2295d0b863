import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { StartError } from './startError.ts';

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  list: z.string().optional(),
  mailbox: z.string().optional(),
});

const runSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'finished']),
  cause: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  mailboxes: z.object({
    total: z.number(),
    done: z.number(),
    waiting: z.number(),
    failed: z.number(),
    skipped: z.number(),
  }),
  contacts: z.object({
    created: z.number(),
    updated: z.number(),
    deleted: z.number(),
    failed: z.number(),
    adopted: z.number().optional(),
    photos: z.number().optional(),
  }),
  graph: z.object({ requests: z.number(), roundTrips: z.number() }),
  problems: z.array(problemSchema),
});

const listSchema = z.object({
  id: z.string().nullable(),
  state: z.string(),
  capturedAt: z.iso.datetime().nullable(),
  contacts: z.number(),
  private: z.number().optional(),
  mailboxes: z.object({
    current: z.number(),
    behind: z.number(),
    waiting: z.number(),
    failed: z.number(),
    skipped: z.number(),
    leaving: z.number(),
  }),
});

/** How a list stands, as the app's HTTP API shows it. */
export type ListStanding = z.infer<typeof listSchema>;

/** A run as the app's HTTP API shows it. */
export type Run = z.infer<typeof runSchema>;
export type RunProblem = z.infer<typeof problemSchema>;

export interface RunsApi {
  /** The latest runs, newest first. */
  latest(): Promise<Run[]>;
  run(id: string): Promise<Run>;
  lists(): Promise<ListStanding[]>;
  /** Fires the timer of a function now, through the host's own endpoint. */
  fireTimer(name: string): Promise<void>;
}

/** @param key function key; @param signal ends every request */
export function connectToRuns(hostUrl: string, key: string, signal: AbortSignal): RunsApi {
  async function request(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${hostUrl}${path}`, {
      method,
      headers: { 'x-functions-key': key, 'Content-Type': 'application/json' },
      signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new StartError(`The functions host answers ${method} ${path} with ${response.status}`);
    return response;
  }

  return {
    async latest() {
      const response = await request('GET', '/api/runs');
      return z.object({ runs: z.array(runSchema) }).parse(await response.json()).runs;
    },
    async run(id) {
      const response = await request('GET', `/api/runs/${id}`);
      return runSchema.parse(await response.json());
    },
    async lists() {
      const response = await request('GET', '/api/lists');
      return z.object({ lists: z.array(listSchema) }).parse(await response.json()).lists;
    },
    async fireTimer(name) {
      await request('POST', `/admin/functions/${name}`, {});
    },
  };
}

export interface Patience {
  /** Milliseconds until a run has to appear. */
  readonly toStart: number;
  /** Milliseconds without a mailbox more after which a run counts as stuck. */
  readonly toProgress: number;
  readonly poll: number;
}

const patience: Patience = { toStart: 60_000, toProgress: 300_000, poll: 300 };

/**
 * Follows the first run that started at `since` or later, to its end. The schedule may have been quicker than the timer
 * that was fired: then its run does the work, and the fired one finds none.
 *
 * @param since milliseconds since 1970
 * @throws StartError when no run appears, or when one stands still
 */
export async function followFirstRun(
  api: RunsApi,
  since: number,
  onProgress: (run: Run) => void,
  signal: AbortSignal,
  { toStart, toProgress, poll }: Patience = patience,
): Promise<Run> {
  let movedAt = performance.now();
  let handled = -1;
  let run = await findRun();
  while (run?.state !== 'finished') {
    const limit = run ? toProgress : toStart;
    if (performance.now() - movedAt > limit) {
      const stood = run ? `The run ${run.id} stands still` : 'No run appeared';
      throw new StartError(`${stood} for ${limit / 1000} seconds: see what the functions host says above`);
    }
    await wait(poll, undefined, { signal });
    run = run ? await api.run(run.id) : await findRun();
    const handledNow = run ? countHandled(run) : -1;
    if (handledNow === handled) continue;
    handled = handledNow;
    movedAt = performance.now();
    if (run) onProgress(run);
  }
  return run;

  async function findRun(): Promise<Run | undefined> {
    return (await api.latest()).findLast(({ startedAt }) => Date.parse(startedAt) >= since);
  }
}

/** Mailboxes that this run is through with, for better or worse. */
export function countHandled({ mailboxes: { done, waiting, failed, skipped } }: Run): number {
  return done + waiting + failed + skipped;
}
