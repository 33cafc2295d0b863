import { listParams } from '../../shared/api/lists.ts';
import { mailboxesPage, mailboxesQuery } from '../../shared/api/mailboxes.ts';
import type { App } from '../../shared/app.ts';
import { withAddress } from './addresses.ts';
import { continuationTo, readContinuation } from './continuation.ts';
import { findShownList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** The mailboxes of a list, page by page. */
export function listMailboxesRoute(app: App): AnyRoute {
  return route({
    name: 'listMailboxes',
    method: 'GET',
    path: 'lists/{list}/mailboxes',
    summary: 'How the mailboxes of a list stand, in the order of their ids',
    params: listParams,
    query: mailboxesQuery,
    answers: {
      200: {
        description: 'A page; with `state` it may be short, or empty, although more follow',
        schema: mailboxesPage,
      },
    },
    async handle({ params, query: { state, continuation, limit } }) {
      const from = readContinuation(continuation);
      const list = await findShownList(params.list, app);
      const { mailboxes, next } = await app.readListMailboxes(list, { state, from, limit });
      const addresses = await app.findAddresses(mailboxes.map(({ id }) => id));
      const shown = mailboxes.map(mailbox => withAddress(mailbox, mailbox.id, addresses));
      return { jsonBody: { mailboxes: shown, ...continuationTo(next) } };
    },
  });
}
