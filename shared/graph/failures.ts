import * as z from 'zod';
import { GraphFailure, type GraphFailureKind } from '../ports/contactMailbox.ts';
import { readRetryAfter } from './retryAfter.ts';

/** An answer of Graph as far as a failure is read from it; `body` is parsed JSON, `retryAfter` the header's text. */
export interface FailedAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
}

const errorEnvelope = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

/** Codes compare without case: Graph spells `syncStateNotFound` in several ways. */
const kinds: ReadonlyMap<string, GraphFailureKind> = new Map([
  ['erroritemnotfound', 'notFound'],
  ['errorsyncfoldernotfound', 'notFound'],
  // An id of another mailbox: this one was replaced behind its user (licence away, restore, move).
  ['errorinvalidmailboxitemid', 'notFound'],
  ['errorinvalididmalformed', 'notFound'],
  ['errorfolderexists', 'folderExists'],
  ['syncstatenotfound', 'deltaTokenDead'],
  ['syncstateinvalid', 'deltaTokenDead'],
  ['resyncrequired', 'deltaTokenDead'],
  ['errorquotaexceeded', 'overQuota'],
  ['mailboxnotenabledforrestapi', 'noMailbox'],
  ['mailboxnotsupportedforrestapi', 'noMailbox'],
  ['resourcenotfound', 'noMailbox'],
  ['request_resourcenotfound', 'noMailbox'],
  ['errorinvaliduser', 'noMailbox'],
  ['errornonexistentmailbox', 'noMailbox'],
  // A folder that Exchange keeps: nothing that a consent would change.
  ['errorcannotdeleteobject', 'refused'],
  ['erroraccessdenied', 'accessDenied'],
  ['authorization_requestdenied', 'accessDenied'],
  ['errormailboxmoveinprogress', 'mailboxMoving'],
]);

/** They hold for everything that is asked of the mailbox. */
const mailboxWide: ReadonlySet<GraphFailureKind> = new Set(['noMailbox', 'accessDenied', 'overQuota', 'mailboxMoving']);

/**
 * Exchange's own words for "not now", whatever their status: they are no contact's fault (rules.md: Graph, Passing
 * errors).
 */
const passing: ReadonlySet<string> = new Set([
  'errortimeoutexpired',
  'errorserverbusy',
  'errorinternalservertransienterror',
  'errormailboxstoreunavailable',
  'mailboxinfostale',
]);

/** In the directory these say that the user or group is not there; below a mailbox, that the mailbox is not. */
const missingObjectCodes: ReadonlySet<string> = new Set(['request_resourcenotfound', 'resourcenotfound']);

/**
 * What a failed answer means. A code decides before the status does, because one code comes with several statuses
 * (duplicate folder: 400 or 409) and a 404 alone says nothing about which object is missing.
 */
export function failureOf(
  answer: FailedAnswer,
  now: number,
  resource: 'mailbox' | 'directory' = 'mailbox',
): GraphFailure {
  const { code, message } = readError(answer);
  return new GraphFailure(kindOf(answer.status, code, message, resource), {
    status: answer.status,
    code,
    retryAfter: readRetryAfter(answer.retryAfter, now),
    byAccessPolicy: /\[RAOP\]|AppOnly AccessPolicy/i.test(message),
  });
}

/** The kind that a code names whatever its status; undefined for a code that says nothing of its own. */
export function kindOfCode(code: string): GraphFailureKind | undefined {
  return kinds.get(code.toLowerCase());
}

function kindOf(status: number, code: string, message: string, resource: 'mailbox' | 'directory'): GraphFailureKind {
  if (resource === 'directory' && missingObjectCodes.has(code.toLowerCase())) return 'notFound';
  const known = kindOfCode(code);
  if (known) return known;
  if (status === 410) return 'deltaTokenDead';
  if (status === 400 && /badly formed token/i.test(message)) return 'deltaTokenDead';
  if (status === 401 || status === 403) return 'accessDenied';
  if (status === 429) return 'throttled';
  if (status === 408 || status >= 500) return 'unavailable';
  return 'refused';
}

/** Graph's code and message; a code that does not look like one might be an echo of data and is left out. */
export function readError(answer: { readonly status: number; readonly body: unknown }): {
  code: string;
  message: string;
} {
  const envelope = errorEnvelope.safeParse(answer.body);
  const error = envelope.success ? envelope.data.error : undefined;
  const code = error?.code ?? '';
  return { code: /^[\w.-]{1,80}$/.test(code) ? code : `Http${answer.status}`, message: error?.message ?? '' };
}

export function isCode(failure: { readonly code: string }, code: string): boolean {
  return failure.code.toLowerCase() === code.toLowerCase();
}

/** By code only: a 403 that is not known may concern one contact, and that must not stop the others. */
export function isMailboxWide(failure: GraphFailure): boolean {
  const kind = kindOfCode(failure.code);
  return kind !== undefined && mailboxWide.has(kind);
}

/** Of a 5xx or 408: no answer, or "not now". */
export function isPassing({ status, code, retryAfter }: GraphFailure): boolean {
  return [408, 503, 504].includes(status) || retryAfter !== undefined || passing.has(code.toLowerCase());
}
