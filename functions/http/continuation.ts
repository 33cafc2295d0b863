import * as z from 'zod';

const position = z.strictObject({ from: z.string().regex(/^[A-Za-z0-9-]{1,128}$/) });

/** Where the next page starts, in a form that nobody is tempted to put together. */
export function writeContinuation(from: string): string {
  return Buffer.from(JSON.stringify({ from } satisfies z.infer<typeof position>)).toString('base64url');
}

/** Undefined for what no page of ours has named. */
export function readContinuation(continuation: string): string | undefined {
  try {
    const parsed = position.safeParse(JSON.parse(Buffer.from(continuation, 'base64url').toString('utf8')));
    return parsed.success && writeContinuation(parsed.data.from) === continuation ? parsed.data.from : undefined;
  } catch {
    return undefined;
  }
}
