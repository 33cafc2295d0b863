import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import type { problemDetails } from '../../shared/api/problem.ts';

export function problem(status: number, title: string, detail: string): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail } satisfies z.infer<typeof problemDetails>),
  };
}
