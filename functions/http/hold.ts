import { holdBody } from '../../shared/api/hold.ts';
import { listParams } from '../../shared/api/lists.ts';
import { undecided } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { answerWithRun, runAnswer } from './answerWithRun.ts';
import { decide } from './decide.ts';
import { findActiveList } from './findList.ts';
import { type AnyRoute, route } from './route.ts';

/** Decides removals that wait; the number must be the one that was shown. */
export function holdRoute(app: App): AnyRoute {
  return route({
    name: 'decideHold',
    method: 'POST',
    path: 'lists/{list}/hold',
    summary: 'Approves or rejects what waits for a decision',
    params: listParams,
    body: holdBody,
    answers: {
      202: runAnswer,
      409: { description: 'Nothing waits, another number does, or somebody decided before' },
    },
    async handle({ params, body, caller }) {
      const list = (await findVanishedList(params.list, app)) ?? (await findActiveList(params.list, app));
      return decide(app, caller, 'decideHold', { list: list.id, details: body }, async () => {
        const answer = await app.decideHold(list.id, body);
        if (answer.kind !== 'decided') throw undecided(answer);
        return answerWithRun(await app.requestResync([list], undefined, 'incremental'));
      });
    },
  });
}

/** A list that is gone from the settings still waits for a decision about its mailboxes. */
async function findVanishedList(id: string, app: App): Promise<Pick<ContactList, 'id'> | undefined> {
  const { configuredLists, refusedLists } = await app.readConfiguredLists(id);
  if ([...configuredLists, ...refusedLists].some(list => list.id === id)) return undefined;
  return (await app.findVanishedLists()).map(({ list }) => list).find(list => list.id === id);
}
