import { type FolderTreeView, mostFolders, mostLevels } from '../../api/contactFolders.ts';
import { noFoldersToShow, unreadableSource } from '../../api/problems.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { browseContactSource } from '../../sources/index.ts';
import type { Services } from '../services.ts';
import { chooseSource } from './chooseSource.ts';

/**
 * The folders that a source of the list could name.
 *
 * @param name of the source, where the list has several
 * @throws ApiProblem
 */
export async function readSourceFolders(
  list: Pick<ContactList, 'sources'>,
  name: string | undefined,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<FolderTreeView> {
  const limits = { folders: mostFolders, levels: mostLevels };
  try {
    const browsed = await browseContactSource(chooseSource(list, name), sourceAdapters, limits);
    if (!browsed) throw noFoldersToShow();
    return { ...browsed, folders: [...browsed.folders] };
  } catch (error) {
    if (error instanceof SourceFailure) throw unreadableSource(error.message);
    throw error;
  }
}
