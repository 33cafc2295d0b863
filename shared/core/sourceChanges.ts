import type { Contact } from './contact.ts';
import { fingerprint } from './fingerprint.ts';

export interface ReadContact {
  readonly id: string;
  /** Null for a tombstone. */
  readonly contact: Contact | null;
  /** The same in the form of earlier versions, where that is another. */
  readonly formerly?: Contact | undefined;
}

/** What one folder of the source answered; `complete` when it was read from the start, over its last page. */
export interface FolderReading {
  readonly folderId: string;
  readonly complete: boolean;
  readonly contacts: readonly ReadContact[];
}

/** What the snapshot knows of a contact. */
export interface KnownContact {
  readonly sourceKey: string;
  readonly folderId: string;
  readonly fingerprint: string;
  readonly pending: boolean;
  readonly kept: boolean;
}

export interface SeenContact {
  readonly sourceKey: string;
  readonly folderId: string;
  readonly contact: Contact;
  readonly fingerprint: string;
  /** Its content differs from the snapshot's: it goes into the journal. */
  readonly changed: boolean;
}

export interface SourceDifferences {
  /** Contacts whose snapshot row has to be written. */
  readonly seen: readonly SeenContact[];
  /** Source keys that are gone, those whose removal waits for a decision included. */
  readonly removed: readonly string[];
}

/** The source keys whose snapshot rows `findDifferences` needs when no folder was read from the start. */
export function sourceKeysOf(readings: readonly FolderReading[]): string[] {
  return [...new Set(readings.flatMap(reading => reading.contacts.map(row => row.id)))];
}

/**
 * Compares what the source answered with the snapshot, by fingerprint. There is one reading of each folder of the list.
 * A contact that moved between two of them is removed in one and new in the other, in either order: a removal counts
 * only where the snapshot has the contact in that folder, and only if no folder shows it. Removals whose decision was
 * "keep" are not inferred again.
 */
export function findDifferences(
  readings: readonly FolderReading[],
  snapshot: ReadonlyMap<string, KnownContact>,
): SourceDifferences {
  const seen = new Map<string, SeenContact>();
  for (const { folderId, contacts } of readings) {
    // A row may come again in one reading: the last one counts.
    for (const { id, contact, formerly } of new Map(contacts.map(row => [row.id, row])).values()) {
      if (contact) seen.set(id, compare(id, folderId, { contact, formerly }, snapshot.get(id)));
    }
  }
  const removed = new Set<string>();
  for (const known of snapshot.values()) {
    if (!seen.has(known.sourceKey) && (known.pending || isGone(known, readings))) removed.add(known.sourceKey);
  }
  return {
    seen: [...seen.values()].filter(contact => isNews(contact, snapshot.get(contact.sourceKey))),
    removed: [...removed],
  };
}

/** Another canonical form of the same contact is no change: an upgrade alone sends nothing (design: State). */
function compare(
  sourceKey: string,
  folderId: string,
  { contact, formerly }: { readonly contact: Contact; readonly formerly: Contact | undefined },
  known: KnownContact | undefined,
): SeenContact {
  const print = fingerprint(contact);
  const isFormer = formerly !== undefined && known?.fingerprint === fingerprint(formerly);
  if (isFormer) return { sourceKey, folderId, contact: formerly, fingerprint: known.fingerprint, changed: false };
  return { sourceKey, folderId, contact, fingerprint: print, changed: known?.fingerprint !== print };
}

function isNews(contact: SeenContact, known: KnownContact | undefined): boolean {
  return contact.changed || !known || known.pending || known.kept || known.folderId !== contact.folderId;
}

/** Of a contact that is not seen: all that a reading still says of it is a tombstone. */
function isGone(known: KnownContact, readings: readonly FolderReading[]): boolean {
  if (known.kept) return false;
  const reading = readings.find(({ folderId }) => folderId === known.folderId);
  // The list does not read that folder any more, or it was made again under a new id.
  if (!reading) return true;
  return reading.complete || reading.contacts.some(({ id }) => id === known.sourceKey);
}
