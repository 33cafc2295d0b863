import { week } from '../../domain/durations.ts';
import type { SeenContact, SourceDifferences } from '../../domain/sourceChanges.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

/** The round's contacts against the snapshot, or against what of it was read. */
export interface Comparison {
  readonly known: ReadonlyMap<string, Pick<SnapshotContact, 'contact' | 'photo' | 'parts'>>;
  readonly whole: boolean;
  readonly differences: SourceDifferences;
}

/** What becomes of a list's private contacts, and whether it is to be found out how many they are. */
export interface Privacy {
  readonly privateContacts: 'hide' | 'share';
  readonly findsPrivate: boolean;
}

/**
 * A list that an older version captured first goes on to share its private contacts until the settings say what becomes
 * of them (rules.md: Visibility); how many they are is counted weekly meanwhile.
 */
export function privacyOf(
  { privateContacts }: Pick<ContactList, 'privateContacts'>,
  { hidesPrivate, sharedPrivate }: SourceCheckpoint,
  now: number,
): Privacy {
  if (privateContacts) return { privateContacts, findsPrivate: false };
  if (hidesPrivate) return { privateContacts: 'hide', findsPrivate: false };
  return { privateContacts: 'share', findsPrivate: now - (sharedPrivate?.at ?? 0) >= week };
}

/** How many contacts are for nobody after the round; undefined where nobody has counted them yet. */
export function countHidden(
  { known, whole, differences: { seen } }: Comparison,
  before: number | undefined,
  removed: readonly string[],
): number | undefined {
  const wasPrivate = (key: string) => known.get(key)?.contact.sensitivity === 'private';
  const count = whole ? [...known.keys()].filter(wasPrivate).length : before;
  if (count === undefined) return undefined;
  const came = seen.filter(({ contact }) => contact.sensitivity === 'private').length;
  const went = [...seen.map(({ sourceKey }) => sourceKey), ...removed].filter(wasPrivate).length;
  return count + came - went;
}

/** How many of the list's contacts are among those. */
export function countShared(
  privateIds: readonly string[],
  snapshot: readonly SnapshotContact[],
  seen: readonly SeenContact[],
): number {
  const found = new Set(privateIds);
  const contacts = [...snapshot, ...seen.filter(({ isNew }) => isNew)];
  return contacts.filter(({ ids }) => ids.some(id => found.has(id))).length;
}
