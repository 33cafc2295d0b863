import type { App } from '../../shared/app.ts';
import { findActiveList, listParams } from './findList.ts';
import { mailboxParams } from './findMailbox.ts';
import { problem } from './problem.ts';
import { answerWithRun, runStarted } from './resync.ts';
import { type AnyRoute, route } from './route.ts';

/** Removes what a list wrote to a mailbox, and stops there. */
export function clearRoute(app: App): AnyRoute {
  return route({
    name: 'clearMailbox',
    method: 'POST',
    path: 'lists/{list}/mailboxes/{mailbox}/clear',
    summary: 'Removes what the list wrote to the mailbox, and stops syncing it until a resync names it',
    params: listParams.extend(mailboxParams.shape),
    answers: { 202: runStarted, 409: { description: 'The list does not run' } },
    async handle({ params }) {
      const list = findActiveList(params.list, app);
      if ('status' in list) return list;
      const run = await app.clearMailbox(list, params.mailbox);
      if (run !== undefined) return answerWithRun(run);
      return problem(
        404,
        'The list never had this mailbox',
        'Give the object id that POST /api/mailboxes/find names; to keep a mailbox out from the start, name it in targets.exclude',
      );
    },
  });
}
