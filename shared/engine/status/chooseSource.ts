import { noSuchSource } from '../../api/problems.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { nameOf, sourceNamed } from '../../settings/sourceNamed.ts';
import type { SourceSettings } from '../../settings/sourceSettings.ts';

/** @param name of the source, where the list has several. @throws ApiProblem */
export function chooseSource({ sources }: Pick<ContactList, 'sources'>, name: string | undefined): SourceSettings {
  const source = name === undefined && sources.length === 1 ? sources[0] : sourceNamed(sources, name ?? '');
  if (!source) throw noSuchSource(sources.map(nameOf));
  return source;
}
