import { browseContactSource, testContactSource } from '../../../shared/sources/index.ts';
import { type ExchangeBed, makeExchangeBed } from './exchangeBed.ts';

const limits = { folders: 200, levels: 8 };
const token = { step: { name: 'token', ok: false, detail: 'none is asked for' }, value: undefined };

let bed: ExchangeBed;
beforeEach(async () => {
  bed = await makeExchangeBed();
  bed.mailboxes.addContact(bed.mailboxes.addFolder(bed.contacts, 'Staff/Board'), { texts: { DisplayName: 'Ada' } });
});
afterEach(() => bed.close());

test('folders of a mailbox are shown with the paths that the settings take', async () => {
  const lawyers = bed.mailboxes.addFolder(bed.mailboxes.addFolder(bed.root, 'Partners'), 'Lawyers');
  const { folders, complete } = (await browseContactSource(bed.settingsOf({}), bed.adapters(), limits)) ?? {};
  expect(complete).toBe(true);
  expect(folders).toMatchObject([
    {
      name: 'Kontakte',
      path: 'contacts',
      contacts: 0,
      folders: [{ name: 'Staff/Board', path: 'contacts/Staff~1Board', contacts: 1 }],
    },
    { name: 'Partners', path: 'Partners', folders: [{ id: lawyers, path: 'Partners/Lawyers' }] },
  ]);
  for (const { path } of folders ?? []) {
    await expect(bed.open({ folders: [path] }).read(undefined)).resolves.toMatchObject({ problems: [] });
  }
});

test('public folders are shown as far as they lead to contacts', async () => {
  const company = bed.mailboxes.addFolder(bed.mailboxes.publicRoot, 'Company', 'IPF.Note');
  bed.mailboxes.addFolder(bed.mailboxes.publicRoot, 'News', 'IPF.Note');
  bed.mailboxes.addFolder(company, 'Customers');
  const browsed = await browseContactSource(bed.settingsOf({ publicFolders: true }), bed.adapters(), limits);
  expect(browsed?.folders).toMatchObject([{ path: 'Company', contacts: 0, folders: [{ path: 'Company/Customers' }] }]);
  expect(browsed?.folders).toHaveLength(1);
});

test('so many folders are shown, and that there are more is said', async () => {
  const browse = (changes: object) =>
    browseContactSource(bed.settingsOf({}), bed.adapters(), { ...limits, ...changes });
  expect(await browse({ folders: 1 })).toMatchObject({ complete: false, folders: [{ folders: [] }] });
  expect(await browse({ levels: 1 })).toMatchObject({ complete: false, folders: [{ folders: [] }] });
});

async function steps(changes: object = {}, connection: object = {}) {
  const results = await testContactSource(bed.settingsOf(changes), token, bed.adapters(connection));
  return results.map(({ step }) => step);
}

test('a connection test passes server, mailbox and folder without a token for Graph', async () => {
  const passed = await steps({ folders: ['contacts/Staff~1Board'] });
  const { port } = new URL(bed.server.url);
  expect(passed.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
    'name localhost: true',
    'secret "ca": true',
    `TLS to localhost:${port}: true`,
    'Exchange server "onprem": true',
    'source mailbox: true',
    'source folder "contacts/Staff~1Board": true',
    'contacts of "contacts/Staff~1Board": true',
  ]);
  bed.mailboxes.addFolder(bed.mailboxes.publicRoot, 'Customers');
  const inPublic = await steps({ publicFolders: true, folders: ['Customers'] });
  expect(inPublic.filter(({ ok }) => !ok)).toEqual([]);
});

test.each<[string, object, object, number, RegExp]>([
  ['the name', {}, { url: 'https://mail.invalid/EWS/Exchange.asmx', caSecret: undefined }, 0, /DNS server/],
  ['the port', {}, { url: 'https://localhost:1/EWS/Exchange.asmx' }, 2, /Check the port/],
  ['the authority', {}, { caSecret: undefined }, 1, /is named as caSecret/],
  ['the secret of the authority', {}, { caSecret: 'nothing' }, 1, /az keyvault secret set/],
  ['the password', {}, { passwordSecret: 'wrong' }, 3, /BasicAuthentication/],
  ['the folder', { folders: ['contacts/Stuff'] }, {}, 5, /source\.folders/],
])(
  'a connection test names the step where %s is wrong, and a remedy',
  async (_, changes, connection, index, remedy) => {
    const failed = await steps(changes, connection);
    expect(failed.findIndex(({ ok }) => !ok)).toBe(index);
    expect(failed[index]?.remedy).toMatch(remedy);
    expect(failed.slice(index + 1).every(({ detail }) => detail.startsWith('Not tried'))).toBe(true);
  },
);

test('a connection test counts whose numbers have no place in a contact', async () => {
  const { mailboxes } = bed;
  const folder = mailboxes.addFolder(bed.contacts, 'Numbers');
  const mailbox = { BusinessPhone: '1', BusinessPhone2: '2', HomePhone: '3', HomePhone2: '4', MobilePhone: '5' };
  mailboxes.addContact(folder, { texts: { DisplayName: 'Ada' }, phones: { ...mailbox, Pager: '6', Telex: ' ' } });
  mailboxes.addContact(folder, { texts: { DisplayName: 'Bob' }, phones: { Telex: '6' } });
  mailboxes.addContact(folder, { texts: { DisplayName: 'Cyd' }, phones: { ...mailbox, Isdn: '7', RadioPhone: '8' } });
  const passed = await steps({ folders: ['contacts/Numbers'] });
  expect(passed.map(({ ok }) => ok)).toEqual(passed.map(() => true));
  expect(passed.at(-1)?.detail).toBe(
    'Its contacts can be read; it holds 3 items. Of the 3 that were looked at, 2 have numbers that stay behind: telex, ISDN, radio and the like have no field in Outlook',
  );
});

test('a connection test says which right is missing', async () => {
  bed.server.denied.set(bed.contacts, 'ErrorAccessDenied');
  const failed = (await steps()).find(({ ok }) => !ok);
  expect(failed).toMatchObject({ name: 'source folder "contacts"', remedy: expect.stringContaining('Reviewer') });
});

test('a connection test warns where no certificate is checked', async () => {
  const [, tls, server] = await steps({}, { allowUntrusted: true, caSecret: undefined });
  expect(tls).toMatchObject({ ok: true, detail: expect.stringContaining('not checked') });
  expect(server).toMatchObject({ ok: true, remedy: expect.stringContaining('allowUntrusted') });
});
