import { chunksOf } from '../../../shared/domain/chunks.ts';
import type { Contact } from '../../../shared/domain/contact.ts';
import { noRemoval, type Removal } from '../../../shared/domain/sourceChanges.ts';
import { RowConflict, type RowOperation } from '../../../shared/ports/tableStorage.ts';
import { DamagedRow } from '../../../shared/store/damagedRow.ts';
import { journalOperation } from '../../../shared/store/journalRows.ts';
import { openListPartition } from '../../../shared/store/listPartition.ts';
import { type SnapshotContact, snapshotOperations, snapshotRemovals } from '../../../shared/store/snapshotRows.ts';
import { checkpointOperation, type SourceCheckpoint } from '../../../shared/store/sourceCheckpoint.ts';
import { describeState, newKey, oddKeys } from './storages.ts';

const everything: SourceCheckpoint = {
  head: 12,
  partial: true,
  capturedAt: 1_700_000_000_000,
  captures: 7,
  captureStartedAt: 1_700_000_000_000,
  capturingUntil: 1_700_000_060_000,
  epoch: 1_690_000_000_000,
  sealEtag: 'W/"1"',
  identity: 'print',
  notes: [{ code: 'WrittenByTheirSync', detail: '2 contacts' }],
  sourceNames: [{ name: 'staff', identity: 'print', prefix: 'staff:' }],
  cursor: JSON.stringify({
    mailboxId: 'mailbox',
    checkedAt: 1_700_000_000_000,
    folders: [
      { path: 'Staff', id: 'f1', deltaLink: `/delta?$deltatoken=${'x'.repeat(40_000)}` },
      { path: 'Partners/Lawyers', id: 'f2' },
    ],
  }),
  definitions: [{ print: 'print', run: 'run', at: 1_700_000_000_000 }],
  hidesPrivate: true,
  sharedPrivate: { contacts: 2, at: 1_700_000_000_000 },
  contacts: 3,
  hold: { reason: 'TooManyRemovals', removals: 11, of: 20, since: 1_700_000_000_000, decision: 'open' },
  recentRemovals: [[1_700_000_000_000, 4]],
  policies: { whenTargetLeaves: 'leave', maxRemovalShare: 0.2, maxRemovals: 10 },
  decided: [{ kind: 'contacts', removals: 2, at: 1_700_000_000_000 }],
  kept: 2,
  rejectedRemovals: 2,
  hasOtherIds: true,
  problems: [
    { code: 'SourceFolderNotFound', detail: 'check it', setting: { path: 'source.folders[1]', print: 'print' } },
    { code: 'SourceFolderNotFound', detail: 'check it', setting: { path: 'source.folders[2]', print: 'other' } },
  ],
};

function snapshot(
  sourceKey: string,
  contact: Contact = { displayName: sourceKey },
  removal: Removal = noRemoval,
): SnapshotContact {
  return {
    sourceKey,
    ids: [sourceKey],
    folderId: 'f1',
    position: 3,
    fingerprint: 'print',
    contact,
    removal,
  };
}

function rowsOf(row: SnapshotContact): RowOperation[] {
  return snapshotOperations(row, row.ids);
}

