import { listParams } from '../../shared/api/lists.ts';
import { mailboxParams } from '../../shared/api/mailboxNames.ts';
import { neverReceived } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findGoingList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** Removes what a list wrote to a mailbox, and stops there. */
export function clearRoute(app: App): AnyRoute {
  return route({
    name: 'clearMailbox',
    method: 'POST',
    path: 'lists/{list}/mailboxes/{mailbox}/clear',
    summary: 'Removes what the list wrote to the mailbox, and stops syncing it until a resync names it',
    params: listParams.extend(mailboxParams.shape),
    answers: { 202: runAnswer, 409: { description: 'The list does not run, or is halted' } },
    async handle({ params: { list: id, mailbox }, caller }) {
      const list = await findGoingList(id, app);
      return decide(app, caller, 'clearMailbox', { list: list.id, mailbox }, async () => {
        const run = await app.clearMailbox(list, mailbox);
        if (run === undefined) throw neverReceived();
        return answerWithRun(run);
      });
    },
  });
}
