import { heldMailboxesPage, heldMailboxesQuery } from '../../shared/api/hold.ts';
import { listParams } from '../../shared/api/lists.ts';
import { noHeldMailboxes } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { withAddress } from './addresses.ts';
import { continuationTo, readContinuation } from './continuation.ts';
import { findShownList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** Whom a hold of mailboxes is about, page by page. */
export function heldMailboxesRoute(app: App): AnyRoute {
  return route({
    name: 'listHeldMailboxes',
    method: 'GET',
    path: 'lists/{list}/hold/mailboxes',
    summary: 'Which mailboxes would leave the list if the hold was approved, in the order of their ids',
    params: listParams,
    query: heldMailboxesQuery,
    answers: {
      200: { description: 'A page', schema: heldMailboxesPage },
      409: { description: 'No mailboxes wait for a decision, or nobody knows yet which' },
    },
    async handle({ params, query: { continuation, limit } }) {
      const from = readContinuation(continuation);
      const { id } = await findShownList(params.list, app);
      const { mailboxes, next } = await app.readHeldMailboxes(id, { from, limit });
      if (!mailboxes) throw noHeldMailboxes();
      const addresses = await app.findAddresses(mailboxes.map(mailbox => mailbox.id));
      const shown = mailboxes.map(mailbox => withAddress(mailbox, mailbox.id, addresses));
      return { jsonBody: { mailboxes: shown, ...continuationTo(next) } };
    },
  });
}
