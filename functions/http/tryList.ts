import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import { folderLimits } from '../../shared/api/contactFolders.ts';
import { definedInCode, noTarget, refusedSource, unfitDefinition } from '../../shared/api/problems.ts';
import { mostTriedContacts, tryBody, tryView, viewColumns } from '../../shared/api/try.ts';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { withAddress } from './addresses.ts';
import { definitionBytes } from './definition.ts';
import { findMailbox } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

/** What a list would do that is not stored, or not as it is sent; writes nothing. */
export function tryListRoute(app: App): AnyRoute {
  return route({
    name: 'tryList',
    method: 'POST',
    path: 'lists/try',
    summary:
      'Tries a list that is not stored: a preview of one mailbox or all, its first contacts, its connection, folders, or columns',
    body: tryBody,
    mostBodyBytes: definitionBytes,
    answers: {
      200: { description: 'What was asked for', schema: tryView },
      409: { description: 'The list is in CONTACT_LISTS, the mailbox is no target of it, or it has no folders' },
      422: { description: 'The list is refused, with every fault' },
    },
    async handle({ body }) {
      const candidate = await app.readCandidate(body.definition);
      if (candidate.kind === 'inCode') throw definedInCode();
      if (candidate.kind === 'refused') throw unfitDefinition(candidate.faults);
      return tryList(candidate.list, body, app);
    },
  });
}

async function tryList(
  list: ContactList,
  { show, mailbox, source }: z.infer<typeof tryBody>,
  app: App,
): Promise<HttpResponseInit> {
  switch (show) {
    case 'contacts':
      return { jsonBody: await app.previewContacts(list, mostTriedContacts) };
    case 'connection':
      return { jsonBody: { steps: await app.testConnection(list) } };
    case 'folders': {
      const found = await app.readSourceFolders(list, source, folderLimits);
      if ('kind' in found) throw refusedSource(found);
      return { jsonBody: found };
    }
    case 'columns': {
      const found = await app.readSourceColumns(list, source);
      if ('kind' in found) throw refusedSource(found);
      return { jsonBody: viewColumns(found) };
    }
    case 'preview': {
      if (mailbox === undefined) return { jsonBody: await app.previewList(list) };
      const mailboxId = await findMailbox(mailbox, app);
      const found = await app.previewMailbox(list, mailboxId);
      if ('kind' in found) throw noTarget(found);
      return { jsonBody: withAddress(found, mailboxId, await app.findAddresses([mailboxId])) };
    }
  }
}
