import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import type { ProblemPlace, problemDetails } from '../../shared/api/problem.ts';

export function problem(status: number, title: string, detail: string, place?: ProblemPlace): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail, ...place } satisfies z.infer<typeof problemDetails>),
  };
}
