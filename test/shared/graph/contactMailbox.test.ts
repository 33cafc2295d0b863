import type { Contact } from '../../../shared/core/contact.ts';
import { openContactMailbox } from '../../../shared/graph/contactMailbox.ts';
import { fieldsOf } from '../../../shared/graph/graphContact.ts';
import type {
  ContactFolder,
  ContactMailbox,
  ContactWrite,
  WriteOutcome,
} from '../../../shared/ports/contactMailbox.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';

let simulated: SimulatedGraph;
let mailboxId: string;
let mailbox: ContactMailbox;
let folder: ContactFolder;

beforeAll(async () => {
  simulated = await simulateGraph();
});

afterAll(() => simulated.close());

beforeEach(async () => {
  mailboxId = await simulated.newMailbox();
  mailbox = openContactMailbox(simulated.client, mailboxId);
  folder = await mailbox.createFolder('Company');
});

afterEach(() => simulated.control('DELETE', '/faults'));

const ada: Contact = {
  displayName: 'Ada Lovelace',
  givenName: 'Ada',
  surname: 'Lovelace',
  birthday: '1815-12-10',
  businessPhones: ['+43 1 2', '+43 1 3'],
  homeAddress: { city: 'London' },
  emailAddresses: [{ name: 'Ada', address: 'ada@contoso.example' }, { address: 'a@contoso.example' }],
  categories: ['Company'],
  personalNotes: 'First & "foremost" ü',
};

function creation(key: string, contact: Contact = ada): ContactWrite {
  return { kind: 'create', folderId: folder.id, contact, stamp: { key, version: '1' } };
}

function idOf(outcome: WriteOutcome | undefined): string {
  if (outcome?.kind !== 'done') throw new Error(`Not done: ${JSON.stringify(outcome)}`);
  return outcome.contactId;
}

async function contactsOf(folderId: string): Promise<(Contact | null)[]> {
  return (await mailbox.listContacts(folderId)).map(row => row.contact);
}

describe('folders', () => {
  test('are found by path whatever the case, in pages, and below the default folder by its well-known name', async () => {
    for (let index = 0; index < 12; index += 1) await mailbox.createFolder(`Other ${index}`);
    const quoted = await mailbox.createFolder("Partners & O'Brien");
    const child = (await simulated.graph('POST', `/users/${mailboxId}/contactFolders/${quoted.id}/childFolders`, {
      displayName: 'Lawyers',
    })) as { id: string };
    await expect(mailbox.findFolder(['company'])).resolves.toEqual(folder);
    await expect(mailbox.findFolder(['Other 11'])).resolves.toMatchObject({ displayName: 'Other 11' });
    await expect(mailbox.findFolder(["partners & o'brien", 'LAWYERS'])).resolves.toMatchObject({
      id: child.id,
      parentFolderId: quoted.id,
    });
    await expect(mailbox.findFolder(['Company', 'Lawyers'])).resolves.toBeUndefined();
    await expect(mailbox.findFolder(['contacts'])).resolves.toMatchObject({ id: folder.parentFolderId });
    await expect(mailbox.findFolder(['contacts', 'Company'])).resolves.toEqual(folder);
  });

  test('of a name that exists are not made again', async () => {
    await expect(mailbox.createFolder('COMPANY')).rejects.toMatchObject({ kind: 'folderExists' });
  });

  test('are renamed', async () => {
    await mailbox.renameFolder(folder.id, 'Firm');
    await expect(mailbox.getFolder(folder.id)).resolves.toEqual({ ...folder, displayName: 'Firm' });
  });

  test('that are deleted still resolve, and are told by their parents', async () => {
    const child = (await simulated.graph('POST', `/users/${mailboxId}/contactFolders/${folder.id}/childFolders`, {
      displayName: 'Lawyers',
    })) as ContactFolder;
    await expect(mailbox.isDeleted(folder)).resolves.toBe(false);
    await expect(mailbox.isDeleted(child)).resolves.toBe(false);
    await mailbox.deleteFolder(folder.id);
    const deleted = await mailbox.getFolder(folder.id);
    expect(deleted).toMatchObject({ id: folder.id, parentFolderId: await mailbox.deletedItemsId() });
    const before = mailbox.counts.requests;
    await expect(mailbox.isDeleted(deleted ?? folder)).resolves.toBe(true);
    expect(mailbox.counts.requests).toBe(before);
    await expect(mailbox.isDeleted((await mailbox.getFolder(child.id)) ?? folder)).resolves.toBe(true);
    await expect(mailbox.findFolder(['Company'])).resolves.toBeUndefined();
  });

  test('that are gone are undefined, and deleting one again is no failure', async () => {
    await simulated.control('POST', '/faults', {
      match: { mailbox: mailboxId, path: '/contactFolders/' },
      fault: { code: 'ErrorItemNotFound' },
    });
    await expect(mailbox.getFolder(folder.id)).resolves.toBeUndefined();
    await expect(mailbox.deleteFolder(folder.id)).resolves.toBeUndefined();
    await expect(mailbox.renameFolder(folder.id, 'X')).rejects.toMatchObject({ kind: 'notFound' });
  });

  test.each([
    ['notEnabled', 'noMailbox'],
    ['moving', 'mailboxMoving'],
    ['accessDenied', 'accessDenied'],
    ['deleted', 'noMailbox'],
  ])('of a mailbox in the state %s are not missing, they reject as %s', async (state, kind) => {
    await simulated.control('POST', `/mailboxes/${mailboxId}/state`, { state });
    await expect(mailbox.getFolder(folder.id)).rejects.toMatchObject({ kind });
    await expect(mailbox.findFolder(['Company'])).rejects.toMatchObject({ kind });
    await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject({ kind });
    await expect(mailbox.write([creation('staff:1')])).resolves.toMatchObject([
      { kind: 'mailboxFailed', failure: { kind } },
    ]);
  });
});

