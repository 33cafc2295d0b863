import type { Watching } from '../../ports/sourceKind.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { watchSources } from '../../sources/watchSources.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

/** What Graph can notify of that the last capture of a list looked at; nothing before the first. */
export function watchedBy(list: ContactList, checkpoint: SourceCheckpoint | undefined): Watching {
  return watchSources(list, checkpoint?.capturedAt ? checkpoint.cursor : undefined);
}
