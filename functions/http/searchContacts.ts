import { contactsPage, contactsPageSize, searchBody } from '../../shared/api/contacts.ts';
import { listParams } from '../../shared/api/lists.ts';
import { foreignContinuation } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { continuationTo, readContinuation } from './continuation.ts';
import { findShownList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** The contacts of a list, by name. What is looked for is in the body: paths and queries end up in request logs. */
export function searchContactsRoute(app: App): AnyRoute {
  return route({
    name: 'searchContacts',
    method: 'POST',
    path: 'lists/{list}/contacts/search',
    summary: 'Contacts that the list has at its source, by words of the name, the company or an address',
    params: listParams,
    body: searchBody,
    answers: { 200: { description: `A page of ${contactsPageSize}, in the order of the names`, schema: contactsPage } },
    async handle({ params, body: { text, removal, continuation } }) {
      const from = Number(readContinuation(continuation) ?? 0);
      if (!Number.isInteger(from) || from < 0) throw foreignContinuation();
      const list = await findShownList(params.list, app);
      const found = await app.searchContacts(list.id, { text, removal, from, limit: contactsPageSize });
      const next = from + contactsPageSize;
      const more = continuationTo(next < found.total ? String(next) : undefined);
      return { jsonBody: { ...found, ...more } };
    },
  });
}
