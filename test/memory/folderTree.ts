import type { FolderTree } from '../../shared/ports/folderTree.ts';
import type { GraphMailbox } from './graphMailbox.ts';

/** The contact folders of a mailbox in memory, as Graph lists them: the default folder's children are at the top. */
export function openMemoryFolderTree(mailbox: GraphMailbox): FolderTree {
  return {
    defaultFolder: async () => mailbox.folder(mailbox.defaultFolderId),
    async childFolders(parentId, limit) {
      const { id: parent } = mailbox.folder(parentId ?? mailbox.defaultFolderId);
      const children = [...mailbox.folders.values()].filter(({ parentFolderId }) => parentFolderId === parent);
      const listed = children.filter(({ id, displayName }) => mailbox.findChild(parent, displayName)?.id === id);
      return listed.slice(0, limit);
    },
    countContacts: async folderId => mailbox.countItems(folderId),
  };
}
