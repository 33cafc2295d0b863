import { connectionTest } from '../../shared/api/connectionTest.ts';
import { listParams } from '../../shared/api/lists.ts';
import { noConfiguredList } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { logFigure } from '../logFigure.ts';
import { type AnyRoute, route } from './route.ts';

/** Whether the app reaches what a list needs, paused and refused lists included; writes nothing to a mailbox. */
export function connectionTestRoute(app: App): AnyRoute {
  return route({
    name: 'testConnection',
    method: 'GET',
    path: 'lists/{list}/connection-test',
    summary: 'Tests step by step whether the app reaches what the list needs, and says what to do',
    params: listParams,
    answers: {
      200: {
        description: 'The steps, those that failed and were not tried included',
        schema: connectionTest,
      },
    },
    async handle({ params, context }) {
      const { configuredLists, refusedLists } = await app.readTestedLists(params.list);
      const list = [...configuredLists, ...refusedLists].find(({ id }) => id === params.list);
      if (!list) throw noConfiguredList();
      const steps = await app.testConnection(list);
      const failed = steps.filter(({ ok }) => !ok).length;
      logFigure(context, 'connectionTest', { list: params.list, steps: steps.length, failed });
      return { jsonBody: { steps } };
    },
  });
}
