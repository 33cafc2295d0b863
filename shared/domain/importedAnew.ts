import type { Contact } from './contact.ts';
import { isOtherPhoto } from './photo.ts';
import { isKept, type KnownContact, type SeenContact, type SourceDifferences } from './sourceChanges.ts';

/**
 * Whether `recogniseImported` may find somebody: then it needs the whole snapshot.
 *
 * @param known those of the snapshot that are removed, by source key
 * @param mayHaveKept whether contacts are kept although the source lost them
 */
export function mayBeImportedAnew(
  { seen, removed }: SourceDifferences,
  known: ReadonlyMap<string, KnownContact>,
  mayHaveKept: boolean,
): boolean {
  const arrivals = seen.filter(({ isNew }) => isNew);
  if (mayHaveKept) return arrivals.length > 0;
  const gone = removed.flatMap(key => known.get(key) ?? []);
  return [addressesOf, nameAndCompanyOf].some(marksOf => {
    const marks = new Set(gone.flatMap(({ contact }) => marksOf(contact)));
    return arrivals.some(({ contact }) => marksOf(contact).some(mark => marks.has(mark)));
  });
}

/**
 * Finds the people who were imported anew: gone under one id, new under another (rules.md: Imported anew). Each keeps
 * the key it first had, so that nothing is removed or added for it, and only what differs is changed. A removal, also
 * one that waits or was rejected, matches an addition by an address, else by name and company, that exactly one contact
 * had before and exactly one has now; what several share never matches.
 *
 * @param snapshot the whole of it, by source key
 */
export function recogniseImported(
  { seen, removed }: SourceDifferences,
  snapshot: ReadonlyMap<string, KnownContact>,
): SourceDifferences {
  const before = [...snapshot.values()];
  const seenKeys = new Set(seen.map(({ sourceKey }) => sourceKey));
  const removedKeys = new Set(removed);
  const gone = new Set(
    before.filter(row => removedKeys.has(row.sourceKey) || (isKept(row) && !seenKeys.has(row.sourceKey))),
  );
  if (gone.size === 0 || !seen.some(({ isNew }) => isNew)) return { seen, removed };
  const found = new Map<SeenContact, KnownContact>();
  for (const marksOf of [addressesOf, nameAndCompanyOf]) {
    // Who stays as before shares no mark of somebody who is gone: two had it before then.
    const pairs = pairUp(before, seen, marksOf).filter(
      ([arrival, known]) => arrival.isNew && !found.has(arrival) && gone.has(known),
    );
    for (const [arrival, known] of unambiguous(pairs)) {
      found.set(arrival, known);
      gone.delete(known);
    }
  }
  const recognised = new Set([...found.values()].map(({ sourceKey }) => sourceKey));
  return {
    seen: seen.map(contact => keepKey(contact, found.get(contact))),
    removed: removed.filter(sourceKey => !recognised.has(sourceKey)),
  };
}

interface Person {
  readonly contact: Contact;
}

function keepKey(seen: SeenContact, known: KnownContact | undefined): SeenContact {
  if (!known) return seen;
  const changed = known.fingerprint !== seen.fingerprint || isOtherPhoto(seen.photo, known.photo);
  return { ...seen, sourceKey: known.sourceKey, isNew: false, changed };
}

/** Who has now what exactly one had before and exactly one has now, with who had it before. */
function pairUp<Before extends Person, After extends Person>(
  before: readonly Before[],
  after: readonly After[],
  marksOf: (contact: Contact) => readonly string[],
): [After, Before][] {
  const formerBearers = onlyBearers(before, marksOf);
  return [...onlyBearers(after, marksOf)].flatMap(([mark, bearer]): [After, Before][] => {
    const former = formerBearers.get(mark);
    return former ? [[bearer, former]] : [];
  });
}

/** Without those who are paired with several. */
function unambiguous<Before, After>(pairs: readonly [After, Before][]): [After, Before][] {
  const partners = Map.groupBy(pairs, ([bearer]) => bearer);
  const formerPartners = Map.groupBy(pairs, ([, former]) => former);
  return pairs.filter(
    ([bearer, former]) =>
      partners.get(bearer)?.every(([, other]) => other === former) &&
      formerPartners.get(former)?.every(([other]) => other === bearer),
  );
}

/** By mark, leaving out what several have. */
function onlyBearers<Bearer extends Person>(
  people: readonly Bearer[],
  marksOf: (contact: Contact) => readonly string[],
): Map<string, Bearer> {
  const bearers = new Map<string, Bearer | undefined>();
  for (const person of people) {
    for (const mark of new Set(marksOf(person.contact))) bearers.set(mark, bearers.has(mark) ? undefined : person);
  }
  return new Map([...bearers].flatMap(([mark, bearer]) => (bearer ? [[mark, bearer] as const] : [])));
}

function addressesOf({ emailAddresses = [] }: Contact): string[] {
  return emailAddresses.map(({ address = '' }) => normalise(address)).filter(address => address !== '');
}

function nameAndCompanyOf({ displayName, givenName = '', surname = '', companyName = '' }: Contact): string[] {
  const name = normalise(displayName ?? `${givenName} ${surname}`);
  return name === '' ? [] : [`${name}\n${normalise(companyName)}`];
}

function normalise(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
