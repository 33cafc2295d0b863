import type { ReportedState } from '../../domain/dueMailboxes.ts';
import type { GraphFailure, GraphFailureKind } from '../../ports/contactMailbox.ts';
import { type DamagedRow, describeDamage } from '../../store/damagedRow.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

interface FailurePolicy {
  readonly state: Extract<ReportedState, 'waiting' | 'failed' | 'skipped'>;
  /** Milliseconds until the next try, unless Graph named a time: after the first failure, the second and so on. */
  readonly waits: readonly number[];
  /** What the admin reads beside Graph's code. */
  readonly detail: string;
}

const policies: Record<GraphFailureKind, FailurePolicy> = {
  noMailbox: {
    state: 'skipped',
    // The mailbox of somebody new appears within minutes, as a rule.
    waits: [15 * minute, hour, 4 * hour, 24 * hour],
    detail: 'The user has no mailbox in Exchange Online: none was made yet, it is inactive, or it is on premises',
  },
  accessDenied: {
    state: 'failed',
    waits: [hour],
    detail: 'The app may not write here: check the consent to Contacts.ReadWrite, or the scope that restricts it',
  },
  overQuota: { state: 'failed', waits: [hour], detail: 'The mailbox is full' },
  mailboxMoving: { state: 'waiting', waits: [10 * minute], detail: 'The mailbox is being moved' },
  throttled: { state: 'waiting', waits: [10 * second], detail: 'Graph asked to wait' },
  unavailable: { state: 'waiting', waits: [30 * second], detail: 'Graph did not answer, or could not' },
  notFound: { state: 'waiting', waits: [5 * minute], detail: 'The contact folder went away during the run' },
  folderExists: {
    state: 'failed',
    waits: [hour],
    detail: 'A folder of that name exists and is hidden: choose another destination.folder, or remove the hidden one',
  },
  deltaTokenDead: { state: 'failed', waits: [hour], detail: 'Graph refused a request' },
  refused: { state: 'failed', waits: [hour], detail: 'Graph refused a request' },
};

export interface MailboxFailure {
  readonly state: FailurePolicy['state'];
  /** Epoch milliseconds of the next try. */
  readonly until: number;
  readonly problem: { readonly code: string; readonly detail: string };
}

/**
 * How a mailbox-wide failure of Graph is shown, and when it is tried again: each kind has its own wait.
 *
 * @param failedBefore how often in a row the mailbox failed in this way before
 */
export function describeMailboxFailure(failure: GraphFailure, failedBefore: number, now: number): MailboxFailure {
  const { state, waits, detail } = policies[failure.kind];
  const wait = waits[Math.min(failedBefore, waits.length - 1)] ?? hour;
  const { code, withoutToken, retryAfter = wait } = failure;
  return { state, until: now + retryAfter, problem: { code, detail: withoutToken ? noToken : detail } };
}

/** A row of the list, or the one that names the installation: nothing is written by what it may have said. */
export function describeDamagedRow(damage: DamagedRow, now: number): MailboxFailure {
  const problem = describeDamage(damage, 'The mailbox waits until the row can be read');
  return { state: 'failed', until: now + 15 * minute, problem };
}

const noToken = 'There was no token for Graph: a connection test of the list says what to do';
