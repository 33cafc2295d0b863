import fc from 'fast-check';
import type { Contact } from '../../../shared/domain/contact.ts';
import { joinSources } from '../../../shared/domain/joinedSources.ts';
import {
  type FolderReading,
  type KnownContact,
  noRemoval,
  type ReadContact,
} from '../../../shared/domain/sourceChanges.ts';

const folders = ['staff:1', 'partners:1', 'board:1'];
const sourceOf = (folderId: string) => folders.indexOf(folderId);

type Contents = Map<string, Contact>;
type Sources = readonly Contents[];

interface Edit {
  readonly source: number;
  readonly id: number;
  /** Undefined removes it. */
  readonly contact: Contact | undefined;
}

const contact = fc.record(
  {
    displayName: fc.constantFrom('Ada', 'Bob', 'Cleo'),
    jobTitle: fc.constantFrom('Clerk', 'Head'),
    emailAddresses: fc.uniqueArray(
      fc.constantFrom('a', 'b', 'c').map(name => ({ address: `${name}@contoso.example` })),
      { minLength: 1, maxLength: 2, selector: ({ address }) => address },
    ),
  },
  { requiredKeys: ['displayName'] },
);
const edit: fc.Arbitrary<Edit> = fc.record({
  source: fc.nat(folders.length - 1),
  id: fc.nat(2),
  contact: fc.option(contact, { nil: undefined, freq: 3 }),
});
/** Edits between two readings; which sources are read from the start, and which cannot be read. */
const round = fc.record({
  edits: fc.array(edit, { maxLength: 4 }),
  complete: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  missing: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
});

function idOf(source: number, id: number): string {
  return `${folders[source]}/${id}`;
}

function apply(sources: Sources, { source, id, contact: content }: Edit): void {
  const contents = sources[source];
  if (content) contents?.set(idOf(source, id), content);
  else contents?.delete(idOf(source, id));
}

/** Everything, or what differs from what the last reading of the source showed. */
function read(source: number, now: Contents, shown: Contents, complete: boolean): FolderReading {
  const rows: ReadContact[] = [...now]
    .filter(([id, each]) => complete || shown.get(id) !== each)
    .map(([id, each]) => ({ id, contact: each }));
  const gone = complete ? [] : [...shown.keys()].filter(id => !now.has(id)).map(id => ({ id, contact: null }));
  return { folderId: folders[source] ?? '', complete, contacts: [...rows, ...gone] };
}

/** The snapshot after a capture that journals every removal. */
function commit(
  known: ReadonlyMap<string, KnownContact>,
  changes: ReturnType<typeof joinSources>,
): Map<string, KnownContact> {
  const next = new Map(known);
  for (const key of changes.removed) next.delete(key);
  for (const { isNew: _, changed: __, ...row } of changes.seen) next.set(row.sourceKey, { ...row, removal: noRemoval });
  return next;
}

function contentsOf(known: ReadonlyMap<string, KnownContact>): string[] {
  return [...known.values()].map(({ ids, contact: content }) => JSON.stringify([ids, content])).sort();
}

test('after any edits and readings the snapshot is what one reading of everything gives', () => {
  fc.assert(
    fc.property(fc.array(round, { minLength: 1, maxLength: 8 }), rounds => {
      const now = folders.map(() => new Map<string, Contact>());
      const shown = folders.map(() => new Map<string, Contact>());
      let known = new Map<string, KnownContact>();
      for (const [index, { edits, complete, missing }] of [
        ...rounds,
        { edits: [], complete: [], missing: [] },
      ].entries()) {
        for (const each of edits) apply(now, each);
        const sources = folders.map((_, source) => source).filter(source => !missing[source]);
        const readings = sources.map(source =>
          read(source, now[source] ?? new Map(), shown[source] ?? new Map(), complete[source] ?? false),
        );
        const reading = { folders: readings, foundEveryFolder: sources.length === folders.length, round: index };
        const changes = joinSources(reading, known, sourceOf);
        expect(new Set(changes.seen.map(({ sourceKey }) => sourceKey)).size).toBe(changes.seen.length);
        for (const { parts = [] } of changes.seen) {
          expect(new Set(parts.map(({ folderId }) => folderId)).size).toBe(parts.length);
        }
        known = commit(known, changes);
        for (const source of sources) shown[source] = new Map(now[source]);
        const again = joinSources({ ...reading, round: index + 100 }, known, sourceOf);
        expect(again).toEqual({ seen: [], removed: [] });
      }
      const all = now.map((contents, source) => read(source, contents, new Map(), true));
      const fresh = commit(
        new Map(),
        joinSources({ folders: all, foundEveryFolder: true, round: 0 }, new Map(), sourceOf),
      );
      expect(contentsOf(known)).toEqual(contentsOf(fresh));
    }),
    { numRuns: 300 },
  );
});

