import { failureOf } from '../../shared/graph/failures.ts';
import { GraphFailure, type GraphFailureKind, type WriteOutcome } from '../../shared/ports/contactMailbox.ts';

/** A call of the memory Graph, as the log keeps it and as faults choose it. A write of a batch is a call of its own. */
export interface GraphCall {
  /** The method of the port, or `create`, `patch` and `delete` for a write. */
  readonly operation: string;
  /** The user's or group's id, empty for the directory's own. */
  readonly mailbox: string;
  /** Contact of a write: what it writes, and for a patch which fields. */
  readonly displayName?: string | undefined;
  readonly fields?: readonly string[];
}

/** An answer of Graph's, read as the product reads it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

export interface GraphFault {
  readonly on: Partial<Omit<GraphCall, 'fields'>>;
  /** How many calls it meets; 1 unless said. */
  readonly times?: number;
  /** Does the work and then fails the answer. */
  readonly committed?: boolean;
  /** What the call answers; a write that `unavailable` meets has an unknown outcome, and so on. */
  readonly answer?: GraphFailure | WriteOutcome | Refusal;
  /** Answers as if it were done, and does nothing; for calls that give nothing back. */
  readonly ignored?: boolean;
  /** Runs instead of an answer, for what happens elsewhere meanwhile; what it throws ends the handler. */
  readonly meanwhile?: () => Promise<void>;
}

/** The process died here. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export function crash(): Promise<never> {
  return Promise.reject(new Crash('the process died'));
}

const codes: Partial<Record<GraphFailureKind, [number, string]>> = {
  notFound: [404, 'ErrorItemNotFound'],
  folderExists: [409, 'ErrorFolderExists'],
  deltaTokenDead: [410, 'SyncStateNotFound'],
  overQuota: [403, 'ErrorQuotaExceeded'],
  noMailbox: [404, 'MailboxNotEnabledForRESTAPI'],
  accessDenied: [403, 'ErrorAccessDenied'],
  throttled: [429, 'ApplicationThrottled'],
  unavailable: [503, 'ServiceUnavailable'],
  refused: [400, 'BadRequest'],
};

export function failure(kind: GraphFailureKind, retryAfter?: number): GraphFailure {
  const [status, code] = codes[kind] ?? [503, kind];
  return new GraphFailure(kind, { status, code, retryAfter });
}

export function failureOfRefusal({ status, code }: Refusal): GraphFailure {
  return failureOf({ status, retryAfter: undefined, body: { error: { code, message: '' } } }, 0);
}

/** What a failure of a whole mailbox or batch says of one of its writes. */
export function outcomeOf(error: GraphFailure): WriteOutcome {
  return error.kind === 'unavailable'
    ? { kind: 'unknown', code: error.code }
    : { kind: 'mailboxFailed', failure: error };
}
