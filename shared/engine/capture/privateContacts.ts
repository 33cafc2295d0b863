import type { SeenContact } from '../../domain/sourceChanges.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';

const week = 7 * 24 * 3_600_000;

/** What becomes of a list's private contacts, and whether it is to be found out how many they are. */
export interface Privacy {
  readonly privateContacts: 'hide' | 'share';
  readonly findsPrivate: boolean;
}

/**
 * A list that an older version captured first goes on to share its private contacts until the settings say what becomes
 * of them (design: What each user sees, Visibility); how many they are is counted weekly meanwhile.
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
