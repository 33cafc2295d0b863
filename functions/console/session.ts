import { notSignedIn } from '../../shared/api/problems.ts';
import { sessionView } from '../../shared/api/session.ts';
import type { App } from '../../shared/app.ts';
import { type AnyRoute, route } from '../http/route.ts';

/** Who is signed in, for the page's corner and for what it offers. */
export function sessionRoute({ findOperatedLists }: Pick<App, 'findOperatedLists'>): AnyRoute {
  return route({
    name: 'session',
    method: 'GET',
    path: 'session',
    summary: 'Who is signed in to the console',
    answers: { 200: { description: 'The person', schema: sessionView } },
    async handle({ caller }) {
      if (caller.kind !== 'person') throw notSignedIn();
      const { objectId, name, roles } = caller;
      return { jsonBody: { id: objectId, name, roles, operates: await findOperatedLists(objectId) } };
    },
  });
}
