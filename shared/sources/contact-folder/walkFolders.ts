import type { ContactFolder } from '../../ports/contactMailbox.ts';
import type { FolderTree } from '../../ports/folderTree.ts';
import type { BrowsedFolder, BrowsedFolders, BrowsingLimits } from '../../ports/sourceKind.ts';
import { folderPathOf } from '../../settings/folderPath.ts';

/** The contact folders of a mailbox, with the default one and how many contacts each holds. */
export async function walkFolders(tree: FolderTree, limits: BrowsingLimits): Promise<BrowsedFolders> {
  let left = limits.folders;
  let complete = true;
  const [contacts, listed] = await Promise.all([
    tree.defaultFolder(),
    tree.childFolders(undefined, limits.folders + 1),
  ]);
  const others = listed.filter(({ id }) => id !== contacts.id);
  // Graph lists the children of the default folder as if they were at the top.
  const below = others.filter(({ parentFolderId }) => parentFolderId === contacts.id);
  const beside = others.filter(({ parentFolderId }) => parentFolderId !== contacts.id);
  left -= 1;
  const root = {
    id: contacts.id,
    name: contacts.displayName,
    path: 'contacts',
    contacts: await tree.countContacts(contacts.id),
    folders: await viewAll(below, [], 1),
  };
  return { folders: [root, ...(await viewAll(beside, [], 1))], complete };

  /** One after the other: the mailbox serves few requests at once, and the sync needs them. */
  async function viewAll(
    folders: readonly ContactFolder[],
    above: readonly string[],
    level: number,
  ): Promise<BrowsedFolder[]> {
    const views: BrowsedFolder[] = [];
    for (const folder of folders) {
      if (left === 0) {
        complete = false;
        break;
      }
      left -= 1;
      views.push(await view(folder, above, level));
    }
    return views;
  }

  async function view(
    { id, displayName }: ContactFolder,
    above: readonly string[],
    level: number,
  ): Promise<BrowsedFolder> {
    const [count, children] = await Promise.all([tree.countContacts(id), tree.childFolders(id, left + 1)]);
    const names = [...above, displayName];
    const isDeepest = level === limits.levels;
    if (isDeepest && children.length > 0) complete = false;
    const folders = isDeepest ? [] : await viewAll(children, names, level + 1);
    return { id, name: displayName, path: folderPathOf(names), contacts: count, folders };
  }
}