describeState('Sources', tables => {
  const open = () => {
    const list = newKey('list');
    const write = (operations: readonly RowOperation[]) => tables().sources.write(list, operations);
    return { ...openListPartition(tables().sources, list), write };
  };

  test('a checkpoint comes back, with all it can hold and with the least', async () => {
    const partition = open();
    expect(await partition.readCheckpoint()).toBeUndefined();
    const [etag] = await partition.write([checkpointOperation(everything, undefined)]);
    expect(await partition.readCheckpoint()).toEqual({ checkpoint: everything, etag });
    const { hold, kept, rejectedRemovals, ...rest } = everything;
    const least = { ...rest, problems: [] };
    await partition.write([checkpointOperation(least, etag)]);
    expect((await partition.readCheckpoint())?.checkpoint).toEqual(least);
  });

  test('a checkpoint is guarded: by being the first, then by its etag', async () => {
    const partition = open();
    const [etag] = await partition.write([checkpointOperation(everything, undefined)]);
    await expect(partition.write([checkpointOperation(everything, undefined)])).rejects.toThrow(RowConflict);
    await partition.write([checkpointOperation(everything, etag)]);
    const late = [...rowsOf(snapshot('k')), checkpointOperation(everything, etag)];
    await expect(partition.write(late)).rejects.toThrow(RowConflict);
    expect(await partition.readSnapshot()).toEqual([]);
  });

  test('snapshot rows come back whatever their keys', async () => {
    const partition = open();
    const rows = oddKeys.map(key => snapshot(key));
    await partition.write(rows.flatMap(rowsOf));
    const byKey = (left: SnapshotContact, right: SnapshotContact) => (left.sourceKey < right.sourceKey ? -1 : 1);
    expect((await partition.readSnapshot()).sort(byKey)).toEqual(rows.toSorted(byKey));
    expect(await partition.readSnapshotContacts(['AAMKAGI2', 'unknown'])).toEqual([snapshot('AAMKAGI2')]);
    await partition.write([...snapshotRemovals('a/b\\c#d?e', []), ...snapshotRemovals('never there', [])]);
    expect(await partition.readSnapshot()).toHaveLength(oddKeys.length - 1);
  });

  test.each<[Removal, boolean, boolean]>([
    [noRemoval, false, false],
    [{ kind: 'gone', decision: 'held' }, true, false],
    [{ kind: 'gone', decision: 'rejected' }, false, true],
    [{ kind: 'narrowed', decision: 'held', contact: { department: 'Board' } }, true, false],
    [{ kind: 'narrowed', decision: 'rejected', contact: { department: 'Board' } }, false, true],
  ])('a removal comes back, and an older version reads it: %j', async (removal, pending, kept) => {
    const partition = open();
    const row = snapshot('k', { displayName: 'Ada' }, removal);
    expect(rowsOf(row)).toMatchObject([{ properties: { pending, kept } }]);
    await partition.write(rowsOf(row));
    expect(await partition.readSnapshot()).toEqual([row]);
  });

  test('the parts of a person come back whole, with fields that only some lists have, and whom they are for', async () => {
    const partition = open();
    const contact: Contact = { businessFax: '1', anniversary: '2000-01-01', sensitivity: 'private', owners: ['a@b.c'] };
    const photo = { hash: 'ab', owed: true } as const;
    const row = { ...snapshot('k'), parts: [{ id: 'k', folderId: 'f1', contact, photo }] };
    await partition.write(rowsOf(row));
    expect(await partition.readSnapshot()).toEqual([row]);
  });

  test.each([
    ['a text', { displayName: 1 }],
    ['a text of few lists', { businessFax: 1 }],
    ['a list', { children: 'Ada' }],
    ['an address', { homeAddress: { city: 1 } }],
    ['whether it is private', { sensitivity: true }],
    ['its owners', { owners: 'a@b.c' }],
  ])('a contact whose row holds something else than %s is damage', async (_, contact) => {
    const partition = open();
    await partition.write(rowsOf(snapshot('k', contact as unknown as Contact)));
    await expect(partition.readSnapshot()).rejects.toThrow(DamagedRow);
  });

  test('fields that a newer version added to a contact stay in it', async () => {
    const partition = open();
    const contact = { displayName: 'Ada', telepathy: { level: 3 } } as Contact;
    const row = { ...snapshot('k', contact), parts: [{ id: 'k', folderId: 'f1', contact }] };
    await partition.write(rowsOf(row));
    expect(await partition.readSnapshot()).toEqual([row]);
  });

  test('a note of 100,000 characters comes back, emoji at each split', async () => {
    const partition = open();
    const contact: Contact = { personalNotes: `x${'😀'.repeat(50_000)}`, emailAddresses: [{ address: 'a@b.c' }] };
    const change = { position: 2, sourceKey: 'k', contact, before: { contact, position: 1 } };
    // Together, as a capture writes them: Azurite breaks characters of a single row that is longer than 64 KiB.
    await partition.write([...rowsOf(snapshot('k', contact)), journalOperation(change)]);
    const [row] = await partition.readSnapshot();
    expect(row?.contact.personalNotes === contact.personalNotes).toBe(true);
    expect(row?.contact.emailAddresses).toEqual(contact.emailAddresses);
    const [journaled] = (await partition.readJournal(1, 2)) ?? [];
    expect(journaled?.contact?.personalNotes === contact.personalNotes).toBe(true);
    expect(journaled?.before?.contact.personalNotes === contact.personalNotes).toBe(true);
  });

  test('the journal is read between positions, in order, or not at all', async () => {
    const partition = open();
    const changes = [8, 9, 10, 11, 12].map(position => ({
      position,
      sourceKey: `k${position}`,
      contact: position === 9 ? null : { displayName: 'Ada' },
      before: position === 9 ? { contact: { displayName: 'Ada' }, position: 3 } : null,
    }));
    await partition.write(changes.map(journalOperation));
    expect(await partition.readJournal(8, 11)).toEqual(changes.slice(1, 4));
    expect(await partition.readJournal(7, 12)).toEqual(changes);
    expect(await partition.readJournal(12, 12)).toEqual([]);
    expect(await partition.readChangesAfter(10)).toEqual(changes.slice(3));
    expect(await partition.readChangesAfter(12)).toEqual([]);
    expect(await partition.readJournal(6, 12)).toBeUndefined();
    expect(await partition.readJournal(11, 13)).toBeUndefined();
  });

  test('the journal forgets what is older than a time, and nothing that is needed', async () => {
    const partition = open();
    const times = [undefined, 1000, 2000, undefined, 3000];
    const changes = times.map((at, index) => ({ position: index + 1, sourceKey: `k${index}`, contact: null, at }));
    const positions = async () => (await partition.readChangesAfter(0)).map(({ position }) => position);
    await partition.write(changes.map(journalOperation));
    expect(await partition.trimJournal(1000, 5)).toBe(0);
    expect(await partition.trimJournal(2001, 1)).toBe(0);
    expect(await positions()).toEqual([1, 2, 3, 4, 5]);
    expect(await partition.trimJournal(2001, 2)).toBe(2);
    expect(await partition.trimJournal(3000)).toBe(1);
    expect(await positions()).toEqual([4, 5]);
  });

  test('a long journal is read page by page, and forgotten as a whole', async () => {
    const partition = open();
    const changes = Array.from({ length: 2001 }, (_, index) => ({
      position: index + 1,
      sourceKey: 'k',
      contact: null,
      at: 1,
    }));
    for (const part of chunksOf(changes.map(journalOperation), 100)) await partition.write(part);
    const pages: number[] = [];
    for await (const page of partition.readPagesAfter(0)) pages.push(page.length);
    expect(pages).toEqual([1000, 1000, 1]);
    expect(await partition.trimJournal(2)).toBe(2001);
  });

  test('a long row of changes that do not tell their time goes with a later one that does', async () => {
    const partition = open();
    const times = [...Array.from({ length: 1000 }, () => undefined), 1, undefined, 3];
    const changes = times.map((at, index) => ({ position: index + 1, sourceKey: 'k', contact: null, at }));
    for (const part of chunksOf(changes.map(journalOperation), 100)) await partition.write(part);
    expect(await partition.trimJournal(1)).toBe(0);
    expect(await partition.trimJournal(2)).toBe(1001);
    expect((await partition.readChangesAfter(0)).map(({ position }) => position)).toEqual([1002, 1003]);
  });

  test('a contact that was imported anew is found by its key and by its present id', async () => {
    const partition = open();
    const anew = { ...snapshot('first'), ids: ['second'] };
    await partition.write(snapshotOperations(anew, ['first']));
    expect(await partition.readSnapshot()).toEqual([anew]);
    expect(await partition.readSnapshotContacts(['first', 'second'])).toEqual([anew]);
    expect(await partition.readSnapshotOf(['second'], true)).toEqual([anew]);
    expect(await partition.readSnapshotOf(['second'], false)).toEqual([]);
    await partition.write(snapshotOperations({ ...anew, ids: ['third'] }, ['second']));
    expect(await partition.readSnapshotOf(['second'], true)).toEqual([]);
    expect(await partition.readSnapshotOf(['third'], true)).toEqual([{ ...anew, ids: ['third'] }]);
    await partition.write(snapshotRemovals('first', ['third']));
    expect(await partition.readSnapshotOf(['first', 'third'], true)).toEqual([]);
  });

  test('lists do not see each other', async () => {
    const staff = open();
    await staff.write([...rowsOf(snapshot('k')), checkpointOperation(everything, undefined)]);
    const partners = open();
    expect(await partners.readCheckpoint()).toBeUndefined();
    expect(await partners.readSnapshot()).toEqual([]);
  });

  test('a row of another shape is refused', async () => {
    const list = newKey('list');
    await tables().sources.write(list, [{ kind: 'insert', rowKey: 'contact:k', properties: { schemaVersion: 1 } }]);
    await expect(openListPartition(tables().sources, list).readSnapshot()).rejects.toThrow(/sourceKey/);
  });
});
