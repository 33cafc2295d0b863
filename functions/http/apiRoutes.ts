import type { App } from '../../shared/app.ts';
import { auditRoute } from './audit.ts';
import { clearRoute } from './clear.ts';
import { connectionTestRoute } from './connectionTest.ts';
import { contactFoldersRoute } from './contactFolders.ts';
import { daysRoutes } from './days.ts';
import { definitionRoutes } from './definition.ts';
import { explainRoute } from './explain.ts';
import { haltRoutes } from './halt.ts';
import { healthRoute } from './health.ts';
import { heldMailboxesRoute } from './heldMailboxes.ts';
import { holdRoute } from './hold.ts';
import { keepFileRoute } from './keepFile.ts';
import { listMailboxesRoute } from './listMailboxes.ts';
import { listRoutes } from './lists.ts';
import { mailboxRoutes } from './mailboxes.ts';
import { testNoticesRoute } from './notices.ts';
import { openApiRoute } from './openApi.ts';
import { openSourcesRoute } from './openSources.ts';
import { previewRoute } from './preview.ts';
import { proofRoutes } from './proof.ts';
import { resyncRoutes } from './resync.ts';
import { rollbackRoutes } from './rollback.ts';
import type { AnyRoute } from './route.ts';
import { runRoutes } from './runs.ts';
import { searchContactsRoute } from './searchContacts.ts';
import { searchDirectoryRoute } from './searchDirectory.ts';
import { sourceFileRoute } from './sourceFile.ts';
import { sourceFoldersRoute } from './sourceFolders.ts';
import { tryListRoute } from './tryList.ts';

/**
 * The whole API for function keys, its description included.
 *
 * @param forPeople what the console has beside it; undefined where there is none
 */
export function apiRoutes(app: App, forPeople?: readonly AnyRoute[]): AnyRoute[] {
  const routes = [
    ...resyncRoutes(app),
    ...runRoutes(app),
    ...listRoutes(app),
    ...definitionRoutes(app),
    tryListRoute(app),
    keepFileRoute(app),
    openSourcesRoute(app),
    searchDirectoryRoute(app),
    ...daysRoutes(app),
    listMailboxesRoute(app),
    ...mailboxRoutes(app),
    contactFoldersRoute(app),
    sourceFoldersRoute(app),
    sourceFileRoute(app),
    previewRoute(app),
    searchContactsRoute(app),
    explainRoute(app),
    ...proofRoutes(app),
    clearRoute(app),
    holdRoute(app),
    heldMailboxesRoute(app),
    ...haltRoutes(app),
    ...rollbackRoutes(app),
    auditRoute(app),
    connectionTestRoute(app),
    testNoticesRoute(app),
    healthRoute(),
  ];
  return [...routes, openApiRoute(routes, forPeople)];
}
