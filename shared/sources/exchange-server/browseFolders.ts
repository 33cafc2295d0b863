import { SourceFailure } from '../../ports/contactSource.ts';
import type { ExchangeFolder } from '../../ports/exchangeServer.ts';
import type { BrowsedFolder, BrowsedFolders, BrowsingLimits } from '../../ports/sourceKind.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { folderPathOf } from '../../settings/folderPath.ts';
import { asSourceFailure } from './asSourceFailure.ts';
import { connect, type ExchangeAdapters } from './connect.ts';
import { describeNoPublicFolders } from './describeFailure.ts';
import { findStartingRoute, isContactFolder } from './findFolder.ts';

/**
 * The contact folders of the mailbox, the default one first; or the public folders that lead to contacts.
 *
 * @throws SourceFailure
 */
export function browseFolders(
  source: ExchangeServerSettings,
  adapters: ExchangeAdapters,
  limits: BrowsingLimits,
): Promise<BrowsedFolders> {
  return asSourceFailure(source, () => browse(source, adapters, limits));
}

async function browse(
  source: ExchangeServerSettings,
  adapters: ExchangeAdapters,
  limits: BrowsingLimits,
): Promise<BrowsedFolders> {
  const { mailbox, publicFolders } = source;
  const server = connect(source, adapters);
  const start = await findStartingRoute(server, source);
  if (!start) throw new SourceFailure([describeNoPublicFolders()]);
  const route = start;
  let left = limits.folders;
  let complete = true;
  if (publicFolders) return answer(await viewAll(await server.childFolders({ root: 'publicfoldersroot' }, route), []));
  const contacts = await server.getFolder({ root: 'contacts', mailbox }, route);
  const beside = await server.childFolders({ root: 'msgfolderroot', mailbox }, route);
  const first = await viewAll([{ ...contacts, displayName: 'contacts' }], []);
  const named = first.map(folder => ({ ...folder, name: contacts.displayName }));
  const others = beside.filter(({ id }) => id !== contacts.id);
  return answer([...named, ...(await viewAll(others, []))]);

  function answer(folders: readonly BrowsedFolder[]): BrowsedFolders {
    return { folders, complete };
  }

  /** One after the other: a server lets one user do little at once. */
  async function viewAll(folders: readonly ExchangeFolder[], above: readonly string[]): Promise<BrowsedFolder[]> {
    const views: BrowsedFolder[] = [];
    for (const folder of folders) {
      // Below folders of mail lie no contacts in a mailbox, where public folders are mixed.
      if (!publicFolders && !isContactFolder(folder)) continue;
      if (left === 0) {
        complete = false;
        return views;
      }
      left -= 1;
      const view = await viewOne(folder, above);
      if (view) views.push(view);
    }
    return views;
  }

  async function viewOne(folder: ExchangeFolder, above: readonly string[]): Promise<BrowsedFolder | undefined> {
    const names = [...above, folder.displayName];
    const isDeepest = names.length === limits.levels;
    if (isDeepest && folder.childFolders > 0) complete = false;
    const hasMore = !isDeepest && folder.childFolders > 0;
    const folders = hasMore ? await viewAll(await server.childFolders({ id: folder.id }, route), names) : [];
    const holdsContacts = isContactFolder(folder);
    if (!holdsContacts && folders.length === 0) return undefined;
    const contacts = holdsContacts ? folder.items : 0;
    return { id: folder.id, name: folder.displayName, path: folderPathOf(names), contacts, folders };
  }
}
