import { seesList } from '../../shared/api/caller.ts';
import { daysQuery, daysView } from '../../shared/api/days.ts';
import { listParams } from '../../shared/api/lists.ts';
import type { App } from '../../shared/app.ts';
import { findShownList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** What was done day by day: over all lists, or in one. */
export function daysRoutes(app: App): AnyRoute[] {
  const answers = { 200: { description: 'The days of which something is known, oldest first', schema: daysView } };
  return [
    route({
      name: 'getDays',
      method: 'GET',
      path: 'days',
      summary: 'How the mailboxes stood and what was done, day by day, over all lists',
      query: daysQuery,
      answers,
      async handle({ query, caller }) {
        return { jsonBody: await app.readDays(id => seesList(caller, id), query.days) };
      },
    }),
    route({
      name: 'getListDays',
      method: 'GET',
      path: 'lists/{list}/days',
      summary: 'How the mailboxes of a list stood and what was done, day by day',
      params: listParams,
      query: daysQuery,
      answers,
      async handle({ params, query }) {
        const list = await findShownList(params.list, app);
        return { jsonBody: await app.readListDays(list, query.days) };
      },
    }),
  ];
}
