import type { Notice } from '../domain/notice.ts';

/**
 * A message with one Adaptive Card, as a workflow of Teams takes it that begins with "When a Teams webhook request is
 * received" (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
 *
 * @param consoleUrl undefined where there is no console
 */
export function noticeCard({ title, facts, more }: Notice, consoleUrl: string | undefined): object {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', size: 'Medium', weight: 'Bolder', wrap: true, text: title },
      { type: 'FactSet', facts },
      ...(more > 0 ? [{ type: 'TextBlock', wrap: true, text: `and ${more} more` }] : []),
    ],
    ...(consoleUrl ? { actions: [{ type: 'Action.OpenUrl', title: 'Open the console', url: consoleUrl }] } : {}),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}
