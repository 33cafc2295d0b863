import { type Contact, canonicalForm } from './contact.ts';
import { addressesOf } from './emailEntries.ts';
import { fingerprint } from './fingerprint.ts';
import { isOtherPhoto, type KnownPhoto, photoAfter } from './photo.ts';
import {
  type ContactPart,
  isKept,
  type KnownContact,
  narrowedTo,
  noRemoval,
  type SeenContact,
  type SourceDifferences,
  type SourceReading,
} from './sourceChanges.ts';

/** Nothing is there any more of a person who is gone, whatever is decided. */
function partsOf(row: KnownContact): readonly ContactPart[] {
  const { removal, parts, ids, folderId, photo } = row;
  if (removal.kind === 'gone') return [];
  return parts ?? ids.slice(0, 1).map(id => ({ id, folderId, contact: narrowedTo(row) ?? row.contact, photo }));
}

/**
 * Compares what several sources answered with the snapshot, making one person of the contacts of different sources that
 * share an e-mail address. The first source's fields win, later ones fill what it leaves empty. An address that two
 * contacts of one source have joins nobody, nor does a contact that would belong to two persons. A person keeps the key
 * of the part that comes first, whoever of the others joins or leaves.
 *
 * @param known the whole snapshot, by source key
 * @param sourceOf the place of a scope's source in the order of precedence
 */
export function joinSources(
  reading: SourceReading,
  known: ReadonlyMap<string, KnownContact>,
  sourceOf: (folderId: string) => number,
): SourceDifferences {
  const rows = new Map([...known.values()].flatMap(row => row.ids.map(id => [id, row] as const)));
  const people = gather(inOrder(presentParts(reading, known), sourceOf), sourceOf);
  const taken = new Set<string>();
  const seen = people.map(parts => {
    const key = keyOf(parts, rows, taken) ?? newKey(parts, known, taken, reading.round);
    taken.add(key);
    return describe(key, parts, known.get(key));
  });
  const removed = [...known.values()].filter(row => !taken.has(row.sourceKey) && !isKept(row));
  return {
    seen: seen.filter(person => isNews(person, known.get(person.sourceKey))),
    removed: removed.map(({ sourceKey }) => sourceKey),
  };
}

/** The parts of before, as the reading changes them: what is gone counts only where the snapshot has it. */
function presentParts(
  { folders, foundEveryFolder }: SourceReading,
  known: ReadonlyMap<string, KnownContact>,
): ContactPart[] {
  const parts = new Map([...known.values()].flatMap(partsOf).map(part => [part.id, part]));
  const readings = new Map(folders.map(folder => [folder.folderId, folder]));
  const gone = new Set(
    folders.flatMap(({ folderId, contacts }) =>
      contacts.flatMap(({ id, contact }) => (contact === null ? [`${folderId}\n${id}`] : [])),
    ),
  );
  for (const { id, folderId } of [...parts.values()]) {
    const folder = readings.get(folderId);
    const isGone = folder ? folder.complete || gone.has(`${folderId}\n${id}`) : foundEveryFolder;
    if (isGone) parts.delete(id);
  }
  for (const { folderId, contacts } of folders) {
    for (const { id, contact, photo: finding } of contacts) {
      if (contact) parts.set(id, { id, folderId, contact, photo: photoAfter(finding, parts.get(id)?.photo) });
    }
  }
  return [...parts.values()];
}

/** Those of the first source first; within a source by id, so that the order of an answer decides nothing. */
function inOrder(parts: readonly ContactPart[], sourceOf: (folderId: string) => number): ContactPart[] {
  return [...parts].sort(
    (left, right) => sourceOf(left.folderId) - sourceOf(right.folderId) || (left.id < right.id ? -1 : 1),
  );
}

interface Person {
  readonly parts: ContactPart[];
}

