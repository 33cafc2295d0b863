import { restrictionOf, type Visibility } from './audience.ts';
import type { Contact } from './contact.ts';
import { fingerprint } from './fingerprint.ts';
import {
  decisionOn,
  type KnownContact,
  narrowedTo,
  type SeenContact,
  type SourceDifferences,
} from './sourceChanges.ts';

/**
 * The differences with what waits for a decision: contacts that rules would take from mailboxes, which no reading shows
 * again. One whose change was rejected is as it was until the source changes it once more.
 *
 * @param known the whole snapshot where something waits, by source key
 */
export function withWaiting(
  { seen, removed }: SourceDifferences,
  known: ReadonlyMap<string, KnownContact>,
): SourceDifferences {
  const named = new Set([...seen.map(({ sourceKey }) => sourceKey), ...removed]);
  const waiting = [...known.values()].flatMap(row => {
    const narrowed = decisionOn(row) === 'held' && narrowedTo(row);
    return narrowed && !named.has(row.sourceKey) ? [asSeen(row, narrowed)] : [];
  });
  return { seen: [...seen.filter(contact => !isRejected(contact, known.get(contact.sourceKey))), ...waiting], removed };
}

/**
 * Source keys of contacts that a rule begins to keep from mailboxes, or that lose an owner. Who marks one private need not
 * be asked.
 */
export function findNarrowed(
  seen: readonly SeenContact[],
  known: ReadonlyMap<string, KnownContact>,
  list: Visibility,
): string[] {
  if (!list.owners && !list.visibility?.length) return [];
  return seen.flatMap(({ sourceKey, contact, changed }) => {
    const before = changed ? known.get(sourceKey)?.contact : undefined;
    return before && isNarrower(before, contact, list) ? [sourceKey] : [];
  });
}

/**
 * The last of the positions after one at which a contact became hidden from somebody who may have it, 0 for none: it goes
 * from every ring at once (rules.md: Change in rings).
 *
 * @param changes in the order in which they happened
 */
export function lastHiding(changes: readonly HidingChange[], position: number, list: Visibility): number {
  return changes.findLast(change => change.position > position && isHiding(change, list))?.position ?? 0;
}

/** What was captured: the contact as it is and as it was. */
export interface HidingChange {
  readonly position: number;
  readonly contact: Contact | null;
  readonly before?: { readonly contact: Contact } | null | undefined;
  /** Somebody had the person forgotten. */
  readonly forgotten?: true | undefined;
}

function isHiding({ contact, before, forgotten }: HidingChange, list: Visibility): boolean {
  if (forgotten) return true;
  if (!contact || !before) return false;
  const isPrivate = contact.sensitivity === 'private' && before.contact.sensitivity !== 'private';
  return isPrivate || isNarrower(before.contact, contact, list);
}

function isNarrower(before: Contact, after: Contact, list: Visibility): boolean {
  const [was, is] = [restrictionOf(before, list), restrictionOf(after, list)];
  if (!is || is === 'private' || was === 'private') return false;
  return is.rules.some(rule => !was?.rules.includes(rule)) || losesOwner(was?.owners, is.owners);
}

/** Undefined: it was or is for everybody. What nobody owned is taken from nobody. */
function losesOwner(were: readonly string[] | undefined, are: readonly string[] | undefined): boolean {
  if (!are) return false;
  return !were || were.some(owner => !are.includes(owner));
}

function asSeen({ sourceKey, ids, folderId, form, photo, parts }: KnownContact, contact: Contact): SeenContact {
  const place = { sourceKey, ids, folderId, form, photo, parts };
  return { ...place, contact, fingerprint: fingerprint(contact), isNew: false, changed: true };
}

function isRejected({ fingerprint: print }: SeenContact, known: KnownContact | undefined): boolean {
  const narrowed = known && decisionOn(known) === 'rejected' && narrowedTo(known);
  return narrowed ? fingerprint(narrowed) === print : false;
}
