import { type Contact, canonicalForm } from './contact.ts';
import { fingerprint } from './fingerprint.ts';
import { isOtherPhoto, type KnownPhoto, type PhotoFinding, photoAfter } from './photo.ts';

export interface ReadContact {
  readonly id: string;
  /** Null for a tombstone. */
  readonly contact: Contact | null;
  /** Of the contact, where whoever read it took it while waiting for more. */
  readonly fingerprint?: string | undefined;
  /** The same in the form of earlier versions, where that is another. */
  readonly formerly?: Contact | undefined;
  /** Of a list that reads photos. */
  readonly photo?: PhotoFinding | undefined;
}

/** What one folder of the source answered; `complete` when it was read from the start, over its last page. */
export interface FolderReading {
  readonly folderId: string;
  readonly complete: boolean;
  readonly contacts: readonly ReadContact[];
  /** It is a file, which somebody else writes and may have cut. */
  readonly mayBeCut?: boolean;
  /** Where contacts have photos: whether a reading of what changed tells of another photo. */
  readonly photos?: 'told' | 'untold';
}

/** One round of reading a source. */
export interface SourceReading {
  readonly folders: readonly FolderReading[];
  /** False when a folder that the list names was not found: then nothing is gone with a folder that was not read. */
  readonly foundEveryFolder: boolean;
  /** Names the round among all of the list. */
  readonly round: number;
}

/** `held`: somebody is to decide. `rejected`: the contact stays in the targets as it was. */
export type Decision = 'held' | 'rejected';

/**
 * What would take a contact from mailboxes. `gone`: the source has it no more. `narrowed`: as the source has it, `contact`,
 * rules would keep it from some; the row's own contact is what it was.
 */
export type Removal =
  | { readonly kind: 'none' }
  | { readonly kind: 'gone'; readonly decision: Decision }
  | { readonly kind: 'narrowed'; readonly decision: Decision; readonly contact: Contact };

export const noRemoval: Removal = { kind: 'none' };

/** `none` also for a contact that the snapshot does not have. */
export function decisionOn(row: { readonly removal: Removal } | undefined): Decision | 'none' {
  return row && row.removal.kind !== 'none' ? row.removal.decision : 'none';
}

export function decided<Row extends { readonly removal: Removal }>(row: Row, decision: Decision): Row {
  const { removal } = row;
  return removal.kind === 'none' ? row : { ...row, removal: { ...removal, decision } };
}

/** It stays in the targets though the source has it no more, and no later capture infers its removal. */
export function isKept({ removal }: { readonly removal: Removal }): boolean {
  return removal.kind === 'gone' && removal.decision === 'rejected';
}

/** As the source has it, where the row's own contact is what it was. */
export function narrowedTo({ removal }: { readonly removal: Removal }): Contact | undefined {
  return removal.kind === 'narrowed' ? removal.contact : undefined;
}

/** A contact of one of several sources, as a part of the person that it is together with others. */
export interface ContactPart {
  readonly id: string;
  readonly folderId: string;
  readonly contact: Contact;
  readonly photo?: KnownPhoto | undefined;
}

/** What the snapshot knows of a contact. */
export interface KnownContact {
  /** Its first id at the source, which it keeps in journal, ledger and stamp. */
  readonly sourceKey: string;
  /** Its ids at the source by now: others than the key once it was imported anew. */
  readonly ids: readonly string[];
  readonly folderId: string;
  readonly fingerprint: string;
  readonly contact: Contact;
  /** Of the contact as it is stored; rows of earlier versions do not tell. */
  readonly form?: number | undefined;
  readonly removal: Removal;
  readonly photo?: KnownPhoto | undefined;
  /** Of a person of several sources, in the order of precedence. */
  readonly parts?: readonly ContactPart[] | undefined;
}

/** Enough of it to see whether the source has it as it was. */
export type KnownOutline = Omit<KnownContact, 'contact'>;

export interface SeenContact {
  readonly sourceKey: string;
  readonly ids: readonly string[];
  readonly folderId: string;
  readonly contact: Contact;
  readonly form?: number | undefined;
  readonly fingerprint: string;
  readonly photo?: KnownPhoto | undefined;
  /** The snapshot does not have it. */
  readonly isNew: boolean;
  /** Its content or its photo differs from the snapshot's: it goes into the journal. */
  readonly changed: boolean;
  /** Of a person of several sources, in the order of precedence. */
  readonly parts?: readonly ContactPart[] | undefined;
}

export interface SourceDifferences {
  /** Contacts whose snapshot row has to be written. */
  readonly seen: readonly SeenContact[];
  /** Source keys that are gone, those whose removal waits for a decision included. */
  readonly removed: readonly string[];
}

