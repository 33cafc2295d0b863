import * as z from 'zod';
import { foreignContinuation } from '../../shared/api/problems.ts';

const position = z.strictObject({ from: z.string().regex(/^[A-Za-z0-9-]{1,128}$/) });

/** Where the next page starts, in a form that nobody is tempted to put together; nothing after the last. */
export function continuationTo(next: string | undefined): { readonly continuation?: string } {
  return next === undefined ? {} : { continuation: write(next) };
}

/** Where a page starts; undefined for the first. @throws ApiProblem for what no page of ours has named */
export function readContinuation(continuation: string | undefined): string | undefined {
  if (continuation === undefined) return undefined;
  const from = tryToRead(continuation);
  if (from === undefined) throw foreignContinuation();
  return from;
}

function write(from: string): string {
  return Buffer.from(JSON.stringify({ from } satisfies z.infer<typeof position>)).toString('base64url');
}

function tryToRead(continuation: string): string | undefined {
  try {
    const parsed = position.safeParse(JSON.parse(Buffer.from(continuation, 'base64url').toString('utf8')));
    return parsed.success && write(parsed.data.from) === continuation ? parsed.data.from : undefined;
  } catch {
    return undefined;
  }
}
