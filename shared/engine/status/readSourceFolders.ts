import type { SourceRefusal } from '../../domain/sourceRefusal.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { BrowsedFolders, BrowsingLimits } from '../../ports/sourceKind.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { browseContactSource } from '../../sources/index.ts';
import type { Services } from '../services.ts';
import { chooseSource } from './chooseSource.ts';

/**
 * The folders that a source of the list could name.
 *
 * @param name of the source, where the list has several
 */
export async function readSourceFolders(
  list: Pick<ContactList, 'sources'>,
  name: string | undefined,
  limits: BrowsingLimits,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<BrowsedFolders | SourceRefusal> {
  const chosen = chooseSource(list, name);
  if ('names' in chosen) return chosen;
  try {
    return (await browseContactSource(chosen, sourceAdapters, limits)) ?? { kind: 'noFolders' };
  } catch (error) {
    if (error instanceof SourceFailure) return { kind: 'unreadable', detail: error.message };
    throw error;
  }
}
