import { app } from '@azure/functions';
import * as z from 'zod';
import type { AskForCapture } from '../../shared/engine/subscriptions/index.ts';
import { answerWebhook, type WebhookServices } from './webhook.ts';

export interface ChangeNotificationsServices extends WebhookServices {
  readonly askForCapture: AskForCapture;
}

/**
 * Graph's word that a source folder changed. It does not count on what the notification says, which may be late, lost
 * or doubled: it asks for a capture of the list. Anonymous, since Graph has no function key to send.
 */
export function registerChangeNotifications(services: ChangeNotificationsServices): void {
  app.http('changeNotifications', {
    route: 'notifications',
    methods: ['POST'],
    authLevel: 'anonymous',
    handler: (request, context) =>
      answerWebhook(request, context, z.object({}), services, async received => {
        const lists = new Set(received.map(({ list }) => list));
        await Promise.all([...lists].map(services.askForCapture));
      }),
  });
}
