import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import type { problemDetails } from '../../shared/api/problem.ts';
import type { FilePlace } from '../../shared/ports/sourceFiles.ts';

export function problem(status: number, title: string, detail: string, place?: FilePlace): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail, ...place } satisfies z.infer<typeof problemDetails>),
  };
}
