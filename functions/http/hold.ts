import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { App } from '../../shared/app.ts';
import { countOf } from '../../shared/domain/countOf.ts';
import { decidedKinds, type HoldAnswer, type HoldDecision } from '../../shared/engine/holds/decideHold.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { findActiveList, listParams } from './findList.ts';
import { type ProblemResponse, problem } from './problem.ts';
import { answerWithRun, runStarted } from './resync.ts';
import { type AnyRoute, route } from './route.ts';

const holdBody = z.strictObject({
  kind: z.enum(decidedKinds).optional().meta({
    description:
      'Of the hold that is meant; may be left out while exactly one is open. "kept": contacts that stay because their removal was rejected are removed after all',
  }),
  decision: z.enum(['approve', 'reject']),
  removals: z.int().positive().meta({ description: 'The number of removals that was shown' }),
});

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
      202: runStarted,
      409: { description: 'Nothing waits, another number does, or somebody decided before' },
    },
    async handle({ params, body }) {
      const list = await findList(params.list, app);
      return 'status' in list ? list : decide(list, body, app);
    },
  });
}

async function decide(list: Pick<ContactList, 'id'>, decision: HoldDecision, app: App): Promise<HttpResponseInit> {
  const answer = await app.decideHold(list.id, decision);
  if (answer.kind === 'decided') {
    return answerWithRun(await app.requestResync([list], undefined, 'incremental'));
  }
  return refuse(answer);
}

function refuse(answer: Exclude<HoldAnswer, { kind: 'decided' }>): ProblemResponse {
  switch (answer.kind) {
    case 'nothingHeld':
      return problem(409, 'Nothing waits for a decision', 'The list is not held');
    case 'alreadyDecided': {
      const kept = `${countOf(answer.kept, 'contact stays', 'contacts stay')} because the removal was rejected: to remove them after all, approve that number with "kind": "kept"`;
      return problem(409, 'It is decided', answer.kept > 0 ? kept : 'The next run carries the decision out');
    }
    case 'severalHeld':
      return problem(
        409,
        'Several holds wait',
        'Name the one that is meant: "kind": "contacts" or "mailboxes", as GET /api/lists/{list} shows them',
      );
    case 'othersWait':
      return problem(409, 'Other removals wait', 'Decide on those first, with "kind": "contacts"');
    case 'otherNumber':
      return problem(
        409,
        'The number is another',
        `${countOf(answer.shown, 'removal waits', 'removals wait')}: look at them, and decide on that number`,
      );
    case 'busy':
      return problem(503, 'The list is being captured', 'Try again in a minute');
  }
}

/** A list that is gone from the settings still waits for a decision about its mailboxes. */
async function findList(id: string, app: App): Promise<Pick<ContactList, 'id'> | ProblemResponse> {
  const list = findActiveList(id, app);
  if (!('status' in list) || list.status !== 404) return list;
  return (await app.findVanishedLists()).map(vanished => vanished.list).find(vanished => vanished.id === id) ?? list;
}
