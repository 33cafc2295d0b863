import { type Contact, type ContactField, extendedFields } from '../../shared/domain/contact.ts';
import type { ContactFolder, ContactMailbox, ContactWrite, WriteOutcome } from '../../shared/ports/contactMailbox.ts';
import type { FormerIdCode } from '../local/graph-simulator/identifiers.ts';

/** A mailbox for one test, and what happens in it past the port. */
export interface OpenMailbox {
  readonly mailbox: ContactMailbox;
  addFolder(parentId: string, name: string): Promise<string>;
  /** A folder that no listing shows. */
  addHiddenFolder(name: string): Promise<void>;
  /** What the default folder is called in the mailbox's language. */
  nameDefaultFolder(name: string): Promise<void>;
  addContact(folderId: string, contact: Contact): Promise<string>;
  /** Sets one field. */
  editContact(contactId: string, contact: Contact): Promise<void>;
  /** As Outlook marks one. */
  markPrivate(contactId: string): Promise<void>;
  moveContact(contactId: string, folderId: string): Promise<void>;
  /** A personal contact group, which counts include and no list of contacts shows. */
  addContactGroup(folderId: string): Promise<void>;
  /** The user's copy in the same folder. @returns its id */
  copyContact(contactId: string): Promise<string>;
  /** To Deleted Items. */
  deleteContact(contactId: string): Promise<void>;
  /** For good. */
  purgeContact(contactId: string): Promise<void>;
  killDeltaTokens(): Promise<void>;
  fillUp(): Promise<void>;
  /** A new mailbox in the place of this one, that answers ids of the old one with the code. */
  replace(code: FormerIdCode): Promise<void>;
  break(kind: 'noMailbox' | 'mailboxMoving' | 'accessDenied'): Promise<void>;
  /** What the next create meets; `lost`: it is done, and answered with a failure. */
  failNextCreate(how: 'throttled' | 'lost'): Promise<void>;
}

export interface ContactMailboxes {
  open(): Promise<OpenMailbox>;
  close(): Promise<void>;
}

