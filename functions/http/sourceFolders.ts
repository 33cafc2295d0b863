import { folderLimits, folderTreeView, sourceFoldersQuery } from '../../shared/api/contactFolders.ts';
import { listParams } from '../../shared/api/lists.ts';
import { noConfiguredList, refusedList, refusedSource } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { type AnyRoute, route } from './route.ts';

/** What folders a list's source could name, paused lists included, for whoever is about to name one. */
export function sourceFoldersRoute(app: App): AnyRoute {
  return route({
    name: 'getSourceFolders',
    method: 'GET',
    path: 'lists/{list}/folders',
    summary: "The contact folders that a list's source could name, with the number of contacts in each",
    params: listParams,
    query: sourceFoldersQuery,
    answers: {
      200: { description: 'The folders, the default one first', schema: folderTreeView },
      409: { description: 'The list is refused, or its source has no folders' },
    },
    async handle({ params, query: { source } }) {
      const { configuredLists, refusedLists } = await app.readConfiguredLists(params.list);
      const list = configuredLists.find(({ id }) => id === params.list);
      const refused = refusedLists.find(({ id }) => id === params.list);
      if (!list) throw refused ? refusedList(refused.faults) : noConfiguredList();
      const found = await app.readSourceFolders(list, source, folderLimits);
      if ('kind' in found) throw refusedSource(found);
      return { jsonBody: found };
    },
  });
}
