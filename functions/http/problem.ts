import type { HttpResponseInit } from '@azure/functions';

/** Problem details (RFC 9457): what is wrong and what to do, nothing of a contact and nothing of our inside. */
export function problem(status: number, title: string, detail: string): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ title, status, detail }),
  };
}
