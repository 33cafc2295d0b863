import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { shownMailboxStates } from '../../shared/domain/mailboxState.ts';
import { listMailboxView } from '../../shared/engine/status/readMailboxes.ts';
import { addressed, withAddress } from './addresses.ts';
import { readContinuation, writeContinuation } from './continuation.ts';
import { listParams } from './findList.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const query = z.object({
  state: z.enum(shownMailboxStates).optional().meta({ description: 'Only mailboxes in this state' }),
  continuation: z.string().max(400).optional().meta({ description: 'What the page before named' }),
  limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
});

/** The mailboxes of a list, page by page. */
export function listMailboxesRoute(app: App): AnyRoute {
  return route({
    name: 'listMailboxes',
    method: 'GET',
    path: 'lists/{list}/mailboxes',
    summary: 'How the mailboxes of a list stand, in the order of their ids',
    params: listParams,
    query,
    answers: {
      200: {
        description: 'A page; with `state` it may be short, or empty, although more follow',
        schema: z.object({
          mailboxes: z.array(listMailboxView.extend(addressed)),
          continuation: z.string().optional().meta({ description: 'Of the next page; missing on the last' }),
        }),
      },
    },
    async handle({ params, query: { state, continuation, limit } }) {
      const from = continuation === undefined ? undefined : readContinuation(continuation);
      if (continuation !== undefined && from === undefined) {
        return problem(400, 'The continuation is none of ours', 'Repeat what the page before named, or leave it out');
      }
      const list = await app.findKnownList(params.list);
      if (!list || list.id === null)
        return problem(404, 'There is no such list', 'Use an id that GET /api/lists names');
      const { mailboxes, next } = await app.readListMailboxes({ ...list, id: list.id }, { state, from, limit });
      const addresses = await app.findAddresses(mailboxes.map(({ id }) => id));
      const shown = mailboxes.map(mailbox => withAddress(mailbox, mailbox.id, addresses));
      return {
        jsonBody: { mailboxes: shown, ...(next === undefined ? {} : { continuation: writeContinuation(next) }) },
      };
    },
  });
}
