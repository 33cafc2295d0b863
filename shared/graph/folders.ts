import * as z from 'zod';
import { memoise } from '../memoise.ts';
import { type ContactFolder, type ContactMailbox, GraphFailure, type MarkedFolder } from '../ports/contactMailbox.ts';
import { graphPath, quote } from './links.ts';
import { change, type RequestScope, read, readAllPages, readIfThere, readPage } from './requests.ts';
import { expandInstallation, extendedPropertiesSchema, readInstallation, writeInstallation } from './stamps.ts';

type FolderMethods = Pick<
  ContactMailbox,
  | 'findFolder'
  | 'listFolders'
  | 'getFolder'
  | 'isDeleted'
  | 'findDeletedFolder'
  | 'readFolderContent'
  | 'createFolder'
  | 'markFolder'
  | 'renameFolder'
  | 'deleteFolder'
  | 'deletedItemsId'
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
const markedSchema = folderSchema.extend({ singleValueExtendedProperties: extendedPropertiesSchema });
const countedPage = z.object({ '@odata.count': z.int(), value: z.array(z.unknown()) });
/** The default folder's well-known name; no listing names that folder. */
const defaultFolder = 'contacts';
const deletedItemsFolder = 'deleteditems';
/** The most that Graph gives in one page. */
const largestPage = 999;
/** A mailbox's folders nest a few levels; this only ends a chain that would not end. */
const deepestNesting = 50;

export function createFolders(scope: RequestScope, mailboxId: string): FolderMethods {
  const folders = ['users', mailboxId, 'contactFolders'];
  const wellKnown = memoise<string>({ max: 1 });

  function readFolder(folderId: string): Promise<ContactFolder | undefined> {
    return readIfThere(scope, graphPath([...folders, folderId], selectFolder), folderSchema);
  }

  async function getFolder(folderId: string): Promise<MarkedFolder | undefined> {
    const path = graphPath([...folders, folderId], { ...selectFolder, $expand: expandInstallation });
    const found = await readIfThere(scope, path, markedSchema);
    if (!found) return undefined;
    const { singleValueExtendedProperties, ...folder } = found;
    return { ...folder, installation: readInstallation(singleValueExtendedProperties) };
  }

  /** Without a parent, the folders below the default one: Graph lists them at the root. */
  async function findChild(parentId: string | undefined, name: string): Promise<ContactFolder | undefined> {
    const collection = parentId === undefined ? folders : [...folders, parentId, 'childFolders'];
    const path = graphPath(collection, { ...selectFolder, $filter: `displayName eq ${quote(name)}` });
    const { rows } = await readAllPages(scope, path, folderSchema);
    const sameName = rows.filter(folder => folder.displayName.toLowerCase() === name.toLowerCase());
    return sameName.find(folder => folder.displayName === name) ?? sameName[0];
  }

  /**
   * No listing names the default folder (rules.md: Graph, Default folder): what people see is the name that it has in
   * the mailbox's language.
   */
  async function findFirst(name: string): Promise<ContactFolder | undefined> {
    if (name.toLowerCase() === defaultFolder) return readFolder(defaultFolder);
    const child = await findChild(undefined, name);
    if (child) return child;
    const top = await readFolder(defaultFolder);
    return top?.displayName.toLowerCase() === name.toLowerCase() ? top : undefined;
  }

  /** Without a parent, at the root, where the folders below the default one are. */
  async function listBelow(parentId: string | undefined, depth = 0): Promise<ContactFolder[]> {
    const collection = parentId === undefined ? folders : [...folders, parentId, 'childFolders'];
    const { rows } = await readAllPages(scope, graphPath(collection, { ...selectFolder, $top: 100 }), folderSchema);
    const found = [...rows];
    if (depth === deepestNesting) return found;
    // One after the other: a mailbox answers four requests at once, and others want some.
    for (const { id } of rows) found.push(...(await listBelow(id, depth + 1)));
    return found;
  }

  function deletedItemsId(): Promise<string> {
    return wellKnown(deletedItemsFolder, async () => {
      const path = graphPath([...folders, deletedItemsFolder], { $select: 'id' });
      return (await read(scope, path, z.object({ id: z.string() }))).id;
    });
  }

  return {
    getFolder,
    deletedItemsId,
    async listFolders() {
      const top = await readFolder(defaultFolder);
      return [...(top ? [top] : []), ...(await listBelow(undefined))];
    },
    async findFolder([first = '', ...below]) {
      let found = await findFirst(first);
      for (const name of below) found &&= await findChild(found.id, name);
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
    findDeletedFolder: displayName => findChild(deletedItemsFolder, displayName),
    async readFolderContent(folderId) {
      const contacts = [...folders, folderId, 'contacts'];
      const children = [...folders, folderId, 'childFolders'];
      const [items, below] = await Promise.all([
        read(scope, graphPath(contacts, { $select: 'id', $top: largestPage, $count: true }), countedPage),
        readPage(scope, graphPath(children, { $select: 'id', $top: 1 }), z.unknown()),
      ]);
      const shown = items.value.length;
      const otherItems = shown === largestPage ? 0 : items['@odata.count'] - shown;
      return { contacts: shown, otherItems, hasChildFolders: below.rows.length > 0 || below.next !== undefined };
    },
    createFolder(displayName, installation) {
      const body = { displayName, singleValueExtendedProperties: writeInstallation(installation) };
      return change(scope, { method: 'POST', path: graphPath(folders), body }, folderSchema);
    },
    markFolder: (folderId, installation) =>
      patchFolder(folderId, { singleValueExtendedProperties: writeInstallation(installation) }),
    renameFolder: (folderId, displayName) => patchFolder(folderId, { displayName }),
    async deleteFolder(folderId) {
      try {
        await change(scope, { method: 'DELETE', path: graphPath([...folders, folderId]) }, z.unknown());
      } catch (error) {
        if (error instanceof GraphFailure && error.kind === 'notFound') return;
        throw error;
      }
    },
  };

  async function patchFolder(folderId: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await change(scope, { method: 'PATCH', path: graphPath([...folders, folderId]), body }, z.unknown());
  }

  /** The mailbox's root is no contact folder: Graph refuses to show it as one. */
  async function getAncestor(folderId: string): Promise<ContactFolder | undefined> {
    try {
      return await readFolder(folderId);
    } catch (error) {
      if (error instanceof GraphFailure && error.kind === 'refused') return undefined;
      throw error;
    }
  }
}
