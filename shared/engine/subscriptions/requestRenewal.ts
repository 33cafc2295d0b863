import type { MessageQueue } from '../../ports/messageQueue.ts';
import type { RenewalMessage } from '../fan-out/messages.ts';

/** Asks for a look at a list's subscriptions; `now`: at those that are not due either. */
export type RequestRenewal = (listId: string, now: boolean) => Promise<void>;

export function createRenewalRequester(services: {
  readonly newId: () => string;
  readonly captureQueue: MessageQueue<RenewalMessage>;
}): RequestRenewal {
  return async (list, now) => {
    const body: RenewalMessage = { kind: 'renewSubscriptions', list, now };
    await services.captureQueue.send([{ id: `${list}:renewal:${services.newId()}`, body }]);
  };
}
