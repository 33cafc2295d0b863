import type { SourceRefusal } from '../../domain/sourceRefusal.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { nameOf, sourceNamed } from '../../settings/sourceNamed.ts';
import type { SourceSettings } from '../../settings/sourceSettings.ts';

/** @param name of the source, where the list has several */
export function chooseSource(
  { sources }: Pick<ContactList, 'sources'>,
  name: string | undefined,
): SourceSettings | Extract<SourceRefusal, { kind: 'noSuchSource' }> {
  const source = name === undefined && sources.length === 1 ? sources[0] : sourceNamed(sources, name ?? '');
  return source ?? { kind: 'noSuchSource', names: sources.map(nameOf) };
}
