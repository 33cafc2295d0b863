import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { connectionStep } from '../../shared/engine/connection-test/connectionSteps.ts';
import { logFigure } from '../logFigure.ts';
import { listParams } from './findList.ts';
import { problem } from './problem.ts';
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
        schema: z.object({ steps: z.array(connectionStep) }),
      },
    },
    async handle({ params, context }) {
      const { lists, pausedLists, refusedLists } = app;
      const list = [...lists, ...pausedLists, ...refusedLists].find(({ id }) => id === params.list);
      if (!list) return problem(404, 'There is no such list', 'Use the id of a list in CONTACT_LISTS');
      const steps = await app.testConnection(list);
      const failed = steps.filter(({ ok }) => !ok).length;
      logFigure(context, 'connectionTest', { list: params.list, steps: steps.length, failed });
      return { jsonBody: { steps } };
    },
  });
}
