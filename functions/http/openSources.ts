import { type OpenSources, openSourcesView } from '../../shared/api/sources.ts';
import type { App } from '../../shared/app.ts';
import { type AnyRoute, route } from './route.ts';

export function openSourcesRoute(app: App): AnyRoute {
  return route({
    name: 'getOpenSources',
    method: 'GET',
    path: 'sources',
    summary: 'What a list that is not in CONTACT_LISTS may read',
    answers: { 200: { description: 'Mailboxes, connections and hosts', schema: openSourcesView } },
    handle: async () => ({ jsonBody: app.openSources() satisfies OpenSources }),
  });
}
