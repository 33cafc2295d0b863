import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import { problem } from './problem.ts';

/** Far above what any of our routes takes. */
const mostCharacters = 10_000;

/** The parsed JSON body (an empty one counts as `{}`), or the answer that says what is wrong with it. */
export async function readBody<Body>(
  request: HttpRequest,
  schema: z.ZodType<Body>,
): Promise<{ readonly value: Body } | (HttpResponseInit & { readonly status: number })> {
  const text = await request.text();
  if (text.length > mostCharacters) {
    return withStatus(413, 'The body is too large', `Send at most ${mostCharacters} characters`);
  }
  let json: unknown;
  try {
    json = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return withStatus(400, 'The body is not JSON', 'Send a JSON object, or no body');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const faults = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return withStatus(400, 'The body does not fit', faults.join('; '));
}

function withStatus(status: number, title: string, detail: string): HttpResponseInit & { readonly status: number } {
  return { ...problem(status, title, detail), status };
}
