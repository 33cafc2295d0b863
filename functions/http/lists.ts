import * as z from 'zod';
import { listView, type ReadListsServices, readLists, readOneList } from '../../shared/workflows/status/readLists.ts';
import { listParams } from './findList.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

/** How the lists stand: all, or one. */
export function listRoutes(services: ReadListsServices): AnyRoute[] {
  return [
    route({
      name: 'listLists',
      method: 'GET',
      path: 'lists',
      summary: 'How every list stands',
      answers: { 200: { description: 'The lists', schema: z.object({ lists: z.array(listView) }) } },
      handle: async () => ({ jsonBody: { lists: await readLists(services) } }),
    }),
    route({
      name: 'getList',
      method: 'GET',
      path: 'lists/{list}',
      summary: 'How a list stands',
      params: listParams,
      answers: { 200: { description: 'The list', schema: listView } },
      async handle({ params }) {
        const list = await readOneList(params.list, services);
        return list ? { jsonBody: list } : problem(404, 'There is no such list', 'Use an id that GET /api/lists names');
      },
    }),
  ];
}
