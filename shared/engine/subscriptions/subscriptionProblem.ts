import { day } from '../../domain/durations.ts';
import { ClientStateUnavailable } from '../../ports/clientState.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Watched } from '../../ports/subscriptions.ts';
import type { Problem } from '../../store/progress.ts';

/** Milliseconds that a subscription lasts; Graph allows less than seven days for contacts, and 29 for users. */
export const subscriptionLife = 6 * day;

const refusalCode = 'NotificationsRefused';

/** Whether Graph does not let the app watch it, which the schedule makes up for: nothing is broken. */
export function isRefusal({ code }: Problem): boolean {
  return code === refusalCode;
}

/** What an admin can do about it; until then the schedule finds the changes. */
export function describeSubscriptionProblem(error: GraphFailure | ClientStateUnavailable, watched?: Watched): Problem {
  if (error instanceof ClientStateUnavailable) {
    const advice = 'check KEY_VAULT_URL, and that the identity may read secrets (Key Vault Secrets User)';
    return { code: error.name, detail: `${error.message}: ${advice}` };
  }
  if (error.kind === 'accessDenied' && watched?.kind === 'users') {
    return refusal('changed users', 'check the consent to User.Read.All', error);
  }
  if (error.kind === 'accessDenied' && watched?.kind === 'members') {
    return refusal('who joins or leaves a group', 'for them it would need Group.Read.All', error);
  }
  return {
    code: error.code,
    detail: `The subscription to changes could not be kept: ${error.message}${adviceFor(error)}`,
  };
}

function refusal(what: string, remedy: string, { code }: GraphFailure): Problem {
  // https://learn.microsoft.com/graph/change-notifications-overview#supported-resources
  const limit = 'An app may have 100 subscriptions to users and groups in a tenant';
  const detail = `Graph does not notify the app of ${what} (${code}), so that the schedule alone finds that: ${remedy}. ${limit}`;
  return { code: refusalCode, detail };
}

function adviceFor({ kind, code, status }: GraphFailure): string {
  if (kind === 'accessDenied') return ': check the consent to Contacts.Read or Contacts.ReadWrite';
  // A webhook that does not answer its validation; Graph has several codes for it.
  if (status === 400) return `: check that Graph reaches WEBHOOK_URL from outside (${code})`;
  return ': it is tried again in a few minutes';
}
