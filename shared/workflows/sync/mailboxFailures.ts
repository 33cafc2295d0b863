import type { GraphFailure, GraphFailureKind } from '../../ports/contactMailbox.ts';
import type { MailboxProgressState } from '../../state/progress.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

interface FailurePolicy {
  readonly state: Extract<MailboxProgressState, 'waiting' | 'failed' | 'skipped'>;
  /** Milliseconds until the next try, unless Graph named a time. */
  readonly wait: number;
  /** What the admin reads beside Graph's code. */
  readonly detail: string;
}

const policies: Record<GraphFailureKind, FailurePolicy> = {
  noMailbox: {
    state: 'skipped',
    wait: 24 * hour,
    detail: 'The user has no mailbox in Exchange Online: none was made, it is inactive, or it is on premises',
  },
  accessDenied: {
    state: 'failed',
    wait: hour,
    detail: 'The app may not write here: check the consent to Contacts.ReadWrite, or the scope that restricts it',
  },
  overQuota: { state: 'failed', wait: hour, detail: 'The mailbox is full' },
  mailboxMoving: { state: 'waiting', wait: 10 * minute, detail: 'The mailbox is being moved' },
  throttled: { state: 'waiting', wait: 10 * second, detail: 'Graph asked to wait' },
  unavailable: { state: 'waiting', wait: 30 * second, detail: 'Graph did not answer, or could not' },
  notFound: { state: 'waiting', wait: 5 * minute, detail: 'The contact folder went away during the run' },
  folderExists: {
    state: 'failed',
    wait: hour,
    detail: 'A folder of that name exists and is hidden: choose another destination.folder, or remove the hidden one',
  },
  deltaTokenDead: { state: 'failed', wait: hour, detail: 'Graph refused a request' },
  refused: { state: 'failed', wait: hour, detail: 'Graph refused a request' },
};

export interface MailboxFailure {
  readonly state: FailurePolicy['state'];
  /** Epoch milliseconds of the next try. */
  readonly until: number;
  readonly problem: { readonly code: string; readonly detail: string };
}

/** How a mailbox-wide failure of Graph is shown, and when it is tried again: each kind has its own wait. */
export function describeMailboxFailure(failure: GraphFailure, now: number): MailboxFailure {
  const { state, wait, detail } = policies[failure.kind];
  const { code, withoutToken } = failure;
  const problem = { code, detail: withoutToken ? noToken : detail };
  return { state, until: now + (failure.retryAfter ?? wait), problem };
}

const noToken = 'There was no token for Graph: a connection test of the list says what to do';
