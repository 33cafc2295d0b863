import { type FolderTreeView, mostFolders, mostLevels } from '../../api/contactFolders.ts';
import type { FolderTree } from '../../ports/folderTree.ts';
import { walkFolders } from '../../sources/contact-folder/walkFolders.ts';

/** The contact folders of a mailbox, with the default one and how many contacts each holds. */
export async function readContactFolders(tree: FolderTree): Promise<FolderTreeView> {
  const { folders, complete } = await walkFolders(tree, { folders: mostFolders, levels: mostLevels });
  return { folders: [...folders], complete };
}
