import * as z from 'zod';
import { type ContactFolder, type ContactMailbox, GraphFailure } from '../ports/contactMailbox.ts';
import { isCode } from './failures.ts';
import { graphPath, quote } from './links.ts';
import { change, type RequestScope, read, readAllPages, readIfThere } from './requests.ts';

type FolderMethods = Pick<
  ContactMailbox,
  'findFolder' | 'getFolder' | 'isDeleted' | 'createFolder' | 'renameFolder' | 'deleteFolder' | 'deletedItemsId'
>;

export const folderSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  parentFolderId: z
    .string()
    .nullish()
    .transform(id => id ?? ''),
});
export const selectFolder = { $select: ['id', 'displayName', 'parentFolderId'] };
/** The default folder's well-known name; no listing names that folder. */
const defaultFolder = 'contacts';
/** A mailbox's folders nest a few levels; this only ends a chain that would not end. */
const deepestNesting = 50;

export function createFolders(scope: RequestScope, mailboxId: string): FolderMethods {
  const folders = ['users', mailboxId, 'contactFolders'];
  let deletedItems: Promise<string> | undefined;

  function getFolder(folderId: string): Promise<ContactFolder | undefined> {
    return readIfThere(scope, graphPath([...folders, folderId], selectFolder), folderSchema);
  }

  /** Without a parent, the folders below the default one: Graph lists them at the root. */
  async function findChild(parent: ContactFolder | undefined, name: string): Promise<ContactFolder | undefined> {
    const collection = parent ? [...folders, parent.id, 'childFolders'] : folders;
    const path = graphPath(collection, { ...selectFolder, $filter: `displayName eq ${quote(name)}` });
    const { rows } = await readAllPages(scope, path, folderSchema);
    const sameName = rows.filter(folder => folder.displayName.toLowerCase() === name.toLowerCase());
    return sameName.find(folder => folder.displayName === name) ?? sameName[0];
  }

  function deletedItemsId(): Promise<string> {
    deletedItems ??= read(
      scope,
      graphPath([...folders, 'deleteditems'], { $select: 'id' }),
      z.object({ id: z.string() }),
    ).then(
      folder => folder.id,
      failure => {
        deletedItems = undefined;
        throw failure;
      },
    );
    return deletedItems;
  }

  return {
    getFolder,
    deletedItemsId,
    async findFolder(path) {
      let found: ContactFolder | undefined;
      for (const [depth, name] of path.entries()) {
        const isDefault = depth === 0 && name.toLowerCase() === defaultFolder;
        found = isDefault ? await getFolder(defaultFolder) : await findChild(found, name);
        if (!found) return undefined;
      }
      return found;
    },
    async isDeleted(folder) {
      const bin = await deletedItemsId();
      let ancestor: ContactFolder | undefined = folder;
      for (let depth = 0; ancestor && depth < deepestNesting; depth += 1) {
        if (ancestor.id === bin || ancestor.parentFolderId === bin) return true;
        if (ancestor.parentFolderId === '' || ancestor.parentFolderId === ancestor.id) return false;
        ancestor = await getAncestor(ancestor.parentFolderId);
      }
      return false;
    },
    createFolder(displayName) {
      return change(scope, { method: 'POST', path: graphPath(folders), body: { displayName } }, folderSchema);
    },
    async renameFolder(folderId, displayName) {
      await change(
        scope,
        { method: 'PATCH', path: graphPath([...folders, folderId]), body: { displayName } },
        z.unknown(),
      );
    },
    async deleteFolder(folderId) {
      try {
        await change(scope, { method: 'DELETE', path: graphPath([...folders, folderId]) }, z.unknown());
      } catch (error) {
        if (error instanceof GraphFailure && isCode(error, 'ErrorItemNotFound')) return;
        throw error;
      }
    },
  };

  /** The mailbox's root is no contact folder: Graph refuses to show it as one. */
  async function getAncestor(folderId: string): Promise<ContactFolder | undefined> {
    try {
      return await getFolder(folderId);
    } catch (error) {
      if (error instanceof GraphFailure && error.kind === 'refused') return undefined;
      throw error;
    }
  }
}
