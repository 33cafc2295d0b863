import type { Clock } from '../../ports/clock.ts';
import { idsOf } from '../../settings/storedLists.ts';
import type { CurrentDefinition, Definitions, DefinitionVersion, StoredEntry } from '../../store/definitions.ts';
import type { CurrentLists } from './currentLists.ts';
import { readCandidate } from './readCandidate.ts';
import type { CodeSettings } from './resolveLists.ts';

export interface DefinitionServices {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly definitions: Definitions;
  readonly currentLists: CurrentLists;
  readonly code: CodeSettings;
}

/** What somebody wants to become of a list. */
export interface Edit {
  readonly list: string;
  /** The version that the editor had before them; undefined where there was no list. */
  readonly basedOn: number | undefined;
  /** Object id of the editor; empty for a function key. */
  readonly person: string;
  readonly reason: string;
}

/** `other`: the version is not the one that the edit is based on, which is what it is then, if any. */
export type EditAnswer =
  | { readonly kind: 'stored'; readonly made: DefinitionVersion }
  | { readonly kind: 'inCode' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly faults: readonly string[] }
  | { readonly kind: 'other'; readonly version: number | undefined };

/** Makes a list, changes it, or restores what it was before. The next run takes it up. */
export async function storeDefinition(
  edit: Edit,
  entry: StoredEntry,
  services: DefinitionServices,
): Promise<EditAnswer> {
  const candidate = await readCandidate(edit.list, entry, services);
  if (candidate.kind !== 'usable') return candidate;
  return add(edit, { kind: 'stored', entry }, await services.definitions.read(edit.list), services);
}

/**
 * The list is then as one that vanished from the settings (rules.md: Safeguards, Vanished lists). One in code stays as
 * it is.
 */
export async function deleteDefinition(edit: Edit, services: DefinitionServices): Promise<EditAnswer> {
  const before = await services.definitions.read(edit.list);
  if (before?.content.kind === 'stored') return add(edit, { kind: 'deleted' }, before, services);
  return { kind: idsOf(services.code).has(edit.list) ? 'inCode' : 'missing' };
}

async function add(
  { list, basedOn, person, reason }: Edit,
  content: DefinitionVersion['content'],
  before: CurrentDefinition | undefined,
  { definitions, currentLists, clock, newId }: DefinitionServices,
): Promise<EditAnswer> {
  if (!isBasedOn(basedOn, before)) return { kind: 'other', version: before?.version };
  const made = { version: (before?.version ?? 0) + 1, at: clock.now(), person, reason, edit: newId(), content };
  const isAdded = await definitions.add(list, made, before);
  currentLists.forget();
  if (isAdded) return { kind: 'stored', made };
  return { kind: 'other', version: (await definitions.read(list))?.version };
}

/** Of a list that was deleted no version has to be named: there is nothing to overwrite. */
function isBasedOn(version: number | undefined, current: CurrentDefinition | undefined): boolean {
  return version === current?.version || (version === undefined && current?.content.kind === 'deleted');
}
