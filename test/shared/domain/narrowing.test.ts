import { fingerprint } from '../../../shared/domain/fingerprint.ts';
import { findNarrowed, lastHiding, withWaiting } from '../../../shared/domain/narrowing.ts';
import { type KnownContact, noRemoval, type SeenContact } from '../../../shared/domain/sourceChanges.ts';

const [board, sales] = [{ department: 'Board' }, { department: 'Sales' }];
const rules = [{ when: { field: 'department', in: ['Board'] } }, { when: { field: 'categories', has: 'Secret' } }];

function known(sourceKey: string, changes: Partial<KnownContact> = {}): KnownContact {
  const contact = changes.contact ?? sales;
  return {
    sourceKey,
    ids: [sourceKey],
    folderId: 'f',
    contact,
    fingerprint: fingerprint(contact),
    removal: noRemoval,
    ...changes,
  };
}

function seen(sourceKey: string, contact: SeenContact['contact'], changed = true): SeenContact {
  return {
    sourceKey,
    ids: [sourceKey],
    folderId: 'f',
    contact,
    fingerprint: fingerprint(contact),
    isNew: false,
    changed,
  };
}

function snapshotOf(...rows: KnownContact[]): ReadonlyMap<string, KnownContact> {
  return new Map(rows.map(row => [row.sourceKey, row]));
}

test.each<[string, SeenContact['contact'], SeenContact['contact'], boolean]>([
  ['comes under a rule', sales, board, true],
  ['comes under one more rule', board, { ...board, categories: ['Secret'] }, true],
  ['comes under another rule', board, { categories: ['Secret'] }, true],
  ['stays under its rule', board, { ...board, jobTitle: 'Chair' }, false],
  ['leaves one of its rules', { ...board, categories: ['Secret'] }, board, false],
  ['leaves its rule', board, sales, false],
  ['becomes private, which its owner decided', sales, { ...board, sensitivity: 'private' }, false],
  ['was private before', { ...sales, sensitivity: 'private' }, board, false],
])('a contact that %s', (_, before, after, isNarrowed) => {
  expect(findNarrowed([seen('a', after)], snapshotOf(known('a', { contact: before })), { visibility: rules })).toEqual(
    isNarrowed ? ['a'] : [],
  );
});

test.each<[string, SeenContact['contact'], SeenContact['contact'], { ownersOnly: boolean }, boolean]>([
  ['gets its first owner, and was for everybody', {}, { manager: 'ada' }, { ownersOnly: false }, true],
  ['gets its first owner, and was for nobody', {}, { manager: 'ada' }, { ownersOnly: true }, false],
  ['gets one more owner', { manager: 'ada' }, { manager: 'ada; ben' }, { ownersOnly: true }, false],
  ['goes from one owner to another', { manager: 'ada' }, { manager: 'ben' }, { ownersOnly: true }, true],
  ['loses one of its owners', { manager: 'ada; ben' }, { manager: 'ben' }, { ownersOnly: false }, true],
  ['loses its last, and is for everybody', { manager: 'ada' }, {}, { ownersOnly: false }, false],
  ['loses its last, and is for all under its rule', { ...board, manager: 'ada' }, board, { ownersOnly: false }, false],
])('a contact that %s', (_, before, after, { ownersOnly }, isNarrowed) => {
  const list = { visibility: rules, owners: { from: 'manager', ownersOnly } };
  const found = findNarrowed([seen('a', after)], snapshotOf(known('a', { contact: before })), list);
  expect(found).toEqual(isNarrowed ? ['a'] : []);
});

test('what is new or as it was is taken from nobody, and nothing is without a rule', () => {
  const snapshot = snapshotOf(known('a'));
  expect(findNarrowed([seen('new', board)], snapshot, { visibility: rules })).toEqual([]);
  expect(findNarrowed([seen('a', board, false)], snapshot, { visibility: rules })).toEqual([]);
  for (const list of [{ visibility: [] }, {}]) expect(findNarrowed([seen('a', board)], snapshot, list)).toEqual([]);
});

test('a contact that waits is taken up as the source has it, unless the reading shows it itself', () => {
  const row = known('a', {
    removal: { kind: 'narrowed', decision: 'held', contact: board },
    form: 2,
    ids: ['a', 'b'],
    parts: [],
  });
  const { ids, folderId, form, parts } = row;
  const place = { sourceKey: 'a', ids, folderId, form, parts };
  const waiting = { ...place, contact: board, fingerprint: fingerprint(board), isNew: false, changed: true };
  expect(withWaiting({ seen: [], removed: [] }, snapshotOf(row))).toEqual({ seen: [waiting], removed: [] });
  expect(withWaiting({ seen: [], removed: ['a'] }, snapshotOf(row))).toEqual({ seen: [], removed: ['a'] });
  const back = seen('a', sales);
  expect(withWaiting({ seen: [back], removed: [] }, snapshotOf(row))).toEqual({ seen: [back], removed: [] });
});

test('nothing waits of a contact whose removal is held, and of one that was decided on', () => {
  const rows = [
    known('a', { removal: { kind: 'gone', decision: 'held' } }),
    known('b'),
    known('c', { removal: { kind: 'narrowed', decision: 'rejected', contact: board } }),
  ];
  expect(withWaiting({ seen: [], removed: [] }, snapshotOf(...rows))).toEqual({ seen: [], removed: [] });
});

test('a change that was rejected is none until the source changes the contact once more', () => {
  const snapshot = snapshotOf(
    known('a', { removal: { kind: 'narrowed', decision: 'rejected', contact: board } }),
    known('b', { removal: { kind: 'gone', decision: 'rejected' } }),
  );
  const again = { seen: [seen('a', board)], removed: [] };
  expect(withWaiting(again, snapshot)).toEqual({ seen: [], removed: [] });
  const other = { seen: [seen('a', { department: 'Support' }), seen('b', board), seen('new', board)], removed: [] };
  expect(withWaiting(other, snapshot)).toEqual(other);
});

test('a change that waits is taken up again as often as it is seen', () => {
  const snapshot = snapshotOf(known('a', { removal: { kind: 'narrowed', decision: 'held', contact: board } }));
  const again = { seen: [seen('a', board)], removed: [] };
  expect(withWaiting(again, snapshot)).toEqual(again);
});

test('the last change that hides a contact from somebody who may have it, or has it forgotten, is found beyond a position', () => {
  const at = (position: number, contact: SeenContact['contact'] | null, before: SeenContact['contact'] | null) => {
    return { position, contact, before: before && { contact: before } };
  };
  const hidden = { ...sales, sensitivity: 'private' as const };
  const changes = [
    at(1, board, sales),
    at(2, hidden, sales),
    at(3, sales, hidden),
    at(4, hidden, null),
    at(5, null, sales),
    at(6, { ...hidden, department: 'Board' }, hidden),
    { position: 7, contact: hidden },
  ];
  expect([0, 1, 2].map(position => lastHiding(changes, position, { visibility: rules }))).toEqual([2, 2, 0]);
  expect(lastHiding(changes.slice(0, 1), 0, {})).toBe(0);
  expect(lastHiding([{ position: 3, contact: null, forgotten: true }], 0, {})).toBe(3);
});
