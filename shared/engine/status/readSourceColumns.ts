import { noColumnsToShow, unreadableSource } from '../../api/problems.ts';
import type { ColumnsView } from '../../api/try.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { readColumnsOfSource } from '../../sources/index.ts';
import type { Services } from '../services.ts';
import { chooseSource } from './chooseSource.ts';

/** To tell what a column holds; a note may be pages long. */
const mostExampleLetters = 100;

/**
 * The columns of the file or the query that a source of the list reads, what each fills, and what it holds.
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
    return {
      columns: columns.map(({ name: column, fills = null, examples }) => ({
        name: column,
        fills,
        examples: examples.map(text => text.slice(0, mostExampleLetters)),
      })),
    };
  } catch (error) {
    if (error instanceof SourceFailure) throw unreadableSource(error.message);
    throw error;
  }
}
