import * as z from 'zod';
import { namedProperties } from '../../domain/namedProperties.ts';
import { type FailedAnswer, failureOf, isMailboxWide, isPassing, kindOfCode, readError } from '../../graph/failures.ts';
import { defaultRetryAfter } from '../../graph/retryAfter.ts';
import type { ContactWrite, GraphFailure, WriteOutcome } from '../../ports/contactMailbox.ts';

const writtenContact = z.object({ id: z.string(), parentFolderId: z.string() });

/** Another writer was at the same contact; the store sorts that out at once. */
const conflictWait = 1_000;

type Write = Pick<ContactWrite, 'kind'>;

/** What one answer inside a batch says of its write. */
export function outcomeOf(write: Write, answer: FailedAnswer, now: number, random: () => number): WriteOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return outcomeOfSuccess(write, answer);
  const failure = failureOf(answer, now);
  // A delete has answered 404 while doing its work, and a 404 of another code says nothing about the contact.
  if (kindOfCode(failure.code) === 'notFound') return outcomeOfMissingItem(write, failure);
  if (status === 401 || status === 424) return { kind: 'notTried' };
  if (status === 429 || status === 423) return throttledOutcome(failure.retryAfter, random);
  if (isMailboxWide(failure)) return { kind: 'mailboxFailed', failure };
  if (status === 408 || status >= 500) return outcomeOfServerError(failure);
  if ((status === 409 || status === 412) && write.kind !== 'create') return throttledOutcome(conflictWait, random);
  return { kind: 'refused', code: failure.code, detail: namedProperties(readError(answer).message) };
}

function outcomeOfSuccess(write: Write, answer: FailedAnswer): WriteOutcome {
  if (write.kind === 'delete') return { kind: 'deleted' };
  const contact = writtenContact.safeParse(answer.body);
  if (!contact.success) return { kind: 'unknown', code: 'UnreadableAnswer' };
  return { kind: 'done', contactId: contact.data.id, parentFolderId: contact.data.parentFolderId };
}

function outcomeOfMissingItem(write: Write, failure: GraphFailure): WriteOutcome {
  // What a create misses is its folder.
  return write.kind === 'create' ? { kind: 'mailboxFailed', failure } : { kind: 'gone' };
}

/** What an answer to the whole batch, or none, says of each of its writes. */
export function outcomeOfFailedBatch(failure: GraphFailure, random: () => number): WriteOutcome {
  if (failure.kind === 'throttled') return throttledOutcome(failure.retryAfter, random);
  const lost = failure.kind === 'unavailable' && !failure.withoutToken;
  return lost ? unknownOutcome(failure) : { kind: 'mailboxFailed', failure };
}

/** Graph may have committed before it failed. An answer that says "not now" is as good as none. */
function outcomeOfServerError(failure: GraphFailure): WriteOutcome {
  return isPassing(failure) ? unknownOutcome(failure) : { kind: 'serverError', code: failure.code };
}

function unknownOutcome({ code, retryAfter }: GraphFailure): WriteOutcome {
  return { kind: 'unknown', code, ...(retryAfter !== undefined && { retryAfter }) };
}

function throttledOutcome(retryAfter: number | undefined, random: () => number): WriteOutcome {
  return { kind: 'throttled', retryAfter: retryAfter ?? defaultRetryAfter(random) };
}
