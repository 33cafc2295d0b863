import type { HttpResponseInit } from '@azure/functions';
import type { App } from '../../shared/app.ts';
import { preview } from '../../shared/engine/trial/previewView.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { addressed, withAddress } from './addresses.ts';
import { findActiveList, listParams } from './findList.ts';
import { findMailbox, mailboxName } from './findMailbox.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const previewBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its object id or its address' }),
});

/** What a run would do; writes nothing. */
export function previewRoute(app: App): AnyRoute {
  return route({
    name: 'preview',
    method: 'POST',
    path: 'lists/{list}/preview',
    summary:
      'What a run that names the mailbox would do there, with reasons, or the totals of the next run; writes nothing',
    params: listParams,
    body: previewBody,
    answers: {
      200: { description: 'The plan', schema: preview.extend(addressed) },
      409: { description: 'The list does not run, or the mailbox is no target of it' },
    },
    async handle({ params, body }) {
      const list = findActiveList(params.list, app);
      if ('status' in list) return list;
      return body.mailbox === undefined
        ? { jsonBody: await app.previewList(list) }
        : answerForMailbox(list, body.mailbox, app);
    },
  });
}

async function answerForMailbox(list: ContactList, idOrAddress: string, app: App): Promise<HttpResponseInit> {
  const mailboxId = await findMailbox(idOrAddress, app);
  if (typeof mailboxId === 'object') return mailboxId;
  const found = await app.previewMailbox(list, mailboxId);
  if ('reason' in found) return problem(409, 'The mailbox gets nothing of the list', found.reason);
  return { jsonBody: withAddress(found, mailboxId, await app.findAddresses([mailboxId])) };
}
