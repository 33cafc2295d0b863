import type { HttpResponseInit } from '@azure/functions';
import type * as z from 'zod';
import type { Caller } from '../../shared/api/caller.ts';
import { listParams } from '../../shared/api/lists.ts';
import { resyncBody } from '../../shared/api/resync.ts';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findGoingList } from './findList.ts';
import { findMailbox } from './findMailbox.ts';
import { type AnyRoute, route } from './route.ts';

/** Starts a run at once: of everything, of one list, or of one mailbox. */
export function resyncRoutes(app: App): AnyRoute[] {
  return [
    route({
      name: 'resync',
      method: 'POST',
      path: 'resync',
      summary: 'Starts a run of every list',
      body: resyncBody,
      answers: { 202: runAnswer },
      handle: ({ body, caller }) => resync('resync', undefined, body, app.lists, caller, app),
    }),
    route({
      name: 'resyncList',
      method: 'POST',
      path: 'lists/{list}/resync',
      summary: 'Starts a run of one list',
      params: listParams,
      body: resyncBody,
      answers: { 202: runAnswer, 409: { description: 'The list does not run, or is halted' } },
      handle: async ({ params, body, caller }) => {
        const list = await findGoingList(params.list, app);
        return resync('resyncList', list.id, body, [list], caller, app);
      },
    }),
  ];
}

async function resync(
  action: string,
  list: string | undefined,
  { mailbox, mode }: z.infer<typeof resyncBody>,
  lists: readonly ContactList[],
  caller: Caller,
  app: App,
): Promise<HttpResponseInit> {
  const mailboxId = mailbox === undefined ? undefined : await findMailbox(mailbox, app);
  return decide(app, caller, action, { list, mailbox: mailboxId, details: { mode } }, async () => {
    const rolling = mailboxId === undefined ? [] : await app.findRolling(lists);
    const runId = await app.requestResync(lists, mailboxId, mode);
    return answerWithRun(runId, rolling.length > 0 ? { pastRings: rolling } : {});
  });
}
