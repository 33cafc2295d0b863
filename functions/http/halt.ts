import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import type { Caller } from '../../shared/api/caller.ts';
import { haltBody, haltView, viewHalt } from '../../shared/api/halt.ts';
import { listParams } from '../../shared/api/lists.ts';
import { allHalted, notHalted } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findShownList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

const haltedAnswer = {
  description: 'It stands still: batches that Graph is working on end, and no other begins',
  schema: haltView,
};
const releasedAnswers = { 202: runAnswer, 409: { description: 'It is not halted' } };

/** Stops a list, or everything, at once, and lets it go on. */
export function haltRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'haltList',
      method: 'POST',
      path: 'lists/{list}/halt',
      summary: 'Stops the list: no source is read and nothing is written until it is released',
      params: listParams,
      body: haltBody,
      answers: { 200: haltedAnswer },
      handle: async ({ params, body, caller }) => {
        const { id } = await findShownList(params.list, app);
        return halt('haltList', id, body, caller, app);
      },
    }),
    route({
      name: 'releaseList',
      method: 'POST',
      path: 'lists/{list}/release',
      summary: 'Lets a halted list go on, or a change that waits in its ring, at once',
      params: listParams,
      answers: releasedAnswers,
      handle: async ({ params, caller }) => {
        const { id } = await findShownList(params.list, app);
        return decide(app, caller, 'releaseList', { list: id }, () => release(id, app));
      },
    }),
    route({
      name: 'halt',
      method: 'POST',
      path: 'halt',
      summary: 'Stops every list',
      body: haltBody,
      answers: { 200: haltedAnswer },
      handle: ({ body, caller }) => halt('halt', undefined, body, caller, app),
    }),
    route({
      name: 'release',
      method: 'POST',
      path: 'release',
      summary: 'Lets every list go on that was not halted by itself',
      answers: releasedAnswers,
      handle: ({ caller }) => decide(app, caller, 'release', {}, () => release(undefined, app)),
    }),
  ];
}

function halt(
  action: string,
  list: string | undefined,
  { reason: given }: z.infer<typeof haltBody>,
  caller: Caller,
  app: App,
): Promise<HttpResponseInit> {
  const reason = given || undefined;
  return decide(app, caller, action, { list, details: { reason } }, async () => ({
    jsonBody: viewHalt(await app.halt(list, reason)),
  }));
}

async function release(list: string | undefined, app: App): Promise<HttpResponseInit> {
  const released = await app.release(list);
  if (released === 'notHalted') throw notHalted();
  if (released === 'allHalted') throw allHalted();
  return answerWithRun(released.run);
}
