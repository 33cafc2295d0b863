import { findHalvedFiles } from '../../../shared/domain/halvedFiles.ts';
import { type FolderReading, type KnownContact, noRemoval } from '../../../shared/domain/sourceChanges.ts';

const keys = ['a', 'b', 'c', 'd'];

function known(sourceKey: string, changes: Partial<KnownContact> = {}): KnownContact {
  return { sourceKey, ids: [sourceKey], folderId: 'file', contact: {}, removal: noRemoval, ...changes } as KnownContact;
}

function reading(present: readonly string[], changes: Partial<FolderReading> = {}): FolderReading {
  const contacts = present.map(id => ({ id, contact: {} }));
  return { folderId: 'file', complete: true, mayBeCut: true, contacts, ...changes } as unknown as FolderReading;
}

function lostOf(
  present: readonly string[],
  snapshot = keys.map(key => known(key)),
  changes: Partial<FolderReading> = {},
) {
  const gone = snapshot.map(({ sourceKey }) => sourceKey).filter(key => !present.includes(key));
  return findHalvedFiles([reading(present, changes)], snapshot, gone);
}

test('a file with half its contacts is in doubt, and one with more is not', () => {
  expect(lostOf(['a', 'b'])).toEqual({ lost: ['c', 'd'], of: 4 });
  expect(lostOf(['a', 'b', 'c'])).toEqual({ lost: [], of: 0 });
  expect(lostOf([])).toEqual({ lost: keys, of: 4 });
});

test('of two contacts one is half; a file of one contact may lose it', () => {
  expect(lostOf(['a'], [known('a'), known('b')])).toEqual({ lost: ['b'], of: 2 });
  expect(lostOf([], [known('a')])).toEqual({ lost: [], of: 0 });
});

test('what is no file cannot be cut', () => {
  expect(lostOf([], undefined, { mayBeCut: false })).toEqual({ lost: [], of: 0 });
});

test('other files count for themselves', () => {
  const others = ['x', 'y', 'z'].map(key => known(key, { folderId: 'other' }));
  const snapshot = [...keys.map(key => known(key)), ...others];
  const gone = ['c', 'd', 'x'];
  const readings = [reading(['a', 'b']), reading(['y', 'z'], { folderId: 'other' })];
  expect(findHalvedFiles(readings, snapshot, gone)).toEqual({ lost: ['c', 'd'], of: 4 });
});

test('a person of several sources counts in each file that has a part', () => {
  const parts = [{ folderId: 'directory' }, { folderId: 'file' }] as unknown as KnownContact['parts'];
  const snapshot = keys.map(key => known(key, { folderId: 'directory', parts }));
  expect(lostOf(['a', 'b'], snapshot)).toEqual({ lost: ['c', 'd'], of: 4 });
  const elsewhere = [{ folderId: 'directory' }] as unknown as KnownContact['parts'];
  expect(
    lostOf(
      ['a', 'b'],
      keys.map(key => known(key, { parts: elsewhere })),
    ),
  ).toEqual({ lost: [], of: 0 });
});

test('who was kept by a decision was not there before', () => {
  const snapshot = [
    known('a'),
    known('b'),
    known('c', { removal: { kind: 'gone', decision: 'rejected' } }),
    known('d', { removal: { kind: 'gone', decision: 'rejected' } }),
  ];
  expect(lostOf(['a', 'b'], snapshot)).toEqual({ lost: [], of: 0 });
  expect(lostOf(['a'], snapshot)).toEqual({ lost: ['b'], of: 2 });
});

test('a row without a contact is none of the file', () => {
  const snapshot = keys.map(key => known(key));
  const rows = [
    { id: 'a', contact: {} },
    { id: 'b', contact: {} },
    { id: 'c', contact: null },
  ];
  const contacts = rows as unknown as FolderReading['contacts'];
  expect(findHalvedFiles([reading([], { contacts })], snapshot, ['c', 'd'])).toEqual({ lost: ['c', 'd'], of: 4 });
});

test('a file that stays as it is stays in doubt as long as half of it waits', () => {
  const unread = { complete: false, contacts: [] } as Partial<FolderReading>;
  const waiting = ['c', 'd'].map(key => known(key, { removal: { kind: 'gone', decision: 'held' } }));
  expect(lostOf(['a', 'b'], [known('a'), known('b'), ...waiting], unread)).toEqual({ lost: ['c', 'd'], of: 4 });
  expect(
    lostOf(
      ['a', 'b', 'c'],
      [known('a'), known('b'), known('c'), known('d', { removal: { kind: 'gone', decision: 'held' } })],
      unread,
    ),
  ).toEqual({
    lost: [],
    of: 0,
  });
});

test('a contact whose narrowing waits is there all the same', () => {
  const unread = { complete: false, contacts: [] } as Partial<FolderReading>;
  const narrowed = ['c', 'd'].map(key => known(key, { removal: { kind: 'narrowed', decision: 'held', contact: {} } }));
  expect(lostOf(['a', 'b'], [known('a'), known('b'), ...narrowed], unread)).toEqual({ lost: [], of: 0 });
});
