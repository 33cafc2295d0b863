import type { Contact } from '../../../../shared/domain/contact.ts';
import { fieldsOf } from '../../../../shared/graph/graphContact.ts';
import type {
  ContactFolder,
  ContactMailbox,
  ContactWrite,
  WriteOutcome,
} from '../../../../shared/ports/contactMailbox.ts';
import { openContactMailbox } from '../../../../shared/targets/graph-mailbox/contactMailbox.ts';
import { createMemoryGraph } from '../../../memory/graph.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { ada, describeContactMailbox, type OpenMailbox } from '../../../ports/contactMailboxSuite.ts';
import { type SimulatedGraph, simulateGraph } from '../../graph/simulatedGraph.ts';

describeContactMailbox('contact folders in memory', async () => {
  const graph = createMemoryGraph();
  let mailboxes = 0;

  async function open(): Promise<OpenMailbox> {
    mailboxes += 1;
    const id = graph.addUser(`box${mailboxes}@contoso.example`);
    const stored = graph.mailbox(id);
    return {
      mailbox: graph.openMailbox(id),
      addFolder: async (parentId, name) => stored.addFolder(name, parentId),
      addHiddenFolder: async name => void stored.addHiddenFolder(name),
      nameDefaultFolder: async name => stored.renameFolder(stored.defaultFolderId, name),
      addContact: async (folderId, contact) => stored.add(folderId, contact),
      editContact: async (contactId, contact) =>
        stored.edit(contactId, { ...stored.contact(contactId).contact, ...contact }),
      markPrivate: async contactId => stored.markPrivate(contactId),
      moveContact: async (contactId, folderId) => stored.move(contactId, folderId),
      addContactGroup: async folderId => stored.addContactGroup(folderId),
      copyContact: async contactId => stored.copy(contactId),
      deleteContact: async contactId => stored.remove(contactId),
      purgeContact: async contactId => stored.purge(contactId),
      killDeltaTokens: async () => stored.killDeltaTokens(),
      fillUp: async () => {
        stored.overQuota = true;
      },
      replace: async code => stored.replace({ status: code === 'ErrorInvalidIdMalformed' ? 400 : 404, code }),
      break: async kind => {
        stored.failure = failure(kind);
      },
      failNextCreate: async how => {
        const lost = { committed: true, answer: failure('unavailable') };
        const throttled = { answer: { kind: 'throttled' as const, retryAfter: 5000 } };
        graph.fail({ on: { operation: 'create', mailbox: id }, ...(how === 'lost' ? lost : throttled) });
      },
    };
  }

  return { open, close: async () => {} };
});

describeContactMailbox('contact folders of the simulated Graph', async () => {
  const served = await simulateGraph();

  async function open(): Promise<OpenMailbox> {
    const id = await served.newMailbox();
    const contacts = `/users/${id}/contacts`;
    const idOfMade = async (path: string, body: unknown) =>
      ((await served.graph('POST', path, body)) as { id: string }).id;
    const control = async (path: string, body: unknown) => void (await served.control('POST', path, body));
    return {
      mailbox: openContactMailbox(served.client, id),
      addFolder: (parentId, name) =>
        idOfMade(`/users/${id}/contactFolders/${parentId}/childFolders`, { displayName: name }),
      addHiddenFolder: name => control(`/mailboxes/${id}/hiddenFolder`, { displayName: name }),
      nameDefaultFolder: name => control(`/mailboxes/${id}/folderNames`, { contacts: name }),
      addContact: (folderId, contact) => idOfMade(`/users/${id}/contactFolders/${folderId}/contacts`, contact),
      editContact: async (contactId, contact) =>
        void (await served.graph('PATCH', `${contacts}/${contactId}`, contact)),
      markPrivate: async contactId =>
        void (await served.graph('PATCH', `${contacts}/${contactId}`, {
          singleValueExtendedProperties: [{ id: 'Integer 0x36', value: '2' }],
        })),
      moveContact: (contactId, folderId) => control(`/mailboxes/${id}/moveContact`, { contactId, folderId }),
      addContactGroup: folderId => control(`/mailboxes/${id}/contactGroup`, { folderId, displayName: 'Friends' }),
      copyContact: async contactId => {
        const copied = await served.control('POST', `/mailboxes/${id}/copyContact`, { contactId });
        return (copied as { immutableId: string }).immutableId;
      },
      deleteContact: async contactId => void (await served.graph('DELETE', `${contacts}/${contactId}`)),
      purgeContact: async contactId => void (await served.graph('POST', `${contacts}/${contactId}/permanentDelete`)),
      killDeltaTokens: () => control('/delta/expire', {}),
      fillUp: () => control(`/mailboxes/${id}/state`, { state: 'overQuota' }),
      replace: code => control(`/mailboxes/${id}/replace`, { code }),
      break: kind => control(`/mailboxes/${id}/state`, { state: states[kind] }),
      failNextCreate: how => {
        const lost = { status: 503, code: 'MailboxInfoStale', commit: true };
        const throttled = { status: 429, code: 'ApplicationThrottled', retryAfter: 5 };
        const match = { mailbox: id, method: 'POST', path: '/contacts$', times: 1 };
        return control('/faults', { match, fault: how === 'lost' ? lost : throttled });
      },
    };
  }

  return { open, close: () => served.close() };
});

const states = { noMailbox: 'notEnabled', mailboxMoving: 'moving', accessDenied: 'accessDenied' };

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
  folder = await mailbox.createFolder('Company', 'ours');
});

afterEach(() => simulated.control('DELETE', '/faults'));

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
  test('are found over pages', async () => {
    for (let index = 0; index < 12; index += 1) await mailbox.createFolder(`Other ${index}`, 'ours');
    await expect(mailbox.findFolder(['Other 11'])).resolves.toMatchObject({ displayName: 'Other 11' });
  });

  test('of a user who was deleted are not missing, there is no mailbox', async () => {
    await simulated.control('POST', `/mailboxes/${mailboxId}/state`, { state: 'deleted' });
    await expect(mailbox.getFolder(folder.id)).rejects.toMatchObject({ kind: 'noMailbox' });
    await expect(mailbox.write([creation('staff:1')])).resolves.toMatchObject([
      { kind: 'mailboxFailed', failure: { kind: 'noMailbox' } },
    ]);
  });
});

describe('writing', () => {
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
    await expect(mailbox.getFolder(folder.id)).resolves.toMatchObject(folder);
  });
});

describe('stamps', () => {
  test('over several pages are read twice', async () => {
    const count = 1_020;
    for (let start = 0; start < count; start += 20) {
      await mailbox.write(
        Array.from({ length: 20 }, (_, index) => creation(`staff:${start + index}`, { givenName: 'A' })),
      );
    }
    const before = mailbox.counts().requests;
    const stamped = await mailbox.listStamped(folder.id);
    expect(new Set(stamped.map(contact => contact.stamp.key)).size).toBe(count);
    expect(mailbox.counts().requests - before).toBe(4);
    expect(await mailbox.listContacts(folder.id)).toHaveLength(count);
  });
});

describe('changes', () => {
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
});