describe('writing', () => {
  test('creates, patches only what is named, and deletes', async () => {
    const [first, second] = await mailbox.write([creation('staff:1'), creation('staff:2', { givenName: 'Bob' })]);
    expect(first).toMatchObject({ kind: 'done', parentFolderId: folder.id });
    expect(await contactsOf(folder.id)).toContainEqual(ada);

    await simulated.graph('PATCH', `/users/${mailboxId}/contacts/${idOf(first)}`, { jobTitle: 'Countess' });
    const changed: Contact = { displayName: 'Ada Lovelace', surname: 'King', homeAddress: { state: 'Surrey' } };
    const outcomes = await mailbox.write([
      {
        kind: 'patch',
        contactId: idOf(first),
        contact: changed,
        fields: ['surname', 'homeAddress', 'birthday', 'businessPhones'],
        version: '2',
      },
      { kind: 'delete', contactId: idOf(second) },
    ]);
    expect(outcomes).toEqual([
      { kind: 'done', contactId: idOf(first), parentFolderId: folder.id },
      { kind: 'deleted' },
    ]);
    const { birthday: _birthday, businessPhones: _businessPhones, ...kept } = ada;
    expect(await contactsOf(folder.id)).toEqual([
      { ...kept, jobTitle: 'Countess', surname: 'King', homeAddress: { state: 'Surrey' } },
    ]);
    await expect(mailbox.getContact(idOf(first))).resolves.toEqual({ parentFolderId: folder.id, version: '2' });
    await expect(mailbox.listStamped(folder.id)).resolves.toEqual([
      { id: idOf(first), parentFolderId: folder.id, stamp: { key: 'staff:1', version: '2' } },
    ]);
  });

  test('clears every field', async () => {
    const [made] = await mailbox.write([creation('staff:1')]);
    const write: ContactWrite = {
      kind: 'patch',
      contactId: idOf(made),
      contact: {},
      fields: fieldsOf(ada),
      version: '2',
    };
    await expect(mailbox.write([write])).resolves.toMatchObject([{ kind: 'done' }]);
    expect(await contactsOf(folder.id)).toEqual([{}]);
  });

  test('tells a contact in Deleted Items by its parent, and one that is gone', async () => {
    const [made, purged] = await mailbox.write([creation('staff:1'), creation('staff:2')]);
    await simulated.graph('DELETE', `/users/${mailboxId}/contacts/${idOf(made)}`);
    await simulated.graph('POST', `/users/${mailboxId}/contacts/${idOf(purged)}/permanentDelete`);
    const outcomes = await mailbox.write([
      { kind: 'patch', contactId: idOf(made), contact: { jobTitle: 'X' }, fields: ['jobTitle'], version: '2' },
      { kind: 'patch', contactId: idOf(purged), contact: { jobTitle: 'X' }, fields: ['jobTitle'], version: '2' },
      { kind: 'delete', contactId: idOf(purged) },
    ]);
    expect(outcomes).toEqual([
      { kind: 'done', contactId: idOf(made), parentFolderId: await mailbox.deletedItemsId() },
      { kind: 'gone' },
      { kind: 'deleted' },
    ]);
    await expect(mailbox.getContact(idOf(purged))).resolves.toBeUndefined();
  });

  test('a contact that Graph refuses does not stop the others', async () => {
    const poison = creation('staff:poison', { businessPhones: ['1', '2', '3'] });
    const outcomes = await mailbox.write([creation('staff:1'), poison, creation('staff:2')]);
    expect(outcomes).toMatchObject([{ kind: 'done' }, { kind: 'refused' }, { kind: 'done' }]);
    expect(await mailbox.listStamped(folder.id)).toHaveLength(2);
  });

  test('throttled inside the batch: only those are to be sent again', async () => {
    await simulated.control('POST', '/faults', {
      match: { mailbox: mailboxId, method: 'POST', times: 2 },
      fault: { code: 'ApplicationThrottled', retryAfter: 2.5 },
    });
    const writes = ['staff:1', 'staff:2', 'staff:3', 'staff:4'].map(key => creation(key));
    const outcomes = await mailbox.write(writes);
    const throttled = outcomes.filter(outcome => outcome.kind === 'throttled');
    expect(throttled).toEqual(Array(2).fill({ kind: 'throttled', retryAfter: 2_500 }));
    expect(await mailbox.listStamped(folder.id)).toHaveLength(2);
  });

  test('a create that committed and then failed is unknown, and its stamp finds it', async () => {
    await simulated.control('POST', '/faults', {
      match: { mailbox: mailboxId, method: 'POST', times: 1 },
      fault: { status: 503, code: 'MailboxInfoStale', commit: true },
    });
    await expect(mailbox.write([creation('staff:1')])).resolves.toEqual([
      { kind: 'unknown', code: 'MailboxInfoStale' },
    ]);
    await expect(mailbox.findStamped(folder.id, 'staff:1')).resolves.toHaveLength(1);
  });

  test('a batch whose connection is cut is unknown, done or not', async () => {
    for (const commit of [true, false]) {
      await simulated.control('POST', '/faults', {
        match: { path: '^/\\$batch', times: 1 },
        fault: { cut: true, commit },
      });
      const key = `staff:${commit}`;
      await expect(mailbox.write([creation(key)])).resolves.toEqual([{ kind: 'unknown', code: 'ConnectionFailed' }]);
      await expect(mailbox.findStamped(folder.id, key)).resolves.toHaveLength(commit ? 1 : 0);
    }
  });

  test('a token that ends mid-run is replaced', async () => {
    await mailbox.write([creation('staff:1')]);
    await simulated.control('POST', '/clock', { advanceSeconds: 3_700 });
    await expect(mailbox.write([creation('staff:2')])).resolves.toMatchObject([{ kind: 'done' }]);
    await expect(mailbox.getFolder(folder.id)).resolves.toEqual(folder);
  });

  test('counts the requests inside a batch, as Graph does', async () => {
    const before = { ...mailbox.counts };
    await mailbox.write(Array.from({ length: 20 }, (_, index) => creation(`staff:${index}`)));
    expect(mailbox.counts).toEqual({ requests: before.requests + 20, roundTrips: before.roundTrips + 1 });
  });
});