function gather(parts: readonly ContactPart[], sourceOf: (folderId: string) => number): ContactPart[][] {
  const shared = findSharedAddresses(parts, sourceOf);
  const people: Person[] = [];
  const bearers = new Map<string, Person>();
  for (const part of parts) {
    const addresses = addressesOf(part.contact).filter(address => !shared.has(address));
    const person = findPerson(part, addresses, bearers, sourceOf) ?? addPerson(people);
    person.parts.push(part);
    for (const address of addresses) if (!bearers.has(address)) bearers.set(address, person);
  }
  return people.map(person => person.parts);
}

/** Undefined for a contact that shares its addresses with nobody, with several, or with one of its own source. */
function findPerson(
  part: ContactPart,
  addresses: readonly string[],
  bearers: ReadonlyMap<string, Person>,
  sourceOf: (folderId: string) => number,
): Person | undefined {
  const [person, ...others] = new Set(addresses.flatMap(address => bearers.get(address) ?? []));
  if (!person || others.length > 0) return undefined;
  const source = sourceOf(part.folderId);
  return person.parts.some(other => sourceOf(other.folderId) === source) ? undefined : person;
}

function addPerson(people: Person[]): Person {
  const person = { parts: [] };
  people.push(person);
  return person;
}

function findSharedAddresses(
  parts: readonly ContactPart[],
  sourceOf: (folderId: string) => number,
): ReadonlySet<string> {
  const shared = new Set<string>();
  for (const ofOne of Map.groupBy(parts, ({ folderId }) => sourceOf(folderId)).values()) {
    const met = new Set<string>();
    for (const address of ofOne.flatMap(({ contact }) => [...new Set(addressesOf(contact))])) {
      if (met.has(address)) shared.add(address);
      met.add(address);
    }
  }
  return shared;
}

function keyOf(
  parts: readonly ContactPart[],
  rows: ReadonlyMap<string, KnownContact>,
  taken: ReadonlySet<string>,
): string | undefined {
  const keys = parts.flatMap(({ id }) => rows.get(id)?.sourceKey ?? []);
  return keys.find(key => !taken.has(key));
}

/** The id of the first part, unless it is the key of somebody else. */
function newKey(
  parts: readonly ContactPart[],
  known: ReadonlyMap<string, KnownContact>,
  taken: ReadonlySet<string>,
  round: number,
): string {
  const { id = '' } = parts[0] ?? {};
  return known.has(id) || taken.has(id) ? `${id}@${round}` : id;
}

function describe(sourceKey: string, parts: readonly ContactPart[], known: KnownContact | undefined): SeenContact {
  const contact = fill(parts.map(part => part.contact));
  const print = fingerprint(contact);
  const photo = photoOf(parts);
  return {
    sourceKey,
    photo,
    ids: parts.map(({ id }) => id),
    folderId: parts[0]?.folderId ?? '',
    contact,
    form: canonicalForm,
    fingerprint: print,
    isNew: known === undefined,
    changed: known?.fingerprint !== print || isOtherPhoto(photo, known?.photo),
    parts: parts.length > 1 ? parts : undefined,
  };
}

/** Of several parts the first that has one; what else is known of theirs stays with them. */
function photoOf(parts: readonly ContactPart[]): KnownPhoto | undefined {
  const [first, ...others] = parts;
  if (others.length === 0) return first?.photo;
  const hash = parts.map(({ photo }) => photo?.hash).find(each => each !== undefined);
  return hash === undefined ? undefined : { hash };
}

/** A field is taken whole: two addresses or lists of phone numbers are not mixed. */
function fill(contacts: readonly Contact[]): Contact {
  return Object.assign({}, ...contacts.toReversed());
}

function isNews(person: SeenContact, known: KnownContact | undefined): boolean {
  if (person.changed || !known || known.removal.kind !== 'none') return true;
  return fingerprint(partsOf(known)) !== fingerprint(person.parts ?? partsOf({ ...person, removal: noRemoval }));
}
