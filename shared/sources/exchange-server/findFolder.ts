import type { ExchangeFolder, ExchangeRoute, ExchangeServer, FolderReference } from '../../ports/exchangeServer.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { folderNamesOf } from '../../settings/folderPath.ts';

export type FolderSearch =
  | { readonly folder: ExchangeFolder }
  /** The name that is not there, the names before it, and what is there beside. */
  | { readonly missing: string; readonly above: readonly string[]; readonly siblings: readonly ExchangeFolder[] }
  | { readonly otherClass: ExchangeFolder };

/**
 * Follows a path name by name.
 *
 * @param route to the mailbox, or to the hierarchy of public folders
 * @throws ExchangeFailure
 */
export async function findFolder(
  server: ExchangeServer,
  { mailbox, publicFolders }: ExchangeServerSettings,
  path: string,
  route: ExchangeRoute,
): Promise<FolderSearch> {
  const names = folderNamesOf(path);
  const beginsAtContacts = !publicFolders && names[0]?.toLowerCase() === 'contacts';
  let folder = beginsAtContacts ? await server.getFolder({ root: 'contacts', mailbox }, route) : undefined;
  const top: FolderReference = publicFolders ? { root: 'publicfoldersroot' } : { root: 'msgfolderroot', mailbox };
  for (const [depth, name] of names.entries()) {
    if (depth === 0 && folder) continue;
    const siblings = await server.childFolders(folder ?? top, route);
    folder = siblings.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
    if (!folder) return { missing: name, above: names.slice(0, depth), siblings };
  }
  if (!folder) return { missing: path, above: [], siblings: [] };
  return isContactFolder(folder) ? { folder } : { otherClass: folder };
}

export function isContactFolder({ folderClass }: ExchangeFolder): boolean {
  return /^IPF\.Contact(\.|$)/i.test(folderClass);
}

/** @throws ExchangeFailure */
export async function findStartingRoute(
  server: ExchangeServer,
  { mailbox, publicFolders }: ExchangeServerSettings,
): Promise<ExchangeRoute | undefined> {
  return publicFolders ? server.findHierarchyRoute(mailbox) : { anchorMailbox: mailbox };
}

/** Where the contents of a folder are asked for. @throws ExchangeFailure */
export async function contentRouteOf(
  server: ExchangeServer,
  { contentMailbox }: ExchangeFolder,
  mailbox: string,
  route: ExchangeRoute,
): Promise<ExchangeRoute> {
  return contentMailbox === undefined ? route : server.findContentRoute(contentMailbox, mailbox);
}
