import type { App } from '../../shared/app.ts';
import { type MailboxView, mailboxView } from '../../shared/engine/status/readMailbox.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { addressed, withAddress } from './addresses.ts';
import { findMailbox, mailboxAddress, mailboxParams } from './findMailbox.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const addressedMailbox = mailboxView.extend(addressed);

/** How one mailbox stands over all lists, by its address (in the body: paths end up in request logs) or its id. */
export function mailboxRoutes(app: App): AnyRoute[] {
  const show = async (mailbox: MailboxView) => withAddress(mailbox, mailbox.id, await app.findAddresses([mailbox.id]));
  return [
    route({
      name: 'findMailbox',
      method: 'POST',
      path: 'mailboxes/find',
      summary: 'The id of an address, and how its mailbox stands in the lists that know it',
      body: strictObject({ address: mailboxAddress }),
      answers: { 200: { description: 'The mailbox; `lists` may be empty', schema: addressedMailbox } },
      async handle({ body }) {
        const id = await findMailbox(body.address, app);
        return typeof id === 'string' ? { jsonBody: await show(await app.readMailbox(id)) } : id;
      },
    }),
    route({
      name: 'getMailbox',
      method: 'GET',
      path: 'mailboxes/{mailbox}',
      summary: 'How a mailbox stands in the lists that know it',
      params: mailboxParams,
      answers: { 200: { description: 'The mailbox', schema: addressedMailbox } },
      async handle({ params }) {
        const mailbox = await app.readMailbox(params.mailbox);
        if (mailbox.lists.length > 0) return { jsonBody: await show(mailbox) };
        return problem(
          404,
          'No list knows this mailbox',
          'It is, and was, no target: POST /api/mailboxes/find says whether the user exists',
        );
      },
    }),
  ];
}
