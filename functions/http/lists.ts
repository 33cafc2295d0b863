import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { listView } from '../../shared/engine/status/readLists.ts';
import { problem as codedProblem } from '../../shared/store/progress.ts';
import { listParams } from './findList.ts';
import { problem } from './problem.ts';
import { type AnyRoute, route } from './route.ts';

const listsView = z.object({
  lists: z.array(listView),
  notes: z.array(codedProblem).meta({ description: 'What the settings say beside the lists, such as `NoLists`' }),
});

/** How the lists stand: all, or one. */
export function listRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'listLists',
      method: 'GET',
      path: 'lists',
      summary: 'How every list stands',
      answers: { 200: { description: 'The lists', schema: listsView } },
      handle: async () => ({ jsonBody: { lists: await app.readLists(), notes: app.generalNotes() } }),
    }),
    route({
      name: 'getList',
      method: 'GET',
      path: 'lists/{list}',
      summary: 'How a list stands',
      params: listParams,
      answers: { 200: { description: 'The list', schema: listView } },
      async handle({ params }) {
        const list = await app.readList(params.list);
        return list ? { jsonBody: list } : problem(404, 'There is no such list', 'Use an id that GET /api/lists names');
      },
    }),
  ];
}
