import { seesList } from '../../shared/api/caller.ts';
import { viewHalt } from '../../shared/api/halt.ts';
import { listParams, listsView, listView } from '../../shared/api/lists.ts';
import { noShownList } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { isoTime } from '../../shared/isoTime.ts';
import { type AnyRoute, route } from './route.ts';

/** How the lists stand: all, or one. */
export function listRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'listLists',
      method: 'GET',
      path: 'lists',
      summary: 'How every list stands',
      answers: { 200: { description: 'The lists', schema: listsView } },
      async handle({ caller }) {
        const nextRun = app.nextRun();
        const nextRunAt = nextRun === undefined ? null : isoTime(nextRun);
        const lists = (await app.readLists()).filter(({ id }) => seesList(caller, id));
        const halt = await app.readHaltOfAll();
        return {
          jsonBody: { lists, ...(halt && { halted: viewHalt(halt) }), notes: await app.generalNotes(), nextRunAt },
        };
      },
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
        if (!list) throw noShownList();
        return { jsonBody: list };
      },
    }),
  ];
}