describe('stamps', () => {
  test('are found by exact key, quotes and case included, in this folder only', async () => {
    const other = await mailbox.createFolder('Other');
    const keys = ["staff:O'Brien", 'staff:Abc', 'staff:abc', 'partners:abc'];
    await mailbox.write(keys.map(key => creation(key)));
    await mailbox.write([{ ...creation('staff:abc'), folderId: other.id } as ContactWrite]);
    for (const key of keys) {
      await expect(mailbox.findStamped(folder.id, key)).resolves.toMatchObject([{ stamp: { key, version: '1' } }]);
    }
    await expect(mailbox.findStamped(folder.id, 'staff:a')).resolves.toEqual([]);
  });

  test('are listed for our contacts only, of any list', async () => {
    await simulated.graph('POST', `/users/${mailboxId}/contactFolders/${folder.id}/contacts`, { givenName: 'Private' });
    await mailbox.write([creation('staff:1'), creation('partners:1')]);
    const stamped = await mailbox.listStamped(folder.id);
    expect(stamped.map(contact => contact.stamp.key).sort()).toEqual(['partners:1', 'staff:1']);
    expect(await mailbox.listContacts(folder.id)).toHaveLength(3);
  });

  test('over several pages are read twice', async () => {
    const count = 1_020;
    for (let start = 0; start < count; start += 20) {
      await mailbox.write(
        Array.from({ length: 20 }, (_, index) => creation(`staff:${start + index}`, { givenName: 'A' })),
      );
    }
    const before = mailbox.counts.requests;
    const stamped = await mailbox.listStamped(folder.id);
    expect(new Set(stamped.map(contact => contact.stamp.key)).size).toBe(count);
    expect(mailbox.counts.requests - before).toBe(4);
    expect(await mailbox.listContacts(folder.id)).toHaveLength(count);
  });
});

