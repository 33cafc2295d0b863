import { directorySearchBody, directorySearchView, mostEntries } from '../../shared/api/directorySearch.ts';
import type { App } from '../../shared/app.ts';
import { type AnyRoute, route } from './route.ts';

/** Who a list could be for. What is looked for is in the body: paths and queries end up in request logs. */
export function searchDirectoryRoute(app: App): AnyRoute {
  return route({
    name: 'searchDirectory',
    method: 'POST',
    path: 'directory/search',
    summary: 'Groups and people of the tenant by name or address, for whoever is about to name one in a list',
    body: directorySearchBody,
    answers: { 200: { description: `The first ${mostEntries} of each`, schema: directorySearchView } },
    async handle({ body: { text } }) {
      const [groups, people] = await Promise.all([
        app.searchDirectory('groups', text, mostEntries),
        app.searchDirectory('users', text, mostEntries),
      ]);
      return { jsonBody: { groups, people } };
    },
  });
}
