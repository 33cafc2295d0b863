import { folderLimits, folderTreeView } from '../../shared/api/contactFolders.ts';
import { mailboxParams } from '../../shared/api/mailboxNames.ts';
import { noMailbox } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { type AnyRoute, route } from './route.ts';

/** What contact folders a mailbox has, for whoever is about to name a source. */
export function contactFoldersRoute(app: App): AnyRoute {
  return route({
    name: 'getContactFolders',
    method: 'GET',
    path: 'mailboxes/{mailbox}/folders',
    summary: 'The contact folders of a mailbox, with the number of contacts in each',
    params: mailboxParams,
    answers: { 200: { description: 'The folders, the default one first', schema: folderTreeView } },
    async handle({ params }) {
      const found = await app.readContactFolders(params.mailbox, folderLimits);
      if (!found) throw noMailbox();
      return { jsonBody: found };
    },
  });
}
