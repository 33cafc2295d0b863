import * as z from 'zod';
import type { ContactWrite, GraphFailure, GraphFailureKind, WriteOutcome } from '../ports/contactMailbox.ts';
import { tokenUnavailable } from './authentication.ts';
import { describeRefusal, type FailedAnswer, failureOf, isCode, kindOfCode, readError } from './failures.ts';
import { defaultRetryAfter } from './retryAfter.ts';

const writtenContact = z.object({ id: z.string(), parentFolderId: z.string() });

/** They hold for every write to the mailbox. */
const mailboxWide: ReadonlySet<GraphFailureKind> = new Set(['noMailbox', 'accessDenied', 'overQuota', 'mailboxMoving']);

/** Another writer was at the same contact; the store sorts that out at once. */
const conflictWait = 1_000;

/** What one answer inside a batch says of its write. */
export function outcomeOf(write: ContactWrite, answer: FailedAnswer, now: number, random: () => number): WriteOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return outcomeOfSuccess(write, answer);
  const failure = failureOf(answer, now);
  // A delete has answered 404 while doing its work, and a 404 of another code says nothing about the contact.
  if (kindOfCode(failure.code) === 'notFound') return outcomeOfMissingItem(write, failure);
  if (status === 401 || status === 424) return { kind: 'notTried' };
  if (status === 429 || status === 423) return throttledOutcome(failure.retryAfter, random);
  if (isMailboxWide(failure)) return { kind: 'mailboxFailed', failure };
  // Graph may have committed before it failed to answer.
  if (status === 408 || status >= 500) return unknownOutcome(failure);
  if ((status === 409 || status === 412) && write.kind !== 'create') return throttledOutcome(conflictWait, random);
  return { kind: 'refused', code: failure.code, detail: describeRefusal(readError(answer).message) };
}

function outcomeOfSuccess(write: ContactWrite, answer: FailedAnswer): WriteOutcome {
  if (write.kind === 'delete') return { kind: 'deleted' };
  const contact = writtenContact.safeParse(answer.body);
  if (!contact.success) return { kind: 'unknown', code: 'UnreadableAnswer' };
  return { kind: 'done', contactId: contact.data.id, parentFolderId: contact.data.parentFolderId };
}

function outcomeOfMissingItem(write: ContactWrite, failure: GraphFailure): WriteOutcome {
  // What a create misses is its folder.
  return write.kind === 'create' ? { kind: 'mailboxFailed', failure } : { kind: 'gone' };
}

/** By code only: a 403 that is not known may concern one contact, and that must not stop the others. */
function isMailboxWide(failure: GraphFailure): boolean {
  const kind = kindOfCode(failure.code);
  return kind !== undefined && mailboxWide.has(kind);
}

/** What an answer to the whole batch, or none, says of each of its writes. */
export function outcomeOfFailedBatch(failure: GraphFailure): WriteOutcome {
  const lost = failure.kind === 'unavailable' && !isCode(failure, tokenUnavailable);
  return lost ? unknownOutcome(failure) : { kind: 'mailboxFailed', failure };
}

function unknownOutcome({ code, retryAfter }: GraphFailure): WriteOutcome {
  return { kind: 'unknown', code, ...(retryAfter !== undefined && { retryAfter }) };
}

export function throttledOutcome(retryAfter: number | undefined, random: () => number): WriteOutcome {
  return { kind: 'throttled', retryAfter: retryAfter ?? defaultRetryAfter(random) };
}
