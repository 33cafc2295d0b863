import * as z from 'zod';
import { type ContactWrite, GraphFailure, type WriteOutcome } from '../ports/contactMailbox.ts';
import { type FailedAnswer, failureOf } from './failures.ts';
import { fieldsOf, writeContact } from './graphContact.ts';
import type { RequestScope } from './requests.ts';
import { writeNoStamp, writeStamp, writeStampVersion } from './stamps.ts';
import { countThrottled } from './transport.ts';
import { outcomeOf, outcomeOfFailedBatch, throttledOutcome } from './writeOutcome.ts';

const mostWrites = 20;

const innerAnswer = z.object({
  id: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
});
const batchAnswer = z.object({ responses: z.array(z.unknown()) });

/**
 * Sends at most 20 writes as one `$batch`; outcomes in the order of the writes. No `dependsOn`: Graph then works on
 * four at once, which is what a mailbox allows.
 */
export async function sendBatch(
  scope: RequestScope,
  mailboxId: string,
  writes: readonly ContactWrite[],
): Promise<WriteOutcome[]> {
  if (writes.length === 0) return [];
  if (writes.length > mostWrites) throw new RangeError(`A batch holds ${mostWrites} writes, not ${writes.length}`);
  try {
    return await exchangeBatch(scope, mailboxId, writes);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return writes.map(() => outcomeOfFailedBatch(error));
  }
}

async function exchangeBatch(
  scope: RequestScope,
  mailboxId: string,
  writes: readonly ContactWrite[],
): Promise<WriteOutcome[]> {
  const { client } = scope;
  const answer = await client.send({
    method: 'POST',
    path: '/v1.0/$batch',
    body: { requests: writes.map((write, index) => requestOf(write, index, mailboxId)) },
    counts: scope.counts,
    requests: writes.length,
  });
  const now = client.clock.now();
  if (answer.status < 200 || answer.status >= 300) {
    const failure = failureOf(answer, now);
    if (failure.kind !== 'throttled') throw failure;
    return writes.map(() => throttledOutcome(failure.retryAfter, client.random));
  }
  const answers = readInnerAnswers(answer.body);
  countThrottled(scope.counts, [...answers.values()].filter(({ status }) => status === 429).length);
  const outcomes = writes.map((write, index): WriteOutcome => {
    const inner = answers.get(String(index));
    if (!inner) return { kind: 'unknown', code: 'NoAnswerInBatch' };
    return outcomeOf(write, inner, now, client.random);
  });
  // A token may end while Graph works through the batch.
  if ([...answers.values()].some(inner => inner.status === 401)) client.discardToken();
  return outcomes;
}

function requestOf(write: ContactWrite, index: number, mailboxId: string): Record<string, unknown> {
  const request = { id: String(index), headers: { Prefer: 'IdType="ImmutableId"' } };
  if (write.kind === 'delete') {
    return { ...request, method: 'DELETE', url: relativeUrl(['users', mailboxId, 'contacts', write.contactId]) };
  }
  const headers = { ...request.headers, 'Content-Type': 'application/json' };
  if (write.kind === 'create') {
    return {
      ...request,
      headers,
      method: 'POST',
      url: relativeUrl(['users', mailboxId, 'contactFolders', write.folderId, 'contacts']),
      body: {
        ...writeContact(write.contact, fieldsOf(write.contact)),
        singleValueExtendedProperties: writeStamp(write.stamp),
      },
    };
  }
  const url = relativeUrl(['users', mailboxId, 'contacts', write.contactId]);
  if (write.kind === 'unstamp') {
    return { ...request, headers, method: 'PATCH', url, body: { singleValueExtendedProperties: writeNoStamp() } };
  }
  return {
    ...request,
    headers,
    method: 'PATCH',
    url,
    body: {
      ...writeContact(write.contact, write.fields),
      singleValueExtendedProperties: writeStampVersion(write.version),
    },
  };
}

/** A batch's urls start below the version. */
function relativeUrl(segments: readonly string[]): string {
  return segments.map(segment => `/${encodeURIComponent(segment)}`).join('');
}

/** By id; one that cannot be read is left out, so that it costs only its own write. */
function readInnerAnswers(body: unknown): Map<string, FailedAnswer> {
  const batch = batchAnswer.safeParse(body);
  if (!batch.success) throw new GraphFailure('unavailable', { status: 200, code: 'UnreadableAnswer' });
  const answers = new Map<string, FailedAnswer>();
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
