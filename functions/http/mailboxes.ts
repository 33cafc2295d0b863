import { type Caller, seesList } from '../../shared/api/caller.ts';
import { addressedMailbox, findMailboxBody, type MailboxView } from '../../shared/api/mailboxes.ts';
import { mailboxParams } from '../../shared/api/mailboxNames.ts';
import { unknownMailbox } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { withAddress } from './addresses.ts';
import { findMailbox } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

/** How one mailbox stands over all lists, by its address (in the body: paths end up in request logs) or its id. */
export function mailboxRoutes(app: App): AnyRoute[] {
  const read = async (id: string, caller: Caller): Promise<MailboxView> => {
    const mailbox = await app.readMailbox(id);
    return { ...mailbox, lists: mailbox.lists.filter(({ list }) => seesList(caller, list)) };
  };
  const show = async (mailbox: MailboxView) => withAddress(mailbox, mailbox.id, await app.findAddresses([mailbox.id]));
  return [
    route({
      name: 'findMailbox',
      method: 'POST',
      path: 'mailboxes/find',
      summary: 'The id of an address, and how its mailbox stands in the lists that know it',
      body: findMailboxBody,
      answers: { 200: { description: 'The mailbox; `lists` may be empty', schema: addressedMailbox } },
      async handle({ body, caller }) {
        const id = await findMailbox(body.address, app);
        return { jsonBody: await show(await read(id, caller)) };
      },
    }),
    route({
      name: 'getMailbox',
      method: 'GET',
      path: 'mailboxes/{mailbox}',
      summary: 'How a mailbox stands in the lists that know it',
      params: mailboxParams,
      answers: { 200: { description: 'The mailbox', schema: addressedMailbox } },
      async handle({ params, caller }) {
        const mailbox = await read(params.mailbox, caller);
        if (mailbox.lists.length === 0) throw unknownMailbox();
        return { jsonBody: await show(mailbox) };
      },
    }),
  ];
}
