import { app } from '@azure/functions';
import * as z from 'zod';
import type { AskForCapture } from '../../shared/engine/subscriptions/index.ts';
import { answerWebhook, type Received, type WebhookServices } from './webhook.ts';

const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
const lifecycleItem = z.object({ lifecycleEvent: z.enum(lifecycleEvents) });

type LifecycleItem = z.infer<typeof lifecycleItem>;

export interface LifecycleServices extends WebhookServices {
  readonly askForCapture: AskForCapture;
  readonly requestRenewal: (listId: string, now: boolean) => Promise<void>;
}

/**
 * Graph's word that a subscription has to be authorised again, was removed, or missed changes.
 * https://learn.microsoft.com/graph/change-notifications-lifecycle-events
 */
export function registerLifecycle(services: LifecycleServices): void {
  app.http('lifecycle', {
    route: 'lifecycle',
    methods: ['POST'],
    authLevel: 'anonymous',
    handler: (request, context) =>
      answerWebhook(request, context, lifecycleItem, services, received => enqueue(received, services)),
  });
}

/** To renew is to authorise again; a renewal that finds nothing to renew makes the subscription anew. */
async function enqueue(
  received: readonly Received<LifecycleItem>[],
  { askForCapture, requestRenewal }: LifecycleServices,
): Promise<void> {
  const listsOf = (...events: readonly LifecycleItem['lifecycleEvent'][]) => [
    ...new Set(received.filter(({ item }) => events.includes(item.lifecycleEvent)).map(({ list }) => list)),
  ];
  await Promise.all([
    ...listsOf('reauthorizationRequired', 'subscriptionRemoved').map(list => requestRenewal(list, true)),
    ...listsOf('subscriptionRemoved', 'missed').map(askForCapture),
  ]);
}
