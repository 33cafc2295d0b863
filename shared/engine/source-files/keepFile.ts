import { unavailableFile } from '../../api/problems.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { Services } from '../services.ts';

/** Where files lie that were sent for a list that there is not yet: no other list reads one. */
export const keptFiles = 'sent/';

/** Keeps a file under a name of its own, for a source to name. Resolves with the name. @throws ApiProblem */
export async function keepFile(
  bytes: Uint8Array,
  { newId, sourceAdapters: { files } }: Pick<Services, 'newId' | 'sourceAdapters'>,
): Promise<string> {
  const name = `${keptFiles}${newId()}.csv`;
  try {
    await files.replace(name, bytes, undefined);
    return name;
  } catch (error) {
    if (error instanceof FileUnavailable) throw unavailableFile(error.code);
    throw error;
  }
}
