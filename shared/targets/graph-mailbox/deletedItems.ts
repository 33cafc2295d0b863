import { memoise } from '../../memoise.ts';
import { type ContactMailbox, GraphFailure } from '../../ports/contactMailbox.ts';

const mostFolders = 100;

type Folders = Pick<ContactMailbox, 'getFolder' | 'isDeleted' | 'deletedItemsId'>;

/** Each folder is looked up once: the contacts that a user moved lie in few of them. */
export function createDeletedItemsLookUp(folders: Folders): ContactMailbox['isInDeletedItems'] {
  const known = memoise<boolean>({ max: mostFolders });
  return folderId => known(folderId, () => isInDeletedItems(folderId));

  async function isInDeletedItems(folderId: string): Promise<boolean> {
    if (folderId === (await folders.deletedItemsId())) return true;
    const folder = await findFolder(folderId);
    return folder !== undefined && folders.isDeleted(folder);
  }

  /** A folder for mail, into which a contact can be dragged, is none that Graph shows as a contact folder. */
  async function findFolder(folderId: string) {
    try {
      return await folders.getFolder(folderId);
    } catch (error) {
      if (error instanceof GraphFailure && error.kind === 'refused') return undefined;
      throw error;
    }
  }
}
