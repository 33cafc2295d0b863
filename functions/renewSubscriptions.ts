import { app, type InvocationContext } from '@azure/functions';
import {
  type RenewalOutcome,
  renewSubscriptions,
  type SubscriptionServices,
} from '../shared/engine/subscriptions/renewSubscriptions.ts';
import type { SubscriptionHealth } from '../shared/engine/subscriptions/subscriptionHealth.ts';
import { logFigure } from './logFigure.ts';
import { createNewProblems } from './newProblems.ts';

/** A look at the tables, which asks Graph only for what is due; a list without a subscription is not left for long. */
const schedule = '0 */5 * * * *';

/** Keeps the subscriptions to the source folders alive, and removes those of lists that are gone. */
export function registerRenewSubscriptions(
  services: SubscriptionServices,
  readHealth: (listId: string) => Promise<SubscriptionHealth>,
  logRenewal: LogRenewal,
): void {
  app.timer('renewSubscriptions', {
    schedule,
    handler: async (_timer, context) => {
      logRenewal(await renewSubscriptions({}, services), context, { allLists: true });
      for (const { id } of services.webhooks ? services.lists : []) {
        const { state, problem } = await readHealth(id);
        logFigure(context, 'subscriptionStatus', { list: id, state, ...(problem ? { code: problem.code } : {}) });
      }
    },
  });
}

export type LogRenewal = (
  outcome: RenewalOutcome,
  context: InvocationContext,
  asked: { readonly allLists: boolean },
) => void;

/** A problem that stays is logged once. */
export function createRenewalLog(): LogRenewal {
  const newProblems = createNewProblems<RenewalOutcome['problems'][number]>();
  return ({ problems, ...done }, context, { allLists }) => {
    for (const problem of newProblems(problems, allLists)) {
      context.warn('A subscription to changes could not be kept', problem);
    }
    if (done.created + done.renewed + done.removed > 0) context.info('Subscriptions to changes were kept', done);
  };
}
