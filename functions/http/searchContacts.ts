import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { foundContact } from '../../shared/engine/status/searchContacts.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { readContinuation, writeContinuation } from './continuation.ts';
import { listParams } from './findList.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const pageSize = 50;

const searchBody = strictObject({
  text: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta({ description: 'Words of the name, the company or an address; every contact without any' }),
  continuation: z.string().max(400).optional().meta({ description: 'What the page before named' }),
});

const searchAnswer = z.object({
  contacts: z.array(foundContact),
  total: z.int().meta({ description: 'Contacts that were found, on all pages' }),
  continuation: z.string().optional().meta({ description: 'Of the next page; missing on the last' }),
});

/** The contacts of a list, by name. What is looked for is in the body: paths and queries end up in request logs. */
export function searchContactsRoute(app: App): AnyRoute {
  return route({
    name: 'searchContacts',
    method: 'POST',
    path: 'lists/{list}/contacts/search',
    summary: 'Contacts that the list has at its source, by words of the name, the company or an address',
    params: listParams,
    body: searchBody,
    answers: { 200: { description: `A page of ${pageSize}, in the order of the names`, schema: searchAnswer } },
    async handle({ params, body: { text, continuation } }) {
      const from = continuation === undefined ? 0 : Number(readContinuation(continuation));
      if (!Number.isInteger(from) || from < 0) {
        return problem(400, 'The continuation is none of ours', 'Repeat what the page before named, or leave it out');
      }
      const list = await app.findKnownList(params.list);
      if (!list || list.id === null) {
        return problem(404, 'There is no such list', 'Use an id that GET /api/lists names');
      }
      const found = await app.searchContacts(list.id, { text, from, limit: pageSize });
      const next = from + pageSize;
      const more = next < found.total ? { continuation: writeContinuation(String(next)) } : {};
      return { jsonBody: { ...found, ...more } };
    },
  });
}
