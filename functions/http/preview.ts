import type { HttpResponseInit } from '@azure/functions';
import { previewList } from '../../shared/engine/trial/previewList.ts';
import { previewMailbox } from '../../shared/engine/trial/previewMailbox.ts';
import { preview } from '../../shared/engine/trial/previewView.ts';
import type { TrialServices } from '../../shared/engine/trial/trialRun.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { type AddressServices, addressed, withAddress } from './addresses.ts';
import { findActiveList, type KnownLists, listParams } from './findList.ts';
import { findMailbox, mailboxName } from './findMailbox.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const previewBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its object id or its address' }),
});

type PreviewHttpServices = TrialServices & AddressServices;

/** What a run would do; writes nothing. */
export function previewRoute(services: PreviewHttpServices & KnownLists): AnyRoute {
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
      const list = findActiveList(params.list, services);
      if ('status' in list) return list;
      return body.mailbox === undefined
        ? { jsonBody: await previewList(list, services) }
        : answerForMailbox(list, body.mailbox, services);
    },
  });
}

async function answerForMailbox(
  list: ContactList,
  idOrAddress: string,
  services: PreviewHttpServices,
): Promise<HttpResponseInit> {
  const mailboxId = await findMailbox(idOrAddress, services.openDirectory());
  if (typeof mailboxId === 'object') return mailboxId;
  const found = await previewMailbox(list, mailboxId, services);
  if ('reason' in found) return problem(409, 'The mailbox gets nothing of the list', found.reason);
  return { jsonBody: withAddress(found, mailboxId, await services.findAddresses([mailboxId])) };
}
