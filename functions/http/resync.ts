import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { type ResyncServices, requestResync } from '../../shared/engine/fan-out/requestResync.ts';
import type { Directory } from '../../shared/ports/directory.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { findActiveList, type KnownLists, listParams } from './findList.ts';
import { findMailbox, mailboxName } from './findMailbox.ts';
import { type AnyRoute, type RouteAnswer, route } from './route.ts';

const resyncBody = strictObject({
  mailbox: mailboxName.optional().meta({ description: 'Only this mailbox: its id or address' }),
  mode: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({ description: 'full: compare the folders as a whole, and repair them' }),
});

export interface ResyncHttpServices extends ResyncServices, KnownLists {
  readonly openDirectory: () => Directory;
}

/** Starts a run at once: of everything, of one list, or of one mailbox. */
export function resyncRoutes(services: ResyncHttpServices): AnyRoute[] {
  return [
    route({
      name: 'resync',
      method: 'POST',
      path: 'resync',
      summary: 'Starts a run of every list',
      body: resyncBody,
      answers: { 202: runStarted },
      handle: ({ body }) => resync(body, services.lists, services),
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
        const list = findActiveList(params.list, services);
        return 'status' in list ? list : resync(body, [list], services);
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
  services: ResyncHttpServices,
): Promise<HttpResponseInit> {
  const mailboxId = mailbox === undefined ? undefined : await findMailbox(mailbox, services.openDirectory());
  if (typeof mailboxId === 'object') return mailboxId;
  return answerWithRun(await requestResync(lists, mailboxId, mode, services));
}
