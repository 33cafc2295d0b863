import type { Adoption } from '../../../shared/domain/adoption.ts';
import {
  type LedgerEntry,
  type PresentEntry,
  type Refusal,
  refusalOf,
  withoutContact,
} from '../../../shared/domain/ledgerEntry.ts';
import type { MailboxPhase } from '../../../shared/domain/mailboxPhase.ts';
import { adoptedVersion } from '../../../shared/domain/stamp.ts';
import { type Properties, RowConflict, type RowOperation } from '../../../shared/ports/tableStorage.ts';
import type { MailboxCheckpoint } from '../../../shared/store/mailboxCheckpoint.ts';
import { openMailboxPartition } from '../../../shared/store/mailboxes.ts';
import {
  type Lease,
  leaseOperation,
  ledgerOperation,
  ledgerRemoval,
  mailboxCheckpointOperation,
} from '../../../shared/store/mailboxRows.ts';
import { describeState, newKey, oddKeys } from './storages.ts';

const lease: Lease = { owner: 'owner', expiresAt: 1_700_000_000_000, working: true, sealEtag: 'W/"1"' };
const checkpoint: MailboxCheckpoint = {
  phase: { kind: 'settled', at: { position: 6, settings: 'print' } },
  epoch: 1_690_000_000_000,
  folder: { id: 'folder', name: 'Company Contacts', created: true },
  language: 'de-AT',
  installations: ['ours'],
  formerFolders: [{ id: 'former', created: true }],
  sequence: 4,
  contacts: 2,
  failed: 1,
  failuresDueAt: 1_700_000_000_000,
  photosDueAt: 1_700_000_300_000,
  noMailboxTries: 2,
};
const at = { position: 6, settings: 'print' };
const noPoint = { position: -1, settings: '' };
const noFlags = { creatingFolder: false, listingOwed: false, cleared: false, clearedAt: 0 };

function entry(sourceKey: string, changes: Partial<PresentEntry> = {}): LedgerEntry {
  return {
    sourceKey,
    state: 'written',
    contactId: `id of ${sourceKey}`,
    fields: { displayName: '01' },
    version: '3.ab',
    ...changes,
  };
}

const refusal: Refusal = {
  kind: 'refused',
  code: 'ErrorInvalidRequest',
  detail: 'businessPhones',
  retryAt: 5,
  attempts: 2,
};

