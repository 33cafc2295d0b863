import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { runStarted } from '../../shared/api/runs.ts';
import type { RouteAnswer } from './route.ts';

/** The answer of what goes on in a run. */
export const runAnswer: RouteAnswer = {
  description: 'A run goes on with it',
  schema: runStarted,
  headers: z.object({ Location: z.string().meta({ description: 'Path of the run' }) }),
};

/** @param beside what else the answer says */
export function answerWithRun(runId: string, beside: Omit<z.infer<typeof runStarted>, 'runId'> = {}): HttpResponseInit {
  return { status: 202, headers: { Location: `/api/runs/${runId}` }, jsonBody: { runId, ...beside } };
}
