import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { explanation } from '../../shared/engine/trial/explainContact.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { addressed, withAddress } from './addresses.ts';
import { findActiveList, listParams } from './findList.ts';
import { findMailbox, mailboxName } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

const explainBody = strictObject({
  mailbox: mailboxName,
  contact: z.string().trim().min(1).max(400).meta({
    description: 'A source key, or an e-mail address, name or words of it that the contact has at the source',
  }),
});

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
      200: { description: 'One answer for each contact that is meant', schema: explanation.extend(addressed) },
      409: { description: 'The list is paused or refused, and changes nothing' },
    },
    async handle({ params, body }): Promise<HttpResponseInit> {
      const list = findActiveList(params.list, app);
      if ('status' in list) return list;
      const mailboxId = await findMailbox(body.mailbox, app);
      if (typeof mailboxId === 'object') return mailboxId;
      const explained = await app.explainContact(list, mailboxId, body.contact);
      return { jsonBody: withAddress(explained, mailboxId, await app.findAddresses([mailboxId])) };
    },
  });
}
