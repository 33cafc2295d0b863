import type { FileRefusal } from '../../domain/sourceRefusal.ts';
import { FileUnavailable } from '../../ports/sourceFiles.ts';
import type { Services } from '../services.ts';

/** Where files lie that were sent for a list that there is not yet: no other list reads one. */
export const keptFiles = 'sent/';

/** Keeps a file under a name of its own, for a source to name. */
export async function keepFile(
  bytes: Uint8Array,
  { newId, sourceAdapters: { files } }: Pick<Services, 'newId' | 'sourceAdapters'>,
): Promise<{ readonly kind: 'kept'; readonly name: string } | FileRefusal> {
  const name = `${keptFiles}${newId()}.csv`;
  try {
    await files.replace(name, bytes, undefined);
    return { kind: 'kept', name };
  } catch (error) {
    if (error instanceof FileUnavailable) return { kind: 'fileUnavailable', code: error.code };
    throw error;
  }
}