test('a person keeps the key while any part of it stays', () => {
  fc.assert(
    fc.property(contact, contact, (first, second) => {
      const address = { address: 'ada@contoso.example' };
      const one = { ...first, emailAddresses: [address] };
      const two = { ...second, emailAddresses: [address] };
      const start = { foundEveryFolder: true, round: 1 };
      const both = [read(0, new Map([['s', one]]), new Map(), true), read(1, new Map([['p', two]]), new Map(), true)];
      const known = commit(new Map(), joinSources({ ...start, folders: both }, new Map(), sourceOf));
      const left = [
        read(0, new Map(), new Map([['s', one]]), false),
        read(1, new Map([['p', two]]), new Map([['p', two]]), false),
      ];
      const { seen, removed } = joinSources({ ...start, folders: left, round: 2 }, known, sourceOf);
      expect(removed).toEqual([]);
      expect(seen).toMatchObject([{ sourceKey: 's', ids: ['p'], isNew: false, contact: two }]);
    }),
  );
});

describe('of contacts of several sources that were never read before', () => {
  /** What each person consists of, by the ids of its contacts; an entry is a source with its contacts' addresses. */
  function peopleOf(...sources: readonly Readonly<Record<string, readonly string[]>>[]): string[] {
    const readings = sources.map((contacts, source) => {
      const content = (addresses: readonly string[]) => ({ emailAddresses: addresses.map(address => ({ address })) });
      const entries = Object.entries(contacts).map(([id, addresses]) => [id, content(addresses)] as const);
      return read(source, new Map(entries), new Map(), true);
    });
    const { seen } = joinSources({ folders: readings, foundEveryFolder: true, round: 1 }, new Map(), sourceOf);
    return seen.map(({ ids }) => ids.join('+')).sort();
  }

  test('those that share an address are one person', () => {
    expect(peopleOf({ s1: ['a'], s2: ['b'] }, { p1: ['a', 'x'] }, { b1: ['x'] })).toEqual(['s1+p1+b1', 's2']);
  });

  test('an address that two of one source have joins nobody', () => {
    expect(peopleOf({ s1: ['info'], s2: ['info'] }, { p1: ['info'] })).toEqual(['p1', 's1', 's2']);
    expect(peopleOf({ s1: ['info', 'a'] }, { p1: ['info', 'a'], p2: ['info'] })).toEqual(['p2', 's1+p1']);
  });

  test('the order of an answer decides nothing', () => {
    for (const partners of [
      { p1: ['a'], p2: ['x'] },
      { p2: ['x'], p1: ['a'] },
    ]) {
      expect(peopleOf({ s1: ['a', 'x'] }, partners)).toEqual(['p2', 's1+p1']);
    }
  });

  test('one that would belong to two persons belongs to none', () => {
    expect(peopleOf({ s1: ['a'], s2: ['b'] }, { p1: ['a', 'b'] })).toEqual(['p1', 's1', 's2']);
    expect(peopleOf({ s1: ['a'], s2: ['b'] }, { p1: ['a', 'b'] }, { b1: ['a'] })).toEqual(['p1', 's1+b1', 's2']);
  });
});

test('a removal that was rejected is not inferred again, and one that waits is', () => {
  const { seen } = joinSources(
    { folders: [read(0, new Map([['s', { displayName: 'Ada' }]]), new Map(), true)], foundEveryFolder: true, round: 1 },
    new Map(),
    sourceOf,
  );
  const row = [...commit(new Map(), { seen, removed: [] }).values()][0] as KnownContact;
  const empty = { folders: [read(0, new Map(), new Map(), true)], foundEveryFolder: true, round: 2 };
  const after = (removal: KnownContact['removal']) =>
    joinSources(empty, new Map([['s', { ...row, removal }]]), sourceOf);
  expect(after(noRemoval)).toEqual({ seen: [], removed: ['s'] });
  expect(after({ kind: 'gone', decision: 'held' })).toEqual({ seen: [], removed: ['s'] });
  expect(after({ kind: 'gone', decision: 'rejected' })).toEqual({ seen: [], removed: [] });
});

