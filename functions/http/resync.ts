import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { findActiveList, listParams } from './findList.ts';
import { findMailbox, mailboxName } from './findMailbox.ts';
import { type AnyRoute, type RouteAnswer, route } from './route.ts';

const resyncBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its id or address' }),
  mode: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({ description: 'full: compare the folders as a whole, and repair them' }),
});

/** Starts a run at once: of everything, of one list, or of one mailbox. */
export function resyncRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'resync',
      method: 'POST',
      path: 'resync',
      summary: 'Starts a run of every list',
      body: resyncBody,
      answers: { 202: runStarted },
      handle: ({ body }) => resync(body, app.lists, app),
    }),
    route({
      name: 'resyncList',
      method: 'POST',
      path: 'lists/{list}/resync',
      summary: 'Starts a run of one list',
      params: listParams,
      body: resyncBody,
      answers: { 202: runStarted },
      async handle({ params, body }) {
        const list = findActiveList(params.list, app);
        return 'status' in list ? list : resync(body, [list], app);
      },
    }),
  ];
}

/** The answer of what goes on in a run. */
export const runStarted: RouteAnswer = {
  description: 'A run goes on with it',
  schema: z.object({ runId: z.string() }),
  headers: z.object({ Location: z.string().meta({ description: 'Path of the run' }) }),
};

export function answerWithRun(runId: string): HttpResponseInit {
  return { status: 202, headers: { Location: `/api/runs/${runId}` }, jsonBody: { runId } };
}

async function resync(
  { mailbox, mode }: z.infer<typeof resyncBody>,
  lists: readonly ContactList[],
  app: App,
): Promise<HttpResponseInit> {
  const mailboxId = mailbox === undefined ? undefined : await findMailbox(mailbox, app);
  if (typeof mailboxId === 'object') return mailboxId;
  return answerWithRun(await app.requestResync(lists, mailboxId, mode));
}
