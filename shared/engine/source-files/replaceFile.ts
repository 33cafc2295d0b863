import { noFileOfOurs, noSuchSource, refusedFile, replacedMeanwhile, unavailableFile } from '../../api/problems.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import { FileRefused, FileUnavailable } from '../../ports/sourceFiles.ts';
import type { FileReplacement } from '../../ports/sourceKind.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { nameOf, sourceNamed } from '../../settings/sourceNamed.ts';
import type { SourceSettings } from '../../settings/sourceSettings.ts';
import { replaceSourceFile } from '../../sources/index.ts';
import { requestResync } from '../fan-out/index.ts';
import type { Services } from '../services.ts';

type FileServices = Pick<Services, 'sourceAdapters'> & Parameters<typeof requestResync>[3];

/**
 * Takes a file for a source of the list and starts a run of it. Resolves with the id of the run.
 *
 * @param name of the source
 * @throws ApiProblem
 */
export async function replaceFile(
  list: Pick<ContactList, 'id' | 'sources'>,
  name: string,
  bytes: Uint8Array,
  services: FileServices,
): Promise<string> {
  const source = sourceNamed(list.sources, name);
  if (!source) throw noSuchSource(list.sources.map(nameOf));
  switch (await tryToReplace(source, bytes, services)) {
    case 'elsewhere':
      throw noFileOfOurs();
    case 'replacedByAnother':
      throw replacedMeanwhile();
    case 'replaced':
      return requestResync([list], undefined, 'incremental', services);
  }
}

async function tryToReplace(
  source: SourceSettings,
  bytes: Uint8Array,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<FileReplacement> {
  try {
    return await replaceSourceFile(source, bytes, sourceAdapters);
  } catch (error) {
    if (error instanceof FileRefused) throw refusedFile(error.message, error.place);
    if (error instanceof SourceFailure) throw refusedFile(error.message, undefined);
    if (error instanceof FileUnavailable) throw unavailableFile(error.code);
    throw error;
  }
}