/** A contact with a field of each kind. */
export const ada: Contact = {
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
const ben: Contact = { displayName: 'Ben' };

/** What every implementation of `ContactMailbox` does alike. */
export function describeContactMailbox(name: string, start: () => Promise<ContactMailboxes>): void {
  describe(name, () => {
    let mailboxes: ContactMailboxes;
    let opened: OpenMailbox;
    let mailbox: ContactMailbox;
    let folder: ContactFolder;

    beforeAll(async () => {
      mailboxes = await start();
    });
    beforeEach(async () => {
      opened = await mailboxes.open();
      mailbox = opened.mailbox;
      folder = await mailbox.createFolder('Company', 'ours');
    });
    afterAll(() => mailboxes?.close());

    function creation(key: string, contact: Contact = ada, folderId = folder.id): ContactWrite {
      return { kind: 'create', folderId, contact, stamp: { key, version: '1' } };
    }

    function patch(contactId: string, contact: Contact, fields: readonly ContactField[], version = '2'): ContactWrite {
      return { kind: 'patch', contactId, contact, fields, version };
    }

    async function create(key: string, contact: Contact = ada): Promise<string> {
      const [outcome] = await mailbox.write([creation(key, contact)]);
      return idOf(outcome);
    }

    async function contactsIn(folderId: string): Promise<(Contact | null)[]> {
      return (await mailbox.listContacts(folderId)).map(({ contact }) => contact);
    }

    /** Requests and round trips of one call. */
    async function costOf(call: () => Promise<unknown>): Promise<[number, number]> {
      const before = mailbox.counts();
      await call();
      const after = mailbox.counts();
      return [after.requests - before.requests, after.roundTrips - before.roundTrips];
    }

    describe('folders', () => {
      test('are found by path whatever the case, and below the default folder by its well-known name', async () => {
        const lawyers = await opened.addFolder(folder.id, "Lawyers & O'Brien");
        expect(await mailbox.findFolder(['company'])).toEqual(folder);
        expect(await mailbox.findFolder(['COMPANY', "lawyers & o'brien"])).toEqual({
          id: lawyers,
          displayName: "Lawyers & O'Brien",
          parentFolderId: folder.id,
        });
        expect(await mailbox.findFolder(['contacts'])).toMatchObject({ id: folder.parentFolderId });
        expect(await mailbox.findFolder(['Contacts', 'Company'])).toEqual(folder);
        expect(await mailbox.findFolder(['Company', 'Nobody'])).toBeUndefined();
        expect(await mailbox.findFolder(['Nobody', 'Company'])).toBeUndefined();
      });

      test('are found below the name that the default folder has in the language of the mailbox', async () => {
        await opened.nameDefaultFolder('Kontakte');
        expect(await mailbox.findFolder(['kontakte'])).toMatchObject({ id: folder.parentFolderId });
        expect(await mailbox.findFolder(['Kontakte', 'Company'])).toEqual(folder);
        expect(await mailbox.findFolder(['contacts', 'Company'])).toEqual(folder);
        expect(await mailbox.findFolder(['Company', 'Kontakte'])).toBeUndefined();
        const own = await mailbox.createFolder('Kontakte', 'ours');
        expect(await mailbox.findFolder(['Kontakte'])).toEqual(own);
      });

      test('of a name that is taken are not made again, also where the other one is hidden', async () => {
        await opened.addHiddenFolder('Hidden');
        await expect(mailbox.createFolder('COMPANY', 'ours')).rejects.toMatchObject({ kind: 'folderExists' });
        await expect(mailbox.createFolder('hidden', 'ours')).rejects.toMatchObject({ kind: 'folderExists' });
        expect(await mailbox.findFolder(['Hidden'])).toBeUndefined();
      });

      test('are renamed, to no name that is taken', async () => {
        await mailbox.createFolder('Other', 'ours');
        await expect(mailbox.renameFolder(folder.id, 'OTHER')).rejects.toMatchObject({ kind: 'folderExists' });
        await mailbox.renameFolder(folder.id, 'COMPANY');
        await mailbox.renameFolder(folder.id, 'Firm');
        expect(await mailbox.getFolder(folder.id)).toEqual({ ...folder, displayName: 'Firm', installation: 'ours' });
        expect(await mailbox.findFolder(['Company'])).toBeUndefined();
      });

      test('carry the mark of the installation that made them, or that took them over', async () => {
        const { id } = await mailbox.createFolder('Marked', 'ours');
        expect(await mailbox.getFolder(id)).toMatchObject({ displayName: 'Marked', installation: 'ours' });
        await mailbox.markFolder(id, 'theirs');
        await mailbox.renameFolder(id, 'Still marked');
        expect(await mailbox.getFolder(id)).toMatchObject({ displayName: 'Still marked', installation: 'theirs' });
        const own = await opened.addFolder(folder.parentFolderId, 'Private');
        expect(await mailbox.getFolder(own)).toHaveProperty('installation', undefined);
      });

      test('tell what lies in them, also what no list of contacts shows', async () => {
        const nothing = { contacts: 0, otherItems: 0, hasChildFolders: false };
        expect(await mailbox.readFolderContent(folder.id)).toEqual(nothing);
        await opened.addContactGroup(folder.id);
        expect(await mailbox.readFolderContent(folder.id)).toEqual({ ...nothing, otherItems: 1 });
        await create('staff:1');
        await opened.addFolder(folder.id, 'Lawyers');
        const content = { contacts: 1, otherItems: 1, hasChildFolders: true };
        expect(await mailbox.readFolderContent(folder.id)).toEqual(content);
      });

      test('in Deleted Items are found by their name', async () => {
        expect(await mailbox.findDeletedFolder('Company')).toBeUndefined();
        await mailbox.deleteFolder(folder.id);
        expect(await mailbox.findDeletedFolder('COMPANY')).toMatchObject({ id: folder.id, displayName: 'Company' });
      });

      test('are listed at any depth beside the default one, without deleted ones', async () => {
        const below = await opened.addFolder(folder.id, 'Lawyers');
        const deeper = await opened.addFolder(below, 'Bern');
        const gone = await mailbox.createFolder('Other', 'ours');
        await mailbox.deleteFolder(gone.id);
        const contacts = await mailbox.findFolder(['contacts']);
        const ids = (await mailbox.listFolders()).map(({ id }) => id);
        expect(ids.toSorted()).toEqual([contacts?.id, folder.id, below, deeper].toSorted());
      });

      test('that are deleted still resolve with what is in them, and are told by their parents', async () => {
        const child = await opened.addFolder(folder.id, 'Lawyers');
        const contact = await create('staff:1');
        expect(await mailbox.isDeleted(folder)).toBe(false);
        await mailbox.deleteFolder(folder.id);
        const deleted = { ...folder, parentFolderId: await mailbox.deletedItemsId() };
        expect(await mailbox.getFolder(folder.id)).toEqual({ ...deleted, installation: 'ours' });
        expect(await mailbox.isDeleted(deleted)).toBe(true);
        expect(await mailbox.isDeleted({ id: child, displayName: 'Lawyers', parentFolderId: folder.id })).toBe(true);
        expect(await mailbox.findFolder(['Company'])).toBeUndefined();
        const found = { parentFolderId: folder.id, stamped: true, version: '1' };
        expect(await mailbox.getContact(contact)).toEqual(found);
        expect(await mailbox.getContact(contact, [])).toEqual({ ...found, contact: ada });
        expect(await contactsIn(folder.id)).toEqual([ada]);
        await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject({ kind: 'notFound' });
        expect(await mailbox.write([creation('staff:2')])).toMatchObject([{ kind: 'done', parentFolderId: folder.id }]);
        expect((await mailbox.createFolder('Company', 'ours')).id).not.toBe(folder.id);
      });

      test('that are deleted again are gone with what is in them, and once more is no failure', async () => {
        const child = await opened.addFolder(folder.id, 'Lawyers');
        const contact = await create('staff:1');
        await mailbox.deleteFolder(folder.id);
        await mailbox.deleteFolder(folder.id);
        await mailbox.deleteFolder(folder.id);
        expect(await mailbox.getFolder(folder.id)).toBeUndefined();
        expect(await mailbox.getFolder(child)).toBeUndefined();
        expect(await mailbox.getContact(contact)).toBeUndefined();
        const missing = { kind: 'notFound' };
        await expect(mailbox.renameFolder(folder.id, 'Firm')).rejects.toMatchObject(missing);
        await expect(mailbox.listContacts(folder.id)).rejects.toMatchObject(missing);
        await expect(mailbox.listStamped(folder.id)).rejects.toMatchObject(missing);
        await expect(mailbox.findStamped(folder.id, 'staff:1')).rejects.toMatchObject(missing);
        await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject(missing);
        expect(await mailbox.write([creation('staff:1')])).toMatchObject([{ kind: 'mailboxFailed', failure: missing }]);
      });
    });

    test('a folder lies in Deleted Items at any depth, which is looked up once', async () => {
      const below = await opened.addFolder(await opened.addFolder(folder.id, 'Below'), 'Deeper');
      const bin = await mailbox.deletedItemsId();
      const other = await mailbox.createFolder('Other', 'ours');
      await mailbox.deleteFolder(folder.id);
      const ask = () => Promise.all([bin, folder.id, below, other.id].map(id => mailbox.isInDeletedItems(id)));
      expect(await ask()).toEqual([true, true, true, false]);
      expect(await costOf(ask)).toEqual([0, 0]);
    });

    test('a folder is not deleted beside one of its name in Deleted Items, until it is renamed', async () => {
      await mailbox.deleteFolder(folder.id);
      const again = await mailbox.createFolder('COMPANY', 'ours');
      await expect(mailbox.deleteFolder(again.id)).rejects.toMatchObject({ code: 'ErrorCannotDeleteObject' });
      expect(await mailbox.getFolder(again.id)).toMatchObject(again);
      await mailbox.renameFolder(again.id, 'Company 2');
      await mailbox.deleteFolder(again.id);
      expect(await mailbox.isDeleted({ ...again, parentFolderId: await mailbox.deletedItemsId() })).toBe(true);
    });

    test.each(['ErrorInvalidMailboxItemId', 'ErrorInvalidIdMalformed'] as const)(
      'ids of a mailbox that was replaced answer %s, and the new one is empty',
      async code => {
        const id = await create('staff:1');
        await opened.replace(code);
        const missing = { kind: 'notFound', code };
        expect(await mailbox.getFolder(folder.id)).toBeUndefined();
        expect(await mailbox.getContact(id)).toBeUndefined();
        await mailbox.deleteFolder(folder.id);
        await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject(missing);
        await expect(mailbox.listStamped(folder.id)).rejects.toMatchObject(missing);
        const writes: ContactWrite[] = [
          creation('staff:1'),
          patch(id, ben, ['displayName']),
          { kind: 'delete', contactId: id },
        ];
        expect(await mailbox.write(writes)).toMatchObject([
          { kind: 'mailboxFailed', failure: missing },
          { kind: 'gone' },
          { kind: 'gone' },
        ]);
        expect(await mailbox.findFolder(['Company'])).toBeUndefined();
        folder = await mailbox.createFolder('Company', 'ours');
        expect(await mailbox.getFolder(folder.id)).toMatchObject(folder);
        await create('staff:1');
      },
    );

    test('ids of a mailbox that was replaced may be just gone, and those of another mailbox are foreign', async () => {
      const id = await create('staff:1');
      await opened.replace('ErrorItemNotFound');
      expect(await mailbox.getFolder(folder.id)).toBeUndefined();
      expect(await mailbox.getContact(id)).toBeUndefined();
      expect(await mailbox.write([patch(id, ben, ['displayName'])])).toEqual([{ kind: 'gone' }]);
      const other = await mailboxes.open();
      const theirs = await other.mailbox.createFolder('Company', 'ours');
      await expect(mailbox.listContacts(theirs.id)).rejects.toMatchObject({ code: 'ErrorInvalidMailboxItemId' });
    });

    describe('writes', () => {
      test('create with every field and the stamp', async () => {
        const [outcome] = await mailbox.write([creation('staff:1')]);
        expect(outcome).toEqual({ kind: 'done', contactId: idOf(outcome), parentFolderId: folder.id });
        expect(await mailbox.listStamped(folder.id, [])).toEqual([
          { id: idOf(outcome), parentFolderId: folder.id, stamp: { key: 'staff:1', version: '1' }, contact: ada },
        ]);
      });

      test('patch the named fields and the version alone, and clear those that the contact does not have', async () => {
        const id = await create('staff:1');
        await opened.editContact(id, { jobTitle: 'Countess' });
        const fields: ContactField[] = ['surname', 'homeAddress', 'birthday', 'businessPhones'];
        const changed = { displayName: 'Ada Lovelace', surname: 'King', homeAddress: { state: 'Surrey' } };
        expect(await mailbox.write([patch(id, changed, fields)])).toEqual([
          { kind: 'done', contactId: id, parentFolderId: folder.id },
        ]);
        const { birthday: _, businessPhones: __, ...kept } = ada;
        expect(await contactsIn(folder.id)).toEqual([
          { ...kept, jobTitle: 'Countess', surname: 'King', homeAddress: { state: 'Surrey' } },
        ]);
        expect(await mailbox.listStamped(folder.id)).toEqual([
          { id, parentFolderId: folder.id, stamp: { key: 'staff:1', version: '2' } },
        ]);
      });

      test('keep fields that Graph has no names for, patch and blank them, and read those that are asked for', async () => {
        const extended: Contact = { businessFax: '+49 30 1', userField2: 'blue', anniversary: '1815-07-08' };
        const id = await create('staff:1', { ...ada, ...extended });
        const other = await create('staff:2');
        const fields = [...extendedFields, 'sensitivity', 'stampKey'] as const;
        const written = { ...extended, stampKey: 'staff:1' };
        expect(await mailbox.listExtended(folder.id, fields)).toEqual(
          new Map([
            [id, written],
            [other, { stampKey: 'staff:2' }],
          ]),
        );
        const cost = await costOf(async () => {
          expect(await mailbox.readExtended([other, id], ['userField2', 'pager'])).toEqual([
            {},
            { userField2: 'blue' },
          ]);
        });
        expect(cost).toEqual([2, 1]);
        expect(await contactsIn(folder.id)).toEqual([ada, ada]);

        const changed: Contact = { ...ada, pager: '7', businessFax: '+49 30 2' };
        await mailbox.write([patch(id, changed, ['pager', 'businessFax', 'userField2', 'anniversary'])]);
        const read = await mailbox.getContact(id, [...extendedFields]);
        expect(read?.contact).toEqual({ ...ada, pager: '7', businessFax: '+49 30 2' });
        const [listed] = await mailbox.findStamped(folder.id, 'staff:1', ['pager']);
        expect(listed?.contact).toEqual({ ...ada, pager: '7' });
      });

      test('tell which contacts are private, and which are gone', async () => {
        const id = await create('staff:1');
        await opened.markPrivate(id);
        const gone = await create('staff:2');
        await opened.purgeContact(gone);
        expect(await mailbox.readExtended([id, gone], ['sensitivity'])).toEqual([{ sensitivity: '2' }, undefined]);
        expect(await mailbox.listExtended(folder.id, ['sensitivity'])).toEqual(new Map([[id, { sensitivity: '2' }]]));
      });

      test('patch the version alone', async () => {
        const id = await create('staff:1');
        await mailbox.write([patch(id, ada, [], '7')]);
        expect(await mailbox.getContact(id)).toEqual({ parentFolderId: folder.id, stamped: true, version: '7' });
        expect(await contactsIn(folder.id)).toEqual([ada]);
      });

      test('of the user get our stamp, and lose it with what they held before', async () => {
        const id = await opened.addContact(folder.id, { ...ben, jobTitle: 'Countess' });
        const found = { id, parentFolderId: folder.id, stamp: {}, contact: { ...ben, jobTitle: 'Countess' } };
        expect(await mailbox.listAll(folder.id, [])).toEqual([found]);
        const stamp = { key: 'staff:1', version: '2' };
        const write = { ...patch(id, ada, ['jobTitle', 'mobilePhone'], '2'), key: 'staff:1' } as ContactWrite;
        expect(await mailbox.write([write])).toEqual([{ kind: 'done', contactId: id, parentFolderId: folder.id }]);
        expect(await mailbox.listStamped(folder.id)).toEqual([{ id, parentFolderId: folder.id, stamp }]);
        const cost = await costOf(async () => {
          expect(await mailbox.readContacts([id, id], [])).toEqual(Array(2).fill({ ...found, stamp, contact: ben }));
        });
        expect(cost).toEqual([2, 1]);
        const before = { contact: { jobTitle: 'Countess' }, fields: ['jobTitle' as const] };
        await mailbox.write([{ kind: 'unstamp', contactId: id, ...before }]);
        expect((await mailbox.listAll(folder.id, [])).map(({ contact, stamp: { key } }) => ({ contact, key }))).toEqual(
          [{ contact: found.contact, key: undefined }],
        );
      });

      test('are deleted for good, which leaves nothing in Deleted Items', async () => {
        const id = await create('staff:1', ben);
        expect(await mailbox.write([{ kind: 'delete', contactId: id, forGood: true }])).toEqual([{ kind: 'deleted' }]);
        expect(await mailbox.getContact(id)).toBeUndefined();
        expect(await mailbox.write([{ kind: 'delete', contactId: id, forGood: true }])).toEqual([{ kind: 'gone' }]);
      });

      test('take a stamp off and change nothing else', async () => {
        const id = await create('staff:1');
        expect(await mailbox.write([{ kind: 'unstamp', contactId: id, contact: {}, fields: [] }])).toEqual([
          { kind: 'done', contactId: id, parentFolderId: folder.id },
        ]);
        expect(await mailbox.listStamped(folder.id)).toEqual([]);
        expect(await mailbox.findStamped(folder.id, 'staff:1')).toEqual([]);
        expect(await mailbox.getContact(id)).toEqual({ parentFolderId: folder.id, stamped: false });
        expect(await contactsIn(folder.id)).toEqual([ada]);
      });

      test('do not make a contact ours that is not', async () => {
        const id = await opened.addContact(folder.id, ben);
        expect(await mailbox.getContact(id)).toEqual({ parentFolderId: folder.id, stamped: false });
        await mailbox.write([patch(id, { jobTitle: 'Boss' }, ['jobTitle'])]);
        expect(await mailbox.listStamped(folder.id)).toEqual([]);
      });

      test('reach a contact that the user moved, and say where it lies', async () => {
        const id = await create('staff:1');
        const own = await mailbox.createFolder('Private', 'ours');
        await opened.moveContact(id, own.id);
        expect(await mailbox.getContact(id)).toEqual({ parentFolderId: own.id, stamped: true, version: '1' });
        expect(await mailbox.listStamped(folder.id)).toEqual([]);
        expect(await mailbox.write([patch(id, { jobTitle: 'Boss' }, ['jobTitle'])])).toEqual([
          { kind: 'done', contactId: id, parentFolderId: own.id },
        ]);
        expect(await contactsIn(own.id)).toEqual([{ ...ada, jobTitle: 'Boss' }]);
      });

      test('delete to Deleted Items, where the id still resolves, and from there for good', async () => {
        const id = await create('staff:1');
        const bin = await mailbox.deletedItemsId();
        expect(await mailbox.write([{ kind: 'delete', contactId: id }])).toEqual([{ kind: 'deleted' }]);
        expect(await mailbox.getContact(id)).toEqual({ parentFolderId: bin, stamped: true, version: '1' });
        expect(await mailbox.findStamped(folder.id, 'staff:1')).toEqual([]);
        expect(await mailbox.write([patch(id, ben, ['displayName'])])).toEqual([
          { kind: 'done', contactId: id, parentFolderId: bin },
        ]);
        expect(await mailbox.write([{ kind: 'delete', contactId: id }])).toEqual([{ kind: 'deleted' }]);
        expect(await mailbox.getContact(id)).toBeUndefined();
      });

      test('are found by several ids at once, in their order', async () => {
        const [first, second] = [await create('staff:1'), await create('staff:2')];
        const own = await opened.addContact(folder.id, ben);
        await opened.purgeContact(second);
        expect(await mailbox.getContacts([own, second, first, own])).toEqual([
          { parentFolderId: folder.id, stamped: false },
          undefined,
          { parentFolderId: folder.id, stamped: true, version: '1' },
          { parentFolderId: folder.id, stamped: false },
        ]);
        expect(await costOf(() => mailbox.getContacts([]))).toEqual([0, 0]);
      });

      test('tell a contact that is gone, and deleting it is done', async () => {
        const id = await create('staff:1');
        await opened.purgeContact(id);
        expect(await mailbox.write([patch(id, ben, ['displayName']), { kind: 'delete', contactId: id }])).toEqual([
          { kind: 'gone' },
          { kind: 'gone' },
        ]);
        expect(await mailbox.getContact(id)).toBeUndefined();
      });

      test('that Graph refuses or throttles do not stop the others, and outcomes are in the order of the writes', async () => {
        const poison = creation('staff:poison', { businessPhones: ['1', '2', '3'] });
        const first = await create('staff:0');
        const writes = [
          poison,
          patch(first, { jobTitle: 'Boss' }, ['jobTitle']),
          patch(first, { homePhones: ['1', '2', '3'] }, ['homePhones']),
        ];
        const outcomes = await mailbox.write(writes);
        expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'done', 'refused']);
        await opened.failNextCreate('throttled');
        const second = await mailbox.write([creation('staff:1'), patch(first, ben, ['displayName'])]);
        expect(second).toMatchObject([{ kind: 'throttled', retryAfter: 5000 }, { kind: 'done' }]);
        expect((await mailbox.listStamped(folder.id)).map(({ stamp }) => stamp.key)).toEqual(['staff:0']);
      });

      test('that were done and answered with a failure are unknown, and their stamp finds them', async () => {
        await opened.failNextCreate('lost');
        expect(await mailbox.write([creation('staff:1')])).toMatchObject([{ kind: 'unknown' }]);
        expect(await mailbox.findStamped(folder.id, 'staff:1')).toHaveLength(1);
      });

      test('are sent as far as a request of 4 MB holds them, and one that is larger is refused alone', async () => {
        const megabytes = (count: number) => ({ displayName: 'Long', personalNotes: 'x'.repeat(count * 1_000_000) });
        const writes = [1, 2, 1, 5, 1].map((count, index) => creation(`staff:${index}`, megabytes(count)));
        const kinds = async (from: number) => (await mailbox.write(writes.slice(from))).map(({ kind }) => kind);
        expect(await kinds(0)).toEqual(['done', 'done', 'notTried', 'notTried', 'notTried']);
        expect(await kinds(2)).toEqual(['done', 'notTried', 'notTried']);
        expect(await kinds(3)).toEqual(['refused', 'notTried']);
        expect(await kinds(4)).toEqual(['done']);
        expect(await mailbox.listStamped(folder.id)).toHaveLength(4);
      });

      test('are told the categories that contacts have now, in one round trip', async () => {
        const [first, second, gone] = [await create('staff:1'), await create('staff:2', ben), await create('staff:3')];
        await opened.editContact(first, { categories: ['Company', 'Mine, too'] });
        await opened.purgeContact(gone);
        const read = () => mailbox.readCategories([second, gone, first]);
        expect(await read()).toEqual([[], { kind: 'gone' }, ['Company', 'Mine, too']]);
        expect(await costOf(read)).toEqual([3, 1]);
        await opened.break('accessDenied');
        expect(await read()).toMatchObject(Array(3).fill({ kind: 'mailboxFailed', failure: { kind: 'accessDenied' } }));
      });

      test('are at most twenty at once, and none is no request', async () => {
        const one: ContactWrite = { kind: 'delete', contactId: 'any' };
        await expect(mailbox.write(Array(21).fill(one))).rejects.toThrow(RangeError);
        expect(await costOf(() => mailbox.write([]))).toEqual([0, 0]);
      });
    });

    describe('stamps', () => {
      test('are found by exact key, quotes and case included, in this folder only', async () => {
        const other = await mailbox.createFolder('Other', 'ours');
        const keys = ["staff:O'Brien", 'staff:Abc', 'staff:abc', 'partners:abc'];
        await mailbox.write([...keys.map(key => creation(key)), creation('staff:abc', ben, other.id)]);
        for (const key of keys) {
          const found = await mailbox.findStamped(folder.id, key);
          expect(found.map(({ stamp }) => stamp)).toEqual([{ key, version: '1' }]);
        }
        expect(await mailbox.findStamped(folder.id, 'staff:a')).toEqual([]);
      });

      test('are found for many keys in batches of twenty, each as for one key', async () => {
        await mailbox.write(['staff:1', 'staff:1', 'staff:Abc'].map(key => creation(key)));
        const keys = [
          'staff:1',
          'staff:abc',
          'staff:Abc',
          ...Array.from({ length: 20 }, (_, index) => `none:${index}`),
        ];
        const find = () => mailbox.findAllStamped(folder.id, keys);
        expect((await find()).map(contacts => contacts.length)).toEqual([2, 0, 1, ...Array(20).fill(0)]);
        expect(await costOf(find)).toEqual([23, 2]);
        expect(await costOf(() => mailbox.findAllStamped(folder.id, []))).toEqual([0, 0]);
        await mailbox.deleteFolder(folder.id);
        await mailbox.deleteFolder(folder.id);
        await expect(find()).rejects.toMatchObject({ kind: 'notFound' });
      });

      test('are listed for our contacts only, of any list, doubled ones too', async () => {
        await opened.addContact(folder.id, ben);
        await mailbox.write(['staff:1', 'staff:1', 'partners:1'].map(key => creation(key)));
        const stamped = await mailbox.listStamped(folder.id);
        expect(stamped.map(({ stamp }) => stamp.key).sort()).toEqual(['partners:1', 'staff:1', 'staff:1']);
        expect(await mailbox.findStamped(folder.id, 'staff:1')).toHaveLength(2);
        expect(await mailbox.listContacts(folder.id)).toHaveLength(4);
      });
    });

    test('every contact is listed with its place, stamp and addresses, whatever folder it lies in or was thrown away with', async () => {
      const below = await opened.addFolder(await opened.addFolder(folder.id, 'Below'), 'Deeper');
      const thrown = await mailbox.createFolder('Thrown', 'ours');
      const top = (await mailbox.findFolder(['contacts']))?.id ?? '';
      await mailbox.write([creation('staff:1'), creation('staff:2', ben, thrown.id)]);
      const gone = await create('staff:3');
      await opened.deleteContact(gone);
      await opened.addContact(below, ben);
      await opened.addContact(top, ada);
      await mailbox.deleteFolder(thrown.id);

      const addresses = ['ada@contoso.example', 'a@contoso.example'];
      const found = await mailbox.listEverywhere();
      expect(found).toHaveLength(5);
      expect(found).toEqual(
        expect.arrayContaining([
          { folderId: folder.id, place: 'otherFolder', stampKey: 'staff:1', addresses },
          { folderId: thrown.id, place: 'deletedItems', stampKey: 'staff:2', addresses: [] },
          { folderId: await mailbox.deletedItemsId(), place: 'deletedItems', stampKey: 'staff:3', addresses },
          { folderId: below, place: 'otherFolder', stampKey: undefined, addresses: [] },
          { folderId: top, place: 'defaultFolder', stampKey: undefined, addresses },
        ]),
      );
      const givenBack = await create('staff:4', ben);
      await mailbox.write([{ kind: 'unstamp', contactId: givenBack, contact: {}, fields: [] }]);
      expect((await mailbox.listEverywhere()).filter(({ stampKey }) => stampKey === 'staff:4')).toEqual([]);
    });

    test("a user's copy of a contact carries its stamp and has an id of its own", async () => {
      const id = await create('staff:1');
      const copy = await opened.copyContact(id);
      expect(copy).not.toBe(id);
      const stamped = await mailbox.findStamped(folder.id, 'staff:1');
      expect(stamped.map(contact => contact.id).sort()).toEqual([id, copy].sort());
      await opened.editContact(copy, { jobTitle: 'Mine' });
      expect(await contactsIn(folder.id)).toEqual(expect.arrayContaining([ada, { ...ada, jobTitle: 'Mine' }]));
    });

    test('long notes are whole wherever they are read, which costs a request each where Graph cuts them', async () => {
      const notes = ['\r\nFirst\nline ', 'Second\r\nline ', ''].map(start => start + 'x'.repeat(300));
      for (const personalNotes of notes) {
        await mailbox.write([creation(`staff:${personalNotes.length}`, { displayName: 'Long', personalNotes })]);
      }
      const notesOf = (rows: readonly { contact?: Contact | null }[]) =>
        rows.map(row => row.contact?.personalNotes).sort();
      expect(notesOf(await mailbox.listContacts(folder.id))).toEqual(notes.toSorted());
      expect(notesOf((await mailbox.readChanges(folder.id)).contacts)).toEqual(notes.toSorted());
      expect(notesOf(await mailbox.listStamped(folder.id, []))).toEqual(notes.toSorted());
    });

    describe('changes', () => {
      test('come whole from the start, then as they happen, with tombstones', async () => {
        const [first, second] = [await create('staff:1'), await create('staff:2', ben)];
        const start = await mailbox.readChanges(folder.id);
        expect(byId(start.contacts)).toEqual({ [first]: ada, [second]: ben });
        const idle = await mailbox.readChanges(folder.id, start.deltaLink);
        expect(idle.contacts).toEqual([]);

        await opened.editContact(first, { jobTitle: 'Countess' });
        await opened.deleteContact(second);
        const third = await opened.addContact(folder.id, ben);
        const fourth = await opened.addContact(folder.id, ben);
        await opened.purgeContact(fourth);
        const { contacts } = await mailbox.readChanges(folder.id, idle.deltaLink);
        const changed = { [first]: { ...ada, jobTitle: 'Countess' }, [second]: null, [third]: ben, [fourth]: null };
        expect(byId(contacts)).toEqual(changed);
        expect(byId((await mailbox.readChanges(folder.id, start.deltaLink)).contacts)).toEqual(changed);
      });

      test('show a contact that moves as gone here and new there, and once where it is when it came back', async () => {
        const other = await mailbox.createFolder('Other', 'ours');
        const [moved, back] = [await create('staff:1'), await create('staff:2', ben)];
        const here = await mailbox.readChanges(folder.id);
        const there = await mailbox.readChanges(other.id);
        await opened.moveContact(moved, other.id);
        await opened.moveContact(back, other.id);
        await opened.moveContact(back, folder.id);
        const changesHere = await mailbox.readChanges(folder.id, here.deltaLink);
        const changesThere = await mailbox.readChanges(other.id, there.deltaLink);
        expect(byId(changesHere.contacts)).toEqual({ [moved]: null, [back]: ben });
        expect(byId(changesThere.contacts)).toEqual({ [moved]: ada, [back]: null });
        expect(changesHere.contacts).toHaveLength(2);
        expect(byId((await mailbox.readChanges(folder.id)).contacts)).toEqual({ [back]: ben });
      });

      test('with a token that died reject, and can be read from the start', async () => {
        const id = await create('staff:1');
        const { deltaLink } = await mailbox.readChanges(folder.id);
        await opened.killDeltaTokens();
        await expect(mailbox.readChanges(folder.id, deltaLink)).rejects.toMatchObject({ kind: 'deltaTokenDead' });
        const { contacts, deltaLink: next } = await mailbox.readChanges(folder.id);
        expect(byId(contacts)).toEqual({ [id]: ada });
        expect(await mailbox.readChanges(folder.id, next)).toMatchObject({ contacts: [] });
      });

      test('of a full mailbox are refused, as is what would be new, while contacts are listed and patched', async () => {
        const id = await create('staff:1');
        await opened.fillUp();
        const full = { kind: 'overQuota' };
        await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject(full);
        await expect(mailbox.createFolder('Other', 'ours')).rejects.toMatchObject(full);
        expect(await mailbox.write([creation('staff:2'), patch(id, ben, ['displayName'])])).toMatchObject([
          { kind: 'mailboxFailed', failure: full },
          { kind: 'done' },
        ]);
        expect(await contactsIn(folder.id)).toEqual([{ ...ada, displayName: 'Ben' }]);
      });
    });

    test.each(['noMailbox', 'mailboxMoving', 'accessDenied'] as const)(
      'a mailbox that answers %s has nothing missing: every call fails as that',
      async kind => {
        await opened.break(kind);
        await expect(mailbox.getFolder(folder.id)).rejects.toMatchObject({ kind });
        await expect(mailbox.findFolder(['Company'])).rejects.toMatchObject({ kind });
        await expect(mailbox.createFolder('Other', 'ours')).rejects.toMatchObject({ kind });
        await expect(mailbox.readChanges(folder.id)).rejects.toMatchObject({ kind });
        await expect(mailbox.listStamped(folder.id)).rejects.toMatchObject({ kind });
        await expect(mailbox.getContact('any')).rejects.toMatchObject({ kind });
        await expect(mailbox.deletedItemsId()).rejects.toMatchObject({ kind });
        expect(await mailbox.write([creation('staff:1'), { kind: 'delete', contactId: 'any' }])).toMatchObject([
          { kind: 'mailboxFailed', failure: { kind } },
          { kind: 'mailboxFailed', failure: { kind } },
        ]);
      },
    );

    test('photos are written to contacts and read again, in one batch, and one of a contact that is gone says so', async () => {
      const [first, second, gone] = [await create('staff:1'), await create('staff:2'), await create('staff:3')];
      await opened.purgeContact(gone);
      const photo = (shade: number) => Uint8Array.from([0xff, 0xd8, 0xff, shade]);
      const writes = [first, gone].map(contactId => ({ contactId, bytes: photo(1) }));
      expect(await mailbox.writePhotos(writes)).toEqual([{ kind: 'written' }, { kind: 'gone' }]);
      await mailbox.writePhotos([{ contactId: first, bytes: photo(2) }]);
      const readings = await mailbox.readPhotos([first, second, gone]);
      expect(readings.map(({ kind }) => kind)).toEqual(['read', 'none', 'none']);
      expect(readings.map(each => ('bytes' in each ? [...each.bytes] : []))).toEqual([[...photo(2)], [], []]);
      expect(await costOf(() => mailbox.writePhotos(writes))).toEqual([2, 1]);
      expect(await costOf(() => mailbox.readPhotos([first, second]))).toEqual([2, 1]);
      expect(await costOf(() => mailbox.writePhotos([]))).toEqual([0, 0]);
    });

    test("a contact's new photo shows in delta", async () => {
      const id = await create('staff:1');
      const { deltaLink } = await mailbox.readChanges(folder.id);
      await mailbox.writePhotos([{ contactId: id, bytes: Uint8Array.from([0xff, 0xd8, 0xff]) }]);
      expect(byId((await mailbox.readChanges(folder.id, deltaLink)).contacts)).toEqual({ [id]: ada });
    });

    test('photos beyond what a batch holds are not tried', async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => create(`staff:${index}`)));
      const bytes = new Uint8Array(140 * 1024).fill(1);
      const outcomes = await mailbox.writePhotos(ids.map(contactId => ({ contactId, bytes })));
      expect([outcomes[0]?.kind, outcomes.at(-1)?.kind]).toEqual(['written', 'notTried']);
    });

    test('a call is one request, a batch as many as its writes in one round trip, and Deleted Items is asked for once', async () => {
      const id = await create('staff:1');
      const writes = Array.from({ length: 20 }, (_, index) => creation(`staff:${index}`));
      expect(await costOf(() => mailbox.write(writes))).toEqual([20, 1]);
      expect(await costOf(() => mailbox.findFolder(['Company']))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.getFolder(folder.id))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.readChanges(folder.id))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.readFolderContent(folder.id))).toEqual([2, 2]);
      expect(await costOf(() => mailbox.listContacts(folder.id))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.listStamped(folder.id))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.findStamped(folder.id, 'staff:1'))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.getContact(id))).toEqual([1, 1]);
      const ids = (await mailbox.listStamped(folder.id)).map(contact => contact.id);
      expect(ids).toHaveLength(21);
      expect(await costOf(() => mailbox.getContacts(ids))).toEqual([21, 2]);
      expect(await costOf(() => mailbox.renameFolder(folder.id, 'Firm'))).toEqual([1, 1]);
      expect(await costOf(() => mailbox.deletedItemsId())).toEqual([1, 1]);
      expect(await costOf(() => mailbox.deletedItemsId())).toEqual([0, 0]);
      expect(await costOf(() => mailbox.deleteFolder(folder.id))).toEqual([1, 1]);
    });
  });
}

function idOf(outcome: WriteOutcome | undefined): string {
  if (outcome?.kind !== 'done') throw new Error(`Not done: ${outcome?.kind}`);
  return outcome.contactId;
}

function byId(rows: readonly { id: string; contact: Contact | null }[]): Record<string, Contact | null> {
  return Object.fromEntries(rows.map(({ id, contact }) => [id, contact]));
}
