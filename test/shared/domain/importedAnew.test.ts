import type { Contact } from '../../../shared/domain/contact.ts';
import { mayBeImportedAnew, recogniseImported } from '../../../shared/domain/importedAnew.ts';
import { findDifferences, type KnownContact, noRemoval } from '../../../shared/domain/sourceChanges.ts';

const folderId = 'A';

function known(sourceKey: string, contact: Contact, flags: Partial<KnownContact> = {}): KnownContact {
  const [seen] = findDifferences(reading([[sourceKey, contact]]), new Map()).seen;
  if (!seen) throw new Error('A contact is seen');
  return { ...seen, removal: noRemoval, ...flags };
}

function reading(rows: readonly (readonly [id: string, contact: Contact | null])[]) {
  const contacts = rows.map(([id, contact]) => ({ id, contact }));
  return { folders: [{ folderId, complete: false, contacts }], foundEveryFolder: true, round: 7 };
}

/** By its id, the key under which each contact goes on; and the keys that are removed. */
function recognise(snapshot: readonly KnownContact[], ...rows: readonly (readonly [string, Contact | null])[]) {
  const rowsByKey = new Map(snapshot.map(row => [row.sourceKey, row]));
  const { seen, removed } = recogniseImported(findDifferences(reading(rows), rowsByKey), rowsByKey);
  return { keys: Object.fromEntries(seen.map(({ ids, sourceKey }) => [ids.join(), sourceKey])), removed };
}

function person(name: string, ...addresses: string[]): Contact {
  return { displayName: name, emailAddresses: addresses.map(address => ({ address })) };
}

const ada = person('Ada', 'ada@contoso.com');
const family = 'family@contoso.com';

describe('a contact that is gone and one that is new are one', () => {
  test.each<[string, KnownContact[], [string, Contact | null][]]>([
    [
      'with the same address',
      [known('old', ada)],
      [
        ['old', null],
        ['new', person('A. L.', 'Ada@Contoso.com')],
      ],
    ],
    [
      'with one of several addresses',
      [known('old', person('Ada', 'ada@contoso.com', 'ada@home.example'))],
      [
        ['old', null],
        ['new', person('Ada', 'ada@home.example', 'ada@work.example')],
      ],
    ],
    [
      'with the same name and company, where there is no address',
      [known('old', { displayName: 'Reception', companyName: 'Contoso' })],
      [
        ['old', null],
        ['new', { displayName: ' reception ', companyName: 'CONTOSO', mobilePhone: '1' }],
      ],
    ],
    [
      'with the same name, where neither has a display name',
      [known('old', { givenName: 'Ada', surname: 'Lovelace' })],
      [
        ['old', null],
        ['new', { givenName: 'Ada', surname: 'Lovelace', jobTitle: 'Countess' }],
      ],
    ],
    ['whose removal waits', [known('old', ada, { removal: { kind: 'gone', decision: 'held' } })], [['new', ada]]],
    [
      'whose removal was rejected',
      [known('old', ada, { removal: { kind: 'gone', decision: 'rejected' } })],
      [['new', ada]],
    ],
    [
      'though an address of both is shared by others',
      [known('old', person('Ada', 'ada@contoso.com', family)), known('bob', person('Bob', family))],
      [
        ['old', null],
        ['new', person('Ada', 'ada@contoso.com', family)],
      ],
    ],
  ])('%s', (_, snapshot, rows) => {
    expect(recognise(snapshot, ...rows)).toEqual({ keys: { new: 'old' }, removed: [] });
  });
});

describe('they are two', () => {
  const gone = ['old', null] as const;

  test.each<[string, KnownContact[], (readonly [string, Contact | null])[]]>([
    ['with nothing in common', [known('old', ada)], [gone, ['new', person('Eve', 'eve@contoso.com')]]],
    [
      'where somebody who is still there has the address too',
      [known('bob', person('Bob', family)), known('old', person('Ada', family))],
      [gone, ['new', person('Cid', family)]],
    ],
    ['where two new ones have the address', [known('old', ada)], [gone, ['new', ada], ['newer', ada]]],
    [
      'where two who are gone have the address',
      [known('old', person('Ada', family)), known('other', person('Bob', family))],
      [gone, ['other', null], ['new', person('Cid', family)]],
    ],
    [
      'where the addresses lead to different people',
      [known('old', person('Ada', 'ada@contoso.com')), known('other', person('Bob', 'bob@contoso.com'))],
      [gone, ['other', null], ['new', person('Cid', 'ada@contoso.com', 'bob@contoso.com')]],
    ],
    [
      'where the addresses of the one who is gone lead to two new ones',
      [known('old', person('Ada', 'ada@contoso.com', 'ada@home.example'))],
      [gone, ['new', person('Cid', 'ada@contoso.com')], ['newer', person('Dora', 'ada@home.example')]],
    ],
    [
      'where both have an e-mail entry without an address',
      [known('old', { displayName: 'Ada', emailAddresses: [{ name: 'Ada' }] })],
      [gone, ['new', { displayName: 'Eve', emailAddresses: [{ name: 'Eve' }] }]],
    ],
    ['while the first is still there', [known('old', ada)], [['new', ada]]],
    ['where neither has a name or an address', [known('old', { jobTitle: 'x' })], [gone, ['new', { jobTitle: 'x' }]]],
  ])('%s', (_, snapshot, rows) => {
    expect(Object.values(recognise(snapshot, ...rows).keys)).toEqual(
      rows.filter(([, contact]) => contact).map(([id]) => id),
    );
  });
});

