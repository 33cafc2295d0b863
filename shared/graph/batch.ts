import * as z from 'zod';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { GraphAnswer } from './client.ts';
import { failureOf } from './failures.ts';
import type { RequestScope } from './requests.ts';

/** Graph takes 20 requests a batch (rules.md: Graph, Batches). */
export const mostRequests = 20;
/** Graph takes 4 MB a request and answers 413 to a larger one; what is left is for the envelope and for surprises. */
const mostBytes = 3_500_000;

export interface BatchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the version. */
  readonly url: string;
  /** Text in base64 where its type is not JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
}

/** `unanswered`: the batch was answered and this request was not. `unsent`: it has to be sent in another batch. */
export type BatchedAnswer = GraphAnswer | 'unanswered' | 'unsent';

/**
 * Sends the first of the requests as one `$batch`, as many as one may hold; answers in their order. Rejects with
 * `GraphFailure` when the batch as a whole has no answer or is refused.
 */
export type SendBatch = (requests: readonly BatchRequest[]) => Promise<BatchedAnswer[]>;

const innerAnswer = z.object({
  id: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
});
const batchAnswer = z.object({ responses: z.array(z.unknown()) });

/**
 * The batches of one mailbox. No `dependsOn`: Graph then works on four at once, which is what a mailbox allows. A batch
 * that is refused as too large or as unreadable is halved until the request whose fault that is stands alone, and
 * batches are whole again after it.
 */
export function createBatches(scope: RequestScope): SendBatch {
  const { client, meter } = scope;
  let most = mostRequests;

  return async requests => {
    if (requests.length === 0) return [];
    const texts = requests.map(writeRequest);
    const fitting = texts.slice(0, countFitting(texts, most));
    const answer = await client.send({
      method: 'POST',
      path: '/v1.0/$batch',
      body: `{"requests":[${fitting.join()}]}`,
      meter,
      requests: fitting.length,
    });
    const unsent = requests.slice(fitting.length).map(() => 'unsent' as const);
    if (isRefusedForContent(answer)) {
      const isAlone = fitting.length === 1;
      most = isAlone ? mostRequests : Math.floor(fitting.length / 2);
      return isAlone ? [answer, ...unsent] : requests.map(() => 'unsent');
    }
    most = Math.min(2 * most, mostRequests);
    if (answer.status < 200 || answer.status >= 300) throw failureOf(answer, client.clock.now());
    const answers = readInnerAnswers(answer.body);
    meter.throttled([...answers.values()].filter(({ status }) => status === 429).length);
    // A token may end while Graph works through the batch.
    if ([...answers.values()].some(inner => inner.status === 401)) client.discardToken();
    return [...fitting.map((_, index) => answers.get(String(index)) ?? 'unanswered'), ...unsent];
  };
}

function writeRequest({ body, contentType = 'application/json', ...request }: BatchRequest, index: number): string {
  const headers = {
    Prefer: 'IdType="ImmutableId"',
    ...(body === undefined ? {} : { 'Content-Type': contentType }),
  };
  return JSON.stringify({ id: String(index), headers, ...request, body });
}

/** One always fits: if it is too large, that is its own fault. */
function countFitting(texts: readonly string[], most: number): number {
  let bytes = 0;
  for (const [index, text] of texts.slice(0, most).entries()) {
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > mostBytes && index > 0) return index;
  }
  return Math.min(texts.length, most);
}

function isRefusedForContent({ status }: GraphAnswer): boolean {
  return status === 413 || status === 400;
}

/** By id; one that cannot be read is left out, so that it costs only its own request. */
function readInnerAnswers(body: unknown): Map<string, GraphAnswer> {
  const batch = batchAnswer.safeParse(body);
  if (!batch.success) throw new GraphFailure('unavailable', { status: 200, code: 'UnreadableAnswer' });
  const answers = new Map<string, GraphAnswer>();
  for (const response of batch.data.responses) {
    const inner = innerAnswer.safeParse(response);
    if (!inner.success) continue;
    const { id, status, headers, body: innerBody } = inner.data;
    answers.set(id, { status, retryAfter: retryAfterOf(headers ?? {}), body: innerBody });
  }
  return answers;
}

function retryAfterOf(headers: Readonly<Record<string, unknown>>): string | undefined {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after');
  return header && String(header[1]);
}
