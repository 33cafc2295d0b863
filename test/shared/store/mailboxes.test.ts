import type { LedgerEntry } from '../../../shared/domain/plan.ts';
import { RowConflict } from '../../../shared/ports/tableStorage.ts';
import {
  type Lease,
  leaseOperation,
  ledgerOperation,
  ledgerRemoval,
  type MailboxCheckpoint,
  mailboxCheckpointOperation,
  openMailbox,
} from '../../../shared/store/mailboxes.ts';
import { describeState, newKey, oddKeys } from './storages.ts';

const lease: Lease = { owner: 'owner', expiresAt: 1_700_000_000_000, working: true, sealEtag: 'W/"1"' };
const checkpoint: MailboxCheckpoint = {
  position: -1,
  epoch: 1_690_000_000_000,
  settings: 'print',
  folderId: 'folder',
  folderName: 'Company Contacts',
  folderCreated: true,
  installations: ['ours'],
  formerFolders: [{ id: 'former', created: true }],
  creatingFolder: false,
  listingOwed: false,
  cleared: false,
  clearedAt: 1_690_000_000_000,
  sequence: 4,
  contacts: 2,
  failed: 1,
  failuresDueAt: 1_700_000_000_000,
  noMailboxTries: 2,
};

function entry(sourceKey: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    sourceKey,
    state: 'written',
    contactId: `id of ${sourceKey}`,
    fields: { displayName: '01' },
    version: '3.ab',
    ...changes,
  };
}

describeState('Mailboxes', tables => {
  const open = () => openMailbox(tables().mailboxes, newKey('mailbox'));

  test('lease and checkpoints come back with one query, and nothing else with them', async () => {
    const mailbox = open();
    expect(await mailbox.readState()).toEqual({ lease: undefined, sealEtag: undefined, checkpoints: new Map() });
    const [etag] = await mailbox.write([
      leaseOperation(lease, undefined),
      mailboxCheckpointOperation('staff', checkpoint),
      mailboxCheckpointOperation('partners', { ...checkpoint, position: 7 }),
      ledgerOperation('staff', entry('k')),
    ]);
    expect(await mailbox.readState()).toEqual({
      lease: { lease, etag },
      sealEtag: undefined,
      checkpoints: new Map([
        ['partners', { ...checkpoint, position: 7 }],
        ['staff', checkpoint],
      ]),
    });
  });

  test('ledger rows that are foreseen come with the state, until they are written', async () => {
    const mailbox = open();
    await mailbox.write(['a', 'b', 'c'].map(key => ledgerOperation('staff', entry(key))));
    const pick = jest.spyOn(tables().mailboxes, 'pick');
    await mailbox.readState(['a', 'b', 'missing'].map(sourceKey => ({ listId: 'staff', sourceKey })));
    expect(await mailbox.readLedgerEntries('staff', ['a', 'missing'])).toEqual([entry('a')]);
    expect(pick).toHaveBeenCalledTimes(1);
    await mailbox.write([ledgerRemoval('staff', 'a'), ledgerOperation('staff', entry('b', { version: '4.ab' }))]);
    const now = await mailbox.readLedgerEntries('staff', ['a', 'b', 'c']);
    expect(now).toEqual([entry('b', { version: '4.ab' }), entry('c')]);
    expect(pick).toHaveBeenCalledTimes(2);
    pick.mockRestore();
  });

  test('who lost the lease commits nothing', async () => {
    const mailbox = open();
    const [etag] = await mailbox.write([leaseOperation(lease, undefined)]);
    await mailbox.write([leaseOperation({ ...lease, owner: 'another' }, etag)]);
    const late = [ledgerOperation('staff', entry('k')), leaseOperation(lease, etag)];
    await expect(mailbox.write(late)).rejects.toThrow(RowConflict);
    expect(await mailbox.readLedger('staff')).toEqual([]);
  });

  test.each<[string, Partial<LedgerEntry>]>([
    ['written', {}],
    ['without a contact', { state: 'doubtfullyAbsent', contactId: null, fields: {}, version: '' }],
    ['suspected', { failingSince: 5 }],
    ['with names of categories', { categories: ['Company', 'VIP, too'] }],
    ['without a part that Graph refused', { omission: 'ErrorInvalidProperty' }],
    ['refused', { failure: { code: 'ErrorInvalidRequest', detail: 'businessPhones', retryAt: 5, attempts: 2 } }],
  ])('a ledger row comes back: %s', async (_, changes) => {
    const mailbox = open();
    await mailbox.write([ledgerOperation('staff', entry('k', changes))]);
    expect(await mailbox.readLedger('staff')).toEqual([entry('k', changes)]);
  });

  test('of a text that an older version kept of a refusal, only names of properties come back', async () => {
    const mailbox = open();
    const failure = {
      code: 'ErrorInvalidProperty',
      detail: 'Ada has too many BusinessPhones',
      retryAt: 5,
      attempts: 2,
    };
    await mailbox.write([ledgerOperation('staff', entry('k', { failure }))]);
    expect((await mailbox.readLedger('staff'))[0]?.failure?.detail).toBe('businessPhones');
  });

  test('a failure ends with the next write of the row', async () => {
    const mailbox = open();
    const failure = { code: 'ErrorInvalidRequest', detail: 'businessPhones', retryAt: 5, attempts: 2 };
    await mailbox.write([ledgerOperation('staff', entry('k', { failure }))]);
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
