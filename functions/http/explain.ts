import { addressedExplanation, explainBody } from '../../shared/api/explain.ts';
import { listParams } from '../../shared/api/lists.ts';
import type { App } from '../../shared/app.ts';
import { withAddress } from './addresses.ts';
import { findActiveList } from './findList.ts';
import { findMailbox } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

/** Whether a contact is in a mailbox, and why or why not. */
export function explainRoute(app: App): AnyRoute {
  return route({
    name: 'explain',
    method: 'POST',
    path: 'lists/{list}/explain',
    summary: 'Whether a contact is in a mailbox, and why or why not',
    params: listParams,
    body: explainBody,
    answers: {
      200: { description: 'One answer for each contact that is meant', schema: addressedExplanation },
      409: { description: 'The list is paused or refused, and changes nothing' },
    },
    async handle({ params, body }) {
      const list = await findActiveList(params.list, app);
      const mailboxId = await findMailbox(body.mailbox, app);
      const explained = await app.explainContact(list, mailboxId, body.contact);
      return { jsonBody: withAddress(explained, mailboxId, await app.findAddresses([mailboxId])) };
    },
  });
}
