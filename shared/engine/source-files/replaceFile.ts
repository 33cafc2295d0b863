import type { FileRefusal, SourceRefusal } from '../../domain/sourceRefusal.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import { FileRefused, FileUnavailable } from '../../ports/sourceFiles.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { nameOf, sourceNamed } from '../../settings/sourceNamed.ts';
import type { SourceSettings } from '../../settings/sourceSettings.ts';
import { replaceSourceFile } from '../../sources/index.ts';
import { requestResync } from '../fan-out/index.ts';
import type { Services } from '../services.ts';

type FileServices = Pick<Services, 'sourceAdapters'> & Parameters<typeof requestResync>[3];

/** Takes a file for a source of the list and starts a run of it. @param name of the source */
export async function replaceFile(
  list: Pick<ContactList, 'id' | 'sources'>,
  name: string,
  bytes: Uint8Array,
  services: FileServices,
): Promise<{ readonly kind: 'started'; readonly run: string } | SourceRefusal> {
  const source = sourceNamed(list.sources, name);
  if (!source) return { kind: 'noSuchSource', names: list.sources.map(nameOf) };
  const refusal = await tryToReplace(source, bytes, services);
  if (refusal) return refusal;
  return { kind: 'started', run: await requestResync([list], undefined, 'incremental', services) };
}

async function tryToReplace(
  source: SourceSettings,
  bytes: Uint8Array,
  { sourceAdapters }: Pick<Services, 'sourceAdapters'>,
): Promise<FileRefusal | undefined> {
  try {
    const replacement = await replaceSourceFile(source, bytes, sourceAdapters);
    return replacement === 'replaced' ? undefined : { kind: replacement };
  } catch (error) {
    if (error instanceof SourceFailure) {
      const place = error instanceof FileRefused ? error.place : undefined;
      return { kind: 'fileRefused', fault: error.message, place };
    }
    if (error instanceof FileUnavailable) return { kind: 'fileUnavailable', code: error.code };
    throw error;
  }
}