describe('changes', () => {
  test('come whole from the start, then as they happen, with tombstones', async () => {
    const [first, second] = await mailbox.write([creation('staff:1'), creation('staff:2', { givenName: 'Bob' })]);
    const start = await mailbox.readChanges(folder.id);
    expect(start.contacts).toHaveLength(2);
    expect(start.contacts).toContainEqual({ id: idOf(first), contact: ada });
    expect(start.deltaLink).toMatch(/^\/v1\.0\//);

    const idle = await mailbox.readChanges(folder.id, start.deltaLink);
    expect(idle.contacts).toEqual([]);
    await mailbox.write([
      { kind: 'patch', contactId: idOf(first), contact: { jobTitle: 'X' }, fields: ['jobTitle'], version: '2' },
      { kind: 'delete', contactId: idOf(second) },
    ]);
    const changes = await mailbox.readChanges(folder.id, idle.deltaLink);
    expect(changes.contacts).toHaveLength(2);
    expect(changes.contacts).toEqual(
      expect.arrayContaining([
        { id: idOf(first), contact: { ...ada, jobTitle: 'X' } },
        { id: idOf(second), contact: null },
      ]),
    );
  });

  test('over pages that are shuffled, repeated and empty are each contact once', async () => {
    for (let start = 0; start < 220; start += 20) {
      await mailbox.write(
        Array.from({ length: 20 }, (_, index) => creation(`staff:${start + index}`, { nickName: `${start + index}` })),
      );
    }
    await simulated.control('POST', '/delta/behaviour', { shuffle: true, repeatRows: true, emptyPages: true });
    try {
      const { contacts } = await mailbox.readChanges(folder.id);
      expect(contacts).toHaveLength(220);
      expect(new Set(contacts.map(row => row.contact?.nickName)).size).toBe(220);
    } finally {
      await simulated.control('POST', '/delta/behaviour', { shuffle: false, repeatRows: false, emptyPages: false });
    }
  });

  test.each(['SyncStateNotFound', 'ResyncRequired', 'SyncStateInvalid', 'BadlyFormed'])(
    'with a token that died as %s reject, and can be read from the start',
    async code => {
      await mailbox.write([creation('staff:1')]);
      const { deltaLink } = await mailbox.readChanges(folder.id);
      await simulated.control('POST', '/delta/expire', { code });
      await expect(mailbox.readChanges(folder.id, deltaLink)).rejects.toMatchObject({ kind: 'deltaTokenDead' });
      await expect(mailbox.readChanges(folder.id)).resolves.toMatchObject({ contacts: [{ contact: ada }] });
    },
  );

  test('of a mailbox over quota are refused, but its contacts can be listed', async () => {
    await mailbox.write([creation('staff:1')]);
    await simulated.control('POST', `/mailboxes/${mailboxId}/state`, { state: 'overQuota' });
    await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject({ kind: 'overQuota' });
    expect(await contactsOf(folder.id)).toEqual([ada]);
    await expect(mailbox.write([creation('staff:2')])).resolves.toMatchObject([
      { kind: 'mailboxFailed', failure: { kind: 'overQuota' } },
    ]);
  });

  test('of a folder that is not there reject as not found', async () => {
    const other = await simulated.newMailbox();
    const { id } = await openContactMailbox(simulated.client, other).createFolder('Company');
    await openContactMailbox(simulated.client, other).deleteFolder(id);
    await simulated.control('POST', '/faults', {
      match: { mailbox: other, path: '/delta', times: 1 },
      fault: { status: 404, code: 'ErrorSyncFolderNotFound' },
    });
    await expect(openContactMailbox(simulated.client, other).readChanges(id)).rejects.toMatchObject({
      kind: 'notFound',
    });
  });
});