test('only what differs is a change', () => {
  const snapshot = new Map([['old', known('old', ada)]]);
  const changes = (contact: Contact) => {
    const found = findDifferences(
      reading([
        ['old', null],
        ['new', contact],
      ]),
      snapshot,
    );
    return recogniseImported(found, snapshot).seen.map(({ isNew, changed }) => ({ isNew, changed }));
  };
  expect(changes(ada)).toEqual([{ isNew: false, changed: false }]);
  expect(changes({ ...ada, jobTitle: 'Countess' })).toEqual([{ isNew: false, changed: true }]);
});

test('a contact that was imported anew is known by its present id', () => {
  const imported = known('first', ada, { ids: ['second'] });
  expect(recognise([imported], ['second', person('Ada L.', 'ada@contoso.com')])).toEqual({
    keys: { second: 'first' },
    removed: [],
  });
  expect(recognise([imported], ['second', null]).removed).toEqual(['first']);
  expect(recognise([imported], ['first', null]).removed).toEqual([]);
});

test('the first one, when somebody restores it beside the imported one, gets a key of its own', () => {
  const imported = known('first', ada, { ids: ['second'] });
  expect(recognise([imported], ['first', ada])).toEqual({ keys: { first: 'first@7' }, removed: [] });
});

test('the whole snapshot is needed only where somebody new may be somebody who is gone', () => {
  const bob = person('Bob', 'bob@contoso.com');
  const renamed = person('Bob', 'ada@contoso.com');
  const snapshot = new Map([known('old', ada), known('bob', bob)].map(row => [row.sourceKey, row]));
  const isNeeded = (mayHaveKept: boolean, ...rows: [string, Contact | null][]) =>
    mayBeImportedAnew(findDifferences(reading(rows), snapshot), snapshot, mayHaveKept);
  expect(isNeeded(false, ['new', ada])).toBe(false);
  expect(isNeeded(true, ['new', ada])).toBe(true);
  expect(isNeeded(true, ['old', null])).toBe(false);
  expect(isNeeded(false, ['old', null], ['new', ada])).toBe(true);
  expect(isNeeded(false, ['old', null], ['new', person('Ada')])).toBe(true);
  expect(isNeeded(false, ['old', null], ['new', person('Eve', 'eve@contoso.com')])).toBe(false);
  expect(
    isNeeded(false, ['old', null], ['new', person('Eve')], ['newer', person('A.', 'a@x', 'ada@contoso.com')]),
  ).toBe(true);
  expect(isNeeded(false, ['old', null], ['new', person('A.', 'a@x', 'ada@contoso.com')])).toBe(true);
  expect(isNeeded(false, ['old', null], ['bob', renamed])).toBe(false);
  expect(isNeeded(true, ['bob', renamed])).toBe(false);
});

test('whoever else is gone stays gone', () => {
  const zed = person('Zed', 'zed@contoso.com');
  expect(recognise([known('old', ada), known('zed', zed)], ['old', null], ['zed', null], ['new', ada])).toEqual({
    keys: { new: 'old' },
    removed: ['zed'],
  });
});

test('blanks and letters of a name tell nobody apart', () => {
  const [before, now] = [{ displayName: 'Ada  Lovelace' }, { displayName: ' ADA\tLovelace' }];
  expect(recognise([known('old', before)], ['old', null], ['new', now])).toMatchObject({ keys: { new: 'old' } });
  const other = { displayName: 'Ada Love lace' };
  expect(recognise([known('old', before)], ['old', null], ['new', other])).toMatchObject({ keys: { new: 'new' } });
});

test('who comes back under the own id gives the key to nobody', () => {
  const back = person('Ada', 'ada@home.example');
  expect(
    recognise(
      [known('old', ada, { removal: { kind: 'gone', decision: 'rejected' } })],
      ['old', back],
      ['new', person('A.', 'ada@contoso.com')],
    ),
  ).toEqual({ keys: { old: 'old', new: 'new' }, removed: [] });
});

test('an address goes before a name', () => {
  const named = { displayName: 'Reception' };
  const arrival = person('Reception', 'ada@contoso.com');
  expect(recognise([known('old', ada), known('desk', named)], ['old', null], ['desk', null], ['new', arrival])).toEqual(
    { keys: { new: 'old' }, removed: ['desk'] },
  );
  expect(
    recognise(
      [known('old', ada)],
      ['old', null],
      ['new', person('A.', 'ada@contoso.com')],
      ['other', { displayName: 'Ada' }],
    ),
  ).toEqual({ keys: { new: 'old', other: 'other' }, removed: [] });
});

test('a contact that was there and now has the address of one who is gone stays who it was', () => {
  const bob = person('Bob', 'bob@contoso.com');
  const renamed = person('Bob', 'ada@contoso.com');
  expect(
    recognise([known('old', ada), known('bob', bob)], ['old', null], ['bob', renamed], ['new', person('New', 'n@x')]),
  ).toEqual({ keys: { bob: 'bob', new: 'new' }, removed: ['old'] });
});