describeState('Mailboxes', tables => {
  const open = () => {
    const id = newKey('mailbox');
    const write = (operations: readonly RowOperation[]) => tables().mailboxes.write(id, operations);
    return { ...openMailboxPartition(tables().mailboxes, id), write };
  };

  test('lease and checkpoints come back with one query, and nothing else with them', async () => {
    const later: MailboxCheckpoint = { ...checkpoint, phase: { kind: 'settled', at: { ...at, position: 7 } } };
    const mailbox = open();
    expect(await mailbox.readState()).toEqual({ lease: undefined, sealEtag: undefined, checkpoints: new Map() });
    const [etag] = await mailbox.write([
      leaseOperation(lease, undefined),
      mailboxCheckpointOperation('staff', checkpoint),
      mailboxCheckpointOperation('partners', later),
      ledgerOperation('staff', entry('k')),
    ]);
    expect(await mailbox.readState()).toEqual({
      lease: { lease, etag },
      sealEtag: undefined,
      checkpoints: new Map([
        ['partners', later],
        ['staff', checkpoint],
      ]),
    });
  });

  test('ledger rows that are foreseen come with the state, until they are written', async () => {
    const mailbox = open();
    await mailbox.write(['a', 'b', 'c'].map(key => ledgerOperation('staff', entry(key))));
    const pick = jest.spyOn(tables().mailboxes, 'pick');
    const entries = ['a', 'b', 'missing'].map(sourceKey => ({ listId: 'staff', sourceKey }));
    const state = await mailbox.readState({ entries, ledgers: [] });
    expect(await mailbox.readLedgerEntries('staff', ['a', 'missing'])).toEqual([entry('a')]);
    expect(pick).toHaveBeenCalledTimes(1);
    await mailbox.imagineLease(state, false).commit({
      listId: 'staff',
      ledger: [
        { kind: 'remove', sourceKey: 'a' },
        { kind: 'put', entry: entry('b', { version: '4.ab' }), at: 5 },
      ],
    });
    const now = await mailbox.readLedgerEntries('staff', ['a', 'b', 'c']);
    expect(now).toEqual([entry('b', { version: '4.ab' }), entry('c')]);
    expect(pick).toHaveBeenCalledTimes(2);
    pick.mockRestore();
  });

  test('whole ledgers that are foreseen come with the state, until any row of a ledger is written', async () => {
    const mailbox = open();
    await mailbox.write([
      ...['a', 'b'].map(key => ledgerOperation('staff', entry(key))),
      ledgerOperation('staff-2', entry('c')),
      ledgerOperation('other', entry('d')),
    ]);
    const query = jest.spyOn(tables().mailboxes, 'query');
    const state = await mailbox.readState({ entries: [], ledgers: ['staff', 'other'] });
    expect(await mailbox.readLedger('staff')).toEqual([entry('a'), entry('b')]);
    expect(query).not.toHaveBeenCalled();
    const put = { kind: 'put' as const, entry: entry('e'), at: 5 };
    await mailbox.imagineLease(state, false).commit({ listId: 'other', ledger: [put] });
    expect(await mailbox.readLedger('other')).toEqual([entry('d'), entry('e')]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  test.each<[string, MailboxPhase, Partial<MailboxCheckpoint>, Properties]>([
    ['new', { kind: 'new' }, { folder: undefined }, { ...noPoint, ...noFlags, folderId: '', folderCreated: false }],
    ['making its folder', { kind: 'makingFolder', interrupted: false }, {}, { ...noPoint, creatingFolder: true }],
    [
      'making its folder, in doubt',
      { kind: 'makingFolder', interrupted: true },
      { folder: undefined },
      { ...noPoint, folderId: '', creatingFolder: true, listingOwed: true },
    ],
    [
      'to be listed, then to go on',
      { kind: 'listing', because: 'interrupted', from: at },
      {},
      { ...at, listingOwed: true, creatingFolder: false },
    ],
    [
      'to be listed, then to be compared',
      { kind: 'listing', because: 'interrupted', from: 'snapshot' },
      {},
      { ...noPoint, listingOwed: true },
    ],
    ['compared', { kind: 'applying', from: 'snapshot' }, {}, { ...noPoint, ...noFlags, folderId: 'folder' }],
    [
      'compared while its folder is renamed',
      { kind: 'applying', from: 'snapshot' },
      { folder: { id: 'folder', name: undefined, created: true } },
      { ...noPoint, ...noFlags, folderId: 'folder', folderName: '' },
    ],
    [
      'settled',
      { kind: 'settled', at },
      {},
      { ...at, ...noFlags, folderName: 'Company Contacts', folderCreated: true },
    ],
    [
      'cleaned up',
      { kind: 'cleared', at: undefined },
      { folder: undefined },
      { ...noPoint, ...noFlags, cleared: true },
    ],
    ['cleared', { kind: 'cleared', at: 5 }, { folder: undefined }, { ...noPoint, cleared: true, clearedAt: 5 }],
  ])(
    'the checkpoint of a mailbox that is %s comes back, and an older version reads it',
    async (_, phase, facts, columns) => {
      const mailbox = open();
      const stored = { ...checkpoint, ...facts, phase };
      const operation = mailboxCheckpointOperation('staff', stored);
      expect(operation).toMatchObject({ properties: columns });
      await mailbox.write([operation]);
      expect((await mailbox.readState()).checkpoints.get('staff')).toEqual(stored);
    },
  );

  test('what began at a point and was not finished is settled there when it is read', async () => {
    const mailbox = open();
    await mailbox.write([
      mailboxCheckpointOperation('staff', { ...checkpoint, phase: { kind: 'applying', from: at } }),
    ]);
    expect((await mailbox.readState()).checkpoints.get('staff')).toEqual(checkpoint);
  });

  test('who lost the lease commits nothing', async () => {
    const mailbox = open();
    const [etag] = await mailbox.write([leaseOperation(lease, undefined)]);
    await mailbox.write([leaseOperation({ ...lease, owner: 'another' }, etag)]);
    const late = [ledgerOperation('staff', entry('k')), leaseOperation(lease, etag)];
    await expect(mailbox.write(late)).rejects.toThrow(RowConflict);
    expect(await mailbox.readLedger('staff')).toEqual([]);
  });

  test.each<[string, LedgerEntry]>([
    ['written', entry('k')],
    ['with its content in doubt', entry('k', { state: 'unknown' })],
    ['kept by policy', entry('k', { state: 'kept' })],
    ['deleted by the user', withoutContact(entry('k'), 'deletedByUser')],
    ['never written', { sourceKey: 'k', state: 'missing', fields: {}, version: '', trouble: refusal }],
    ['suspected', entry('k', { trouble: { kind: 'suspected', since: 5 } })],
    ['with names of categories', entry('k', { categories: ['Company', 'VIP, too'] })],
    ['without a part that Graph refused', entry('k', { omission: 'ErrorInvalidProperty' })],
    ['refused', entry('k', { trouble: refusal })],
    [
      'adopted',
      entry('k', { adoption: { folderId: 'f', before: { jobTitle: 'Countess', mobilePhone: null }, hasPhoto: true } }),
    ],
    ['with a photo', entry('k', { photo: 'ab', photoRetry: { at: 7, attempts: 2 } })],
    ['with a photo that may land', entry('k', { photoRetry: { at: 7, attempts: 2, mayLandUntil: 5 } })],
    ['made beside several that may be meant', entry('k', { ambiguous: true })],
  ])('a ledger row comes back: %s', async (_, stored) => {
    const mailbox = open();
    await mailbox.write([ledgerOperation('staff', stored)]);
    expect(await mailbox.readLedger('staff')).toEqual([stored]);
  });

  test("a row that lost what an adopted contact held, or is damaged, still tells that it was the user's", async () => {
    const mailbox = open();
    const version = adoptedVersion('7.abc', 'ours');
    const operation = ledgerOperation('staff', entry('k', { version }));
    await mailbox.write([operation]);
    const adoption = { folderId: '', before: {} };
    expect(await mailbox.readLedger('staff')).toEqual([entry('k', { version, adoption })]);
    if (operation.kind === 'delete') throw new Error('no row');
    await mailbox.write([{ ...operation, properties: { ...operation.properties, fields: 'broken' } }]);
    expect(await mailbox.readLedger('staff')).toMatchObject([{ state: 'unknown', adoption }]);
  });

  test.each([
    ['a text', { jobTitle: 1 }],
    ['a list', { categories: 'Friends' }],
    ['an address', { homeAddress: 'Vienna' }],
    ['e-mail addresses', { emailAddresses: ['ada@contoso.com'] }],
  ])('what an adopted contact held is given back only where the row holds %s there', async (_, before) => {
    const mailbox = open();
    const adoption = { folderId: 'f', before } as unknown as Adoption;
    const version = adoptedVersion('7.abc', 'ours');
    await mailbox.write([ledgerOperation('staff', entry('k', { version, adoption }))]);
    expect(await mailbox.readLedger('staff')).toMatchObject([
      { state: 'unknown', contactId: 'id of k', adoption: { before: {} } },
    ]);
    expect(mailbox.damageOf('staff')?.property).toBe('adoption');
  });

  test('what an adopted contact held in fields that a newer version added stays in its row', async () => {
    const mailbox = open();
    const before = { jobTitle: null, telepathy: { level: 3 } };
    const stored = entry('k', { adoption: { folderId: 'f', before } });
    await mailbox.write([ledgerOperation('staff', stored)]);
    expect(await mailbox.readLedger('staff')).toEqual([stored]);
  });

  test('an older version reads the rows of what is not there, and of what was refused', () => {
    const away = withoutContact(entry('k', { trouble: refusal }), 'deletedByUser');
    const { kind, ...failure } = refusal;
    expect(ledgerOperation('staff', away)).toMatchObject({
      properties: { state: 'absent', contactId: '', failure: JSON.stringify(failure) },
    });
    expect(ledgerOperation('staff', withoutContact(away, 'missing'))).toMatchObject({
      properties: { state: 'doubtfullyAbsent', contactId: '' },
    });
    const suspected = entry('k', { trouble: { kind: 'suspected', since: 5 } });
    expect(ledgerOperation('staff', suspected)).toMatchObject({ properties: { state: 'written', failingSince: 5 } });
  });

  test('of a text that an older version kept of a refusal, only names of properties come back', async () => {
    const mailbox = open();
    const trouble = { ...refusal, detail: 'Ada has too many BusinessPhones' };
    await mailbox.write([ledgerOperation('staff', entry('k', { trouble }))]);
    const [stored] = await mailbox.readLedger('staff');
    expect(refusalOf(stored)?.detail).toBe('businessPhones');
  });

  test('a failure ends with the next write of the row', async () => {
    const mailbox = open();
    await mailbox.write([ledgerOperation('staff', entry('k', { trouble: refusal }))]);
    await mailbox.write([ledgerOperation('staff', entry('k'))]);
    expect(await mailbox.readLedger('staff')).toEqual([entry('k')]);
  });

  test('ledger rows come back whatever their keys, each list its own', async () => {
    const mailbox = open();
    await mailbox.write(oddKeys.map(key => ledgerOperation('staff', entry(key))));
    await mailbox.write([ledgerOperation('staff-2', entry('k')), ledgerOperation('sta', entry('k'))]);
    const keys = (await mailbox.readLedger('staff')).map(({ sourceKey }) => sourceKey);
    expect(keys.sort()).toEqual(oddKeys.toSorted());
    expect(await mailbox.readLedgerEntries('staff', ['aamkagi2', 'k'])).toEqual([entry('aamkagi2')]);
    await mailbox.write([ledgerRemoval('staff', 'aamkagi2')]);
    expect(await mailbox.readLedgerEntries('staff', ['aamkagi2', 'AAMKAGI2'])).toEqual([entry('AAMKAGI2')]);
  });
});
