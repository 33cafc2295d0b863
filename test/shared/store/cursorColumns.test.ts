import { cursorColumns, cursorIn, noCursor, withoutDeltaLinks } from '../../../shared/store/cursorColumns.ts';

const ofFolders = { mailboxId: 'm', checkedAt: 7, folders: [{ path: 'Staff', id: 'f', deltaLink: '/delta' }] };

test('a cursor that no row holds is not kept, so that the next capture reads from the start', () => {
  expect(cursorColumns('x'.repeat(450_000)).cursor).toHaveLength(450_000);
  expect(cursorColumns('x'.repeat(450_001)).cursor).toBeUndefined();
});

test('the cursor of contact folders lies where earlier versions look for it', () => {
  const cursor = JSON.stringify(ofFolders);
  expect(cursorColumns(cursor)).toEqual({ ...ofFolders, cursor: undefined });
  expect(cursorIn(cursorColumns(cursor))).toBe(cursor);
});

test.each([
  ['another tenant', { tenantId: 't', ...ofFolders }],
  ['an Exchange server', { checkedAt: 7, marks: false, folders: [] }],
  ['several sources', { mailboxId: JSON.stringify(ofFolders), folders: JSON.stringify(ofFolders) }],
  ['folders of which more is known', { ...ofFolders, folders: [{ ...ofFolders.folders[0], leftOut: ['print'] }] }],
])('that of %s is kept as it is', (_, value) => {
  const cursor = JSON.stringify(value);
  expect(cursorColumns(cursor)).toEqual({ ...noCursor, cursor });
  expect(withoutDeltaLinks(cursor)).toBe(cursor);
});

test('without its delta links a cursor still knows the folders', () => {
  const cursor = JSON.stringify({ ...ofFolders, folders: [{ path: 'Staff', id: 'f' }] });
  expect(withoutDeltaLinks(JSON.stringify(ofFolders))).toBe(cursor);
  expect(withoutDeltaLinks(undefined)).toBeUndefined();
});
