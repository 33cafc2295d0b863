import type { ContactList } from '../../settings/contactList.ts';
import { idsOf } from '../../settings/storedLists.ts';
import type { DamagedRow } from '../../store/damagedRow.ts';
import type { Definitions, DefinitionVersion, StoredEntry } from '../../store/definitions.ts';
import { type CodeSettings, resolveLists } from './resolveLists.ts';

/** A list that is not stored yet, or not as it is here. */
export type Candidate =
  | { readonly kind: 'usable'; readonly list: ContactList }
  | { readonly kind: 'refused'; readonly faults: readonly string[] }
  | { readonly kind: 'inCode' };

const neverStored = { version: 0, at: 0, person: '', reason: '', edit: '' };

/** What the list would be beside the others as they are. @param id that it has to have */
export async function readCandidate(
  id: string,
  entry: StoredEntry,
  { definitions, code }: { readonly definitions: Pick<Definitions, 'readAll'>; readonly code: CodeSettings },
): Promise<Candidate> {
  if (idsOf(code).has(id)) return { kind: 'inCode' };
  const stored = new Map<string, DefinitionVersion | DamagedRow>(await definitions.readAll());
  stored.delete(id);
  // The last, so that it is the one that gives way.
  stored.set(id, { ...neverStored, content: { kind: 'stored', entry } });
  const { configuredLists, refusedLists } = resolveLists(code, stored);
  const list = configuredLists.find(each => each.id === id);
  if (list) return { kind: 'usable', list };
  return { kind: 'refused', faults: refusedLists.find(each => each.id === id)?.faults ?? [] };
}
