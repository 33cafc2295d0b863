import { noColumnsToShow, unreadableSource } from '../../api/problems.ts';
import type { ColumnsView } from '../../api/try.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { readColumnsOfSource } from '../../sources/index.ts';
import type { Services } from '../services.ts';
import { chooseSource } from './chooseSource.ts';

/**
 * The columns of the file that a source of the list reads, and what each fills.
 *
 * @param name of the source, where the list has several
 * @throws ApiProblem
 */
export async function readSourceColumns(
  list: Pick<ContactList, 'sources'>,
  name: string | undefined,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<ColumnsView> {
  try {
    const columns = await readColumnsOfSource(chooseSource(list, name), sourceAdapters);
    if (!columns) throw noColumnsToShow();
    return { columns: columns.map(({ name: column, fills = null }) => ({ name: column, fills })) };
  } catch (error) {
    if (error instanceof SourceFailure) throw unreadableSource(error.message);
    throw error;
  }
}
