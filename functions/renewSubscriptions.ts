import { app as functions, type InvocationContext } from '@azure/functions';
import type { App } from '../shared/app.ts';
import type { RenewalOutcome } from '../shared/engine/subscriptions/index.ts';
import { logFigure } from './logFigure.ts';
import { createNewProblems } from './newProblems.ts';

/** A look at the tables, which asks Graph only for what is due; a list without a subscription is not left for long. */
const schedule = '0 */5 * * * *';

/** Keeps the subscriptions to the source folders alive, and removes those of lists that are gone. */
export function registerRenewSubscriptions(app: App, logRenewal: LogRenewal): void {
  functions.timer('renewSubscriptions', {
    schedule,
    handler: async (_timer, context) => {
      logRenewal(await app.renewSubscriptions({}), context, { allLists: true });
      const { lists } = await app.readConfiguredLists();
      for (const { id } of app.webhooks ? lists : []) {
        const { state, problem } = await app.readSubscriptionHealth(id);
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
