import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { FolderTree } from '../../ports/folderTree.ts';
import type { BrowsedFolders, BrowsingLimits } from '../../ports/sourceKind.ts';
import { walkFolders } from '../../sources/contact-folder/walkFolders.ts';

/**
 * The contact folders of a mailbox, with the default one and how many contacts each holds; undefined where there is no
 * such mailbox.
 */
export async function readContactFolders(
  tree: FolderTree,
  limits: BrowsingLimits,
): Promise<BrowsedFolders | undefined> {
  try {
    return await walkFolders(tree, limits);
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'noMailbox') return undefined;
    throw error;
  }
}
