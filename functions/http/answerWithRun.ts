import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import { runHeaders, runStarted } from '../../shared/api/runs.ts';
import type { RouteAnswer } from './route.ts';

/** The answer of what goes on in a run. */
export const runAnswer: RouteAnswer = {
  description: 'A run goes on with it',
  schema: runStarted,
  headers: runHeaders,
};

/** @param beside what else the answer says */
export function answerWithRun(runId: string, beside: Omit<z.infer<typeof runStarted>, 'runId'> = {}): HttpResponseInit {
  return { status: 202, headers: { Location: `/api/runs/${runId}` }, jsonBody: { runId, ...beside } };
}
