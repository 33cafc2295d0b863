import { ClientStateUnavailable } from '../../ports/clientState.ts';
import type { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Watched } from '../../ports/subscriptions.ts';
import type { Problem } from '../../store/progress.ts';

/** Milliseconds that a subscription lasts; Graph allows less than seven days for contacts, and 29 for users. */
export const subscriptionLife = 6 * 24 * 3_600_000;

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
  if (watched?.kind === 'users' && error.kind === 'accessDenied') {
    const detail = `Graph does not notify the app of changed users (${error.code}), so that the schedule alone finds them: check the consent to User.Read.All. A tenant has at most 100 subscriptions of one app to users and groups`;
    return { code: refusalCode, detail };
  }
  return {
    code: error.code,
    detail: `The subscription to changes could not be kept: ${error.message}${adviceFor(error)}`,
  };
}

function adviceFor({ kind, code, status }: GraphFailure): string {
  if (kind === 'accessDenied') return ': check the consent to Contacts.Read or Contacts.ReadWrite';
  // A webhook that does not answer its validation; Graph has several codes for it.
  if (status === 400) return `: check that Graph reaches WEBHOOK_URL from outside (${code})`;
  return ': it is tried again in a few minutes';
}