describe('what is known of a person', () => {
  const ada: Contact = { displayName: 'Ada', emailAddresses: [{ address: 'ada@contoso.example' }] };
  const staff = { id: 's', contact: ada };
  const partner = { id: 'p', contact: { ...ada, jobTitle: 'Countess' } };
  const photoOf = (hash: string) => ({ kind: 'found', photo: { hash } }) as const;

  function changesOf(
    known: ReadonlyMap<string, KnownContact>,
    staffRows: ReadContact[],
    partnerRows: ReadContact[] = [],
  ) {
    const readings = [staffRows, partnerRows].map((contacts, source) => ({
      folderId: folders[source] ?? '',
      complete: false,
      contacts,
    }));
    return joinSources({ folders: readings, foundEveryFolder: true, round: 2 }, known, sourceOf);
  }

  function knownAfter(...rows: [ReadContact[], ReadContact[]?]) {
    return commit(new Map(), changesOf(new Map(), ...rows));
  }

  test('is its parts, where it has several', () => {
    expect(changesOf(new Map(), [staff]).seen).toMatchObject([
      { ids: ['s'], parts: undefined, isNew: true, changed: true },
    ]);
    expect(changesOf(new Map(), [staff], [partner]).seen).toMatchObject([
      { ids: ['s', 'p'], parts: [{ id: 's' }, { id: 'p' }], folderId: folders[0], contact: partner.contact },
    ]);
  });

  test('changes with its content, or with its photo, and not where neither is another', () => {
    const known = knownAfter([{ ...staff, photo: photoOf('1') }]);
    const changesTo = (row: ReadContact) =>
      changesOf(known, [row]).seen.map(({ isNew, changed }) => ({ isNew, changed }));
    const change = { isNew: false, changed: true };
    expect(changesTo({ ...staff, photo: { kind: 'same' } })).toEqual([]);
    expect(changesTo({ ...staff, photo: photoOf('2') })).toEqual([change]);
    expect(changesTo({ ...staff, contact: { displayName: 'Ada' }, photo: { kind: 'same' } })).toEqual([change]);
  });

  test('is the photo of the first part that has one', () => {
    const withPhotos = (...hashes: (string | undefined)[]) => {
      const rows = [staff, partner].map((row, index) => ({ ...row, photo: photoOf(hashes[index] ?? '') }));
      const bare = rows.map(({ photo, ...row }) => (photo.photo.hash === '' ? row : { ...row, photo }));
      return changesOf(new Map(), bare.slice(0, 1), bare.slice(1)).seen[0]?.photo;
    };
    expect(withPhotos('1', '2')).toEqual({ hash: '1' });
    expect(withPhotos(undefined, '2')).toEqual({ hash: '2' });
    expect(withPhotos()).toBeUndefined();
    const etag = { hash: '1', etag: 'e' };
    expect(changesOf(new Map(), [{ ...staff, photo: { kind: 'found', photo: etag } }]).seen[0]?.photo).toEqual(etag);
  });

  test.each(['held', 'rejected'] as const)(
    'is nothing while its removal is %s, until the source shows it again',
    decision => {
      const removal = { kind: 'gone', decision } as const;
      const known = new Map([...knownAfter([staff])].map(([key, row]) => [key, { ...row, removal }]));
      expect(changesOf(known, [])).toEqual({ seen: [], removed: decision === 'held' ? ['s'] : [] });
      expect(changesOf(known, [staff])).toMatchObject({ seen: [{ sourceKey: 's', changed: false }], removed: [] });
    },
  );

  test('is what waits, where a narrowing of it is held', () => {
    const waiting = { ...ada, jobTitle: 'Chief' };
    const removal = { kind: 'narrowed', decision: 'held', contact: waiting } as const;
    const known = new Map([...knownAfter([staff])].map(([key, row]) => [key, { ...row, removal }]));
    expect(changesOf(known, [])).toMatchObject({
      seen: [{ sourceKey: 's', contact: waiting, changed: true }],
      removed: [],
    });
  });

  test('keeps its key beside one who comes back under the id that was its first', () => {
    const left = commit(
      knownAfter([staff], [partner]),
      changesOf(knownAfter([staff], [partner]), [{ id: 's', contact: null }]),
    );
    const { seen } = changesOf(left, [{ id: 's', contact: { displayName: 'Ada' } }]);
    expect(seen).toMatchObject([{ sourceKey: 's@2', ids: ['s'] }]);
    expect([...commit(left, { seen, removed: [] }).values()].map(({ sourceKey, ids }) => [sourceKey, ids])).toEqual([
      ['s', ['p']],
      ['s@2', ['s']],
    ]);
  });
});
