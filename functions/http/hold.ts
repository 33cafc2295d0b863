import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { ContactList } from '../../shared/settings/contactList.ts';
import { decideHold, type HoldServices } from '../../shared/workflows/decideHold.ts';
import { type ResyncServices, requestResync } from '../../shared/workflows/requestResync.ts';
import type { VanishedList } from '../../shared/workflows/vanishedLists.ts';
import { problem } from './problem.ts';
import { readBody } from './readBody.ts';

const holdBody = z.strictObject({ decision: z.enum(['approve', 'reject']), removals: z.int().positive() });

export interface HoldHttpServices extends HoldServices, ResyncServices {
  readonly lists: readonly ContactList[];
  readonly findVanishedLists: () => Promise<VanishedList[]>;
}

/** Decides removals that wait; the number must be the one that was shown. */
export function registerHold(services: HoldHttpServices): void {
  app.http('decideHold', {
    route: 'lists/{list}/hold',
    methods: ['POST'],
    authLevel: 'function',
    handler: request => decide(request, services),
  });
}

async function decide(request: HttpRequest, services: HoldHttpServices): Promise<HttpResponseInit> {
  const list = await findList(request.params.list, services);
  if (!list) return problem(404, 'There is no such list', 'Use the id of a list in CONTACT_LISTS');
  const body = await readBody(request, holdBody);
  if ('status' in body) return body;
  const answer = await decideHold(list.id, body.value, services);
  switch (answer.kind) {
    case 'decided': {
      const runId = await requestResync([list], undefined, 'incremental', services);
      return { status: 202, headers: { Location: `/api/runs/${runId}` }, jsonBody: { runId } };
    }
    case 'nothingHeld':
      return problem(409, 'Nothing waits for a decision', 'The list is not held');
    case 'otherNumber':
      return problem(
        409,
        'The number is another',
        `${answer.shown} removals wait: look at them, and decide on that number`,
      );
    case 'busy':
      return problem(503, 'The list is being captured', 'Try again in a minute');
  }
}

/** A list that is gone from the settings still waits for a decision about its mailboxes. */
async function findList(
  id: string | undefined,
  { lists, findVanishedLists }: HoldHttpServices,
): Promise<Pick<ContactList, 'id'> | undefined> {
  const isNamed = (list: Pick<ContactList, 'id'>) => list.id === id;
  return lists.find(isNamed) ?? (await findVanishedLists()).map(({ list }) => list).find(isNamed);
}
