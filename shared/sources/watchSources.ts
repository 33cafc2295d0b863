import type { Watching } from '../ports/sourceKind.ts';
import type { Watched } from '../ports/subscriptions.ts';
import type { ContactList } from '../settings/contactList.ts';
import { watchContactSource } from './index.ts';
import { cursorsIn } from './listSources.ts';

/**
 * What Graph can notify of that the last reading of a list's sources looked at.
 *
 * @param cursor as the sources of the list gave it
 */
export function watchSources({ sources }: Pick<ContactList, 'sources'>, cursor: string | undefined): Watching {
  if (cursor === undefined) return { watched: [], everyChange: false };
  const cursors = sources.length > 1 ? cursorsIn(cursor) : undefined;
  const watching = sources.map(source => {
    const own = cursors ? cursors[source.name ?? ''] : cursor;
    return own === undefined ? { watched: [], everyChange: false } : watchContactSource(source, own);
  });
  return {
    watched: watching.flatMap(({ watched }) => watched),
    everyChange: watching.every(({ everyChange }) => everyChange),
  };
}

/**
 * The contact folders of the app's own tenant that the last reading of a list's source looked at; none of a list that has
 * several sources.
 */
export function foldersRead(
  { sources }: Pick<ContactList, 'sources'>,
  cursor: string | undefined,
): (Watched & { readonly kind: 'folder' })[] {
  if (sources.length > 1) return [];
  return watchSources({ sources }, cursor).watched.flatMap(each => (each.kind === 'folder' ? [each] : []));
}
