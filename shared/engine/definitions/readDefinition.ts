import type { CurrentDefinition, Definitions, StoredEntry } from '../../store/definitions.ts';

/** How a list is defined. */
export interface ListDefinition {
  /** In `CONTACT_LISTS`: what is stored is on standby then. */
  readonly entry: StoredEntry | undefined;
  /** What is stored. */
  readonly current: CurrentDefinition | undefined;
}

/** Undefined where there is, and was, no such list. */
export async function readDefinition(
  list: string,
  entries: readonly unknown[],
  definitions: Pick<Definitions, 'read'>,
): Promise<ListDefinition | undefined> {
  const current = await definitions.read(list);
  const entry = entries.find((each): each is StoredEntry => hasId(each, list));
  return entry || current ? { entry, current } : undefined;
}

function hasId(entry: unknown, id: string): boolean {
  return typeof entry === 'object' && entry !== null && 'id' in entry && entry.id === id;
}
