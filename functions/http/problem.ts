import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';

/** Problem details (RFC 9457), as every route answers what it cannot do. */
export const problemDetails = z
  .object({
    title: z.string().meta({ description: 'What is wrong' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do' }),
  })
  .meta({ id: 'Problem' });

export type ProblemResponse = HttpResponseInit & { readonly status: number };

/** What is wrong and what to do, nothing of a contact and nothing of our inside. */
export function problem(status: number, title: string, detail: string): ProblemResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail } satisfies z.infer<typeof problemDetails>),
  };
}
