import fc from 'fast-check';
import type { Contact } from '../../../shared/domain/contact.ts';
import { joinSources } from '../../../shared/domain/joinedSources.ts';
import type { FolderReading, KnownContact, ReadContact } from '../../../shared/domain/sourceChanges.ts';

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
  for (const { isNew: _, changed: __, ...row } of changes.seen) next.set(row.sourceKey, { ...row, removal: 'none' });
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