/** The ids whose snapshot rows `findDifferences` needs when no folder was read from the start. */
export function idsIn(folders: readonly FolderReading[]): string[] {
  return [...new Set(folders.flatMap(reading => reading.contacts.map(row => row.id)))];
}

/**
 * Compares what the source answered with the snapshot, by fingerprint. A contact that moved between two folders of the
 * list is removed in one and new in the other, in either order: a removal counts only where the snapshot has the contact
 * in that folder, and only if no folder shows it. Removals whose decision was "keep" are not inferred again.
 *
 * @param snapshot by source key
 */
export function findDifferences(
  reading: SourceReading,
  snapshot: ReadonlyMap<string, KnownOutline>,
): SourceDifferences {
  const byId = knownById(snapshot);
  const seen = new Map<string, SeenContact>();
  for (const { folderId, contacts } of reading.folders) {
    // A row may come again in one reading: the last one counts.
    for (const { id, contact, ...row } of new Map(contacts.map(row => [row.id, row])).values()) {
      if (!contact) continue;
      const known = byId.get(id);
      const sourceKey = known?.sourceKey ?? newKey(id, snapshot, reading.round);
      const place = { sourceKey, ids: known?.ids ?? [id], folderId };
      seen.set(sourceKey, compare(place, { contact, ...row }, known));
    }
  }
  const removed = [...snapshot.values()].filter(
    known => !seen.has(known.sourceKey) && (isHeldAsGone(known) || isGone(known, reading)),
  );
  return {
    seen: [...seen.values()].filter(contact => isNews(contact, snapshot.get(contact.sourceKey))),
    removed: removed.map(({ sourceKey }) => sourceKey),
  };
}

/** Where two rows claim an id, the one whose key it is has it. */
function knownById(snapshot: ReadonlyMap<string, KnownOutline>): Map<string, KnownOutline> {
  const byId = new Map<string, KnownOutline>();
  for (const known of snapshot.values()) for (const id of known.ids) byId.set(id, known);
  for (const known of snapshot.values()) if (known.ids.includes(known.sourceKey)) byId.set(known.sourceKey, known);
  return byId;
}

/** The id, unless it is the key of a contact that has another id by now: somebody restored what was imported anew. */
function newKey(id: string, snapshot: ReadonlyMap<string, KnownOutline>, round: number): string {
  return snapshot.has(id) ? `${id}@${round}` : id;
}

/** Another canonical form of the same contact is no change: an upgrade alone sends nothing (rules.md: Versions). */
function compare(
  place: Pick<SeenContact, 'sourceKey' | 'ids' | 'folderId'>,
  {
    contact,
    fingerprint: print = fingerprint(contact),
    formerly,
    photo: finding,
  }: Omit<ReadContact, 'id' | 'contact'> & { readonly contact: Contact },
  known: KnownOutline | undefined,
): SeenContact {
  const photo = photoAfter(finding, known?.photo);
  const about = { ...place, photo, isNew: known === undefined };
  const otherPhoto = isOtherPhoto(photo, known?.photo);
  const isFormer = known?.form === undefined && formerly && known?.fingerprint === fingerprint(formerly);
  if (isFormer) return { ...about, contact: formerly, fingerprint: known.fingerprint, changed: otherPhoto };
  return {
    ...about,
    contact,
    form: canonicalForm,
    fingerprint: print,
    changed: known?.fingerprint !== print || otherPhoto,
  };
}

/** A contact that is known in the present form says so from then on, so that it is not taken for one of the former. */
function isNews(contact: SeenContact, known: KnownOutline | undefined): boolean {
  if (contact.changed || !known || known.removal.kind !== 'none') return true;
  if (known.photo !== contact.photo && fingerprint(known.photo ?? {}) !== fingerprint(contact.photo ?? {})) return true;
  return known.folderId !== contact.folderId || known.form !== contact.form;
}

function isHeldAsGone({ removal }: KnownOutline): boolean {
  return removal.kind === 'gone' && removal.decision === 'held';
}

/** Of a contact that is not seen: all that a reading still says of it is a tombstone. */
function isGone(known: KnownOutline, { folders, foundEveryFolder }: SourceReading): boolean {
  if (isKept(known)) return false;
  const folder = folders.find(({ folderId }) => folderId === known.folderId);
  // Its folder is one that the list does not read any more, or was made again under a new id; or it is the missing one.
  if (!folder) return foundEveryFolder;
  return folder.complete || known.ids.every(id => folder.contacts.some(row => row.id === id));
}
