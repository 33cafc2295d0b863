import type { SourceRefusal } from '../../domain/sourceRefusal.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { SourceColumn } from '../../ports/sourceKind.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { readColumnsOfSource } from '../../sources/index.ts';
import type { Services } from '../services.ts';
import { chooseSource } from './chooseSource.ts';

/**
 * The columns of the file or the query that a source of the list reads, what each fills, and what it holds.
 *
 * @param name of the source, where the list has several
 */
export async function readSourceColumns(
  list: Pick<ContactList, 'sources'>,
  name: string | undefined,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<{ readonly columns: readonly SourceColumn[] } | SourceRefusal> {
  const chosen = chooseSource(list, name);
  if ('names' in chosen) return chosen;
  try {
    const columns = await readColumnsOfSource(chosen, sourceAdapters);
    return columns ? { columns } : { kind: 'noColumns' };
  } catch (error) {
    if (error instanceof SourceFailure) return { kind: 'unreadable', detail: error.message };
    throw error;
  }
}
