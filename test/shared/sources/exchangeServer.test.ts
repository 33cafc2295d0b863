import type { Reading, ReadScope } from '../../../shared/ports/contactSource.ts';
import { SourceFailure } from '../../../shared/ports/contactSource.ts';
import { describeSourceKind } from './everyKind.ts';
import { type ExchangeBed, makeExchangeBed } from './exchangeBed.ts';

let bed: ExchangeBed;
let folderId: string;
beforeEach(async () => {
  bed = await makeExchangeBed();
});
afterEach(() => bed.close());

function add(name: string, folder = folderId): string {
  return bed.mailboxes.addContact(folder, { texts: { DisplayName: name } });
}

function namesIn({ scopes }: Reading): (string | undefined)[] {
  return scopes.flatMap(({ contacts }) => contacts.map(({ contact }) => contact?.displayName)).toSorted();
}

async function failureOf(read: Promise<Reading>) {
  const failure = await read.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SourceFailure);
  return (failure as SourceFailure).problems;
}

const places = {
  'a folder of a mailbox': { folders: ['contacts/Staff'] },
  'a public folder': { publicFolders: true, folders: ['Company/Staff'] },
};

describe.each(Object.entries(places))('%s', (_, settings) => {
  const read = (cursor?: string) => bed.open(settings).read(cursor);
  const scopeOf = ({ scopes: [scope] }: Reading): ReadScope => scope as ReadScope;

  beforeEach(() => {
    const company = bed.mailboxes.addFolder(bed.mailboxes.publicRoot, 'Company', 'IPF.Note');
    folderId = bed.mailboxes.addFolder('publicFolders' in settings ? company : bed.contacts, 'Staff');
  });

  describeSourceKind(
    'exchangeServer',
    async () => {
      const ids = new Map<string, string>();
      return {
        open: () => bed.open(settings),
        async put(key, name) {
          const id = ids.get(key);
          if (id === undefined) ids.set(key, add(name));
          else bed.mailboxes.changeContact(folderId, id, { texts: { DisplayName: name } });
        },
        async remove(key) {
          bed.mailboxes.removeContact(folderId, ids.get(key) ?? '');
          ids.delete(key);
        },
        breakOff: async () => bed.server.befall({ operation: 'GetItem', code: 'ErrorInternalServerError' }),
        mend: async () => {},
        kill: async cursor => cursor.replace(/"(state|items)":"[^"]{3}/, '"$1":"AAA!'),
        close: async () => {},
      };
    },
    { believesEmptiness: true },
  );

  test('is read from the start weekly', async () => {
    add('Ada');
    const { cursor } = await read();
    await bed.clock.advance(8 * 24 * 3_600_000);
    expect(scopeOf(await read(cursor)).complete).toBe(true);
  });

  test('pages through many contacts, whose long texts come whole', async () => {
    const street = 'x'.repeat(400);
    for (let index = 0; index < 1100; index++) {
      bed.mailboxes.addContact(folderId, {
        texts: { DisplayName: `Person ${index}` },
        addresses: { Business: { Street: street } },
      });
    }
    const { contacts } = scopeOf(await read());
    expect(new Set(contacts.map(({ id }) => id)).size).toBe(1100);
    expect(contacts.every(({ contact }) => contact?.businessAddress?.street === street)).toBe(true);
  });

  test('costs a few requests when nothing changed', async () => {
    for (let index = 0; index < 300; index++) add(`Person ${index}`);
    const { cursor } = await read();
    bed.server.requests.length = 0;
    await read(cursor);
    expect(bed.server.requests).toHaveLength(1);
  });

  test.each([
    ['cut in the middle of a tag', { cut: true }],
    ['cut after a closing tag', { change: (text: string) => text.slice(0, text.lastIndexOf('</t:ItemId>') + 11) }],
    [
      'without the mark of its last page',
      { change: (text: string) => text.replace(/IncludesLastItemInRange/g, 'Other') },
    ],
    ['a page for people to sign in', { change: () => '<html><body>Outlook</body></html>' }],
    ['with entities of its own', { change: (text: string) => text.replace('?>', '?><!DOCTYPE s [<!ENTITY a "b">]>') }],
    ['with another entity', { change: (text: string) => text.replace('</s:Body>', '&nbsp;</s:Body>') }],
    ['empty', { change: () => '' }],
  ])('an answer %s changes nothing', async (__, fault) => {
    const ada = add('Ada');
    const { cursor } = await read();
    bed.mailboxes.removeContact(folderId, ada);
    const operation = 'publicFolders' in settings ? 'FindItem' : 'SyncFolderItems';
    bed.server.befall({ operation, ...fault });
    const [problem] = await failureOf(read(cursor));
    expect(problem?.code).toMatch(/^Exchange(Unreadable|Unreachable)$/);
    expect(namesIn(await read(cursor))).toEqual([undefined]);
  });

  test('a failure in the middle of many contacts fails the first reading', async () => {
    for (let index = 0; index < 250; index++) add(`Person ${index}`);
    bed.server.befall({ operation: 'GetItem', skip: 2, code: 'ErrorInternalServerError' });
    expect(await failureOf(read())).toMatchObject([{ code: 'ErrorInternalServerError' }]);
  });

  test('one contact that Exchange does not give holds up no other, stays as it was, and is tried again', async () => {
    const [ada, grace] = [add('Ada'), add('Grace')];
    const { cursor, scopes } = await read();
    const keys = scopes.flatMap(({ contacts }) => contacts.map(({ id }) => id));
    bed.mailboxes.changeContact(folderId, ada, { texts: { DisplayName: 'Ada L.' } });
    bed.mailboxes.changeContact(folderId, grace, { texts: { DisplayName: 'Grace H.' } });
    bed.server.denied.set(grace, 'ErrorCorruptData');
    const poisoned = await read(cursor);
    expect(namesIn(poisoned)).toEqual(['Ada L.']);
    expect(poisoned.problems).toMatchObject([{ code: 'SourceContactUnreadable' }]);
    const source = bed.open(settings);
    expect(scopeOf(await source.read(undefined))).toMatchObject({ complete: true, mayMiss: true });
    expect([...(await source.readStanding(folderId, keys)).keys()]).toHaveLength(1);
    bed.server.denied.clear();
    expect(namesIn(await read(poisoned.cursor))).toEqual(['Grace H.']);
  });

  test('a contact that is not there when it is asked for is no failure', async () => {
    add('Ada');
    const grace = add('Grace');
    bed.server.befall({ operation: 'GetItem', meanwhile: () => bed.mailboxes.removeContact(folderId, grace) });
    expect(namesIn(await read())).toEqual(['Ada']);
  });

  test('distribution lists are no contacts', async () => {
    add('Ada');
    bed.mailboxes.addContact(folderId, { texts: { DisplayName: 'Everybody' } }, 'IPM.DistList');
    expect(namesIn(await read())).toEqual(['Ada']);
  });

  test('a folder that is gone takes nobody along', async () => {
    add('Ada');
    const { cursor } = await read();
    bed.mailboxes.removeFolder(folderId);
    const [problem] = await failureOf(read(cursor));
    expect(problem).toMatchObject({ code: 'SourceFolderNotFound', setting: { path: 'source.folders[0]' } });
  });

  test('a folder that was made again under its name is read from the start', async () => {
    add('Ada');
    const { cursor } = await read();
    const parent = bed.mailboxes.folders.get(folderId)?.parentId ?? '';
    bed.mailboxes.removeFolder(folderId);
    add('Grace', bed.mailboxes.addFolder(parent, 'staff'));
    const again = await read(cursor);
    expect(scopeOf(again).complete).toBe(true);
    expect(namesIn(again)).toEqual(['Grace']);
  });
});

test('a sync state that Exchange does not take any more means reading from the start', async () => {
  bed.mailboxes.addContact(bed.contacts, { texts: { DisplayName: 'Ada' } });
  const { cursor } = await bed.open().read(undefined);
  bed.server.killSyncStates();
  expect((await bed.open().read(cursor)).scopes).toMatchObject([{ complete: true, contacts: [{}] }]);
});

test('waits as long as Exchange asks, and gives up where that is too long', async () => {
  bed.server.befall({ code: 'ErrorServerBusy', backOffMilliseconds: 3000 });
  bed.server.befall({ skip: 1, status: 503 });
  const source = bed.open();
  await source.read(undefined);
  expect(source.calls()).toMatchObject([{ throttled: 2 }]);
  bed.server.befall({ code: 'ErrorServerBusy', backOffMilliseconds: 300_000 });
  expect(await failureOf(bed.open().read(undefined))).toMatchObject([{ code: 'ErrorServerBusy' }]);
});

test.each<[string, object, string]>([
  ['a wrong password', { passwordSecret: 'wrong' }, 'ExchangeSignInRefused'],
  ['a secret that is not there', { passwordSecret: 'other' }, 'ExchangeNoSecret'],
  ['a certificate that nobody vouches for', { caSecret: undefined }, 'ExchangeUntrustedCertificate'],
  ['a server that is not there', { url: 'https://localhost:1/EWS/Exchange.asmx' }, 'ExchangeUnreachable'],
  ['another site', { url: undefined }, 'ExchangeUnreadable'],
])('%s is told with what to do', async (_, connection, code) => {
  const { url } = bed.server;
  const changes =
    'url' in connection && !connection.url ? { url: url.replace('EWS/Exchange.asmx', 'owa') } : connection;
  const [problem] = await failureOf(bed.open({}, changes).read(undefined));
  expect(problem?.code).toBe(code);
  expect(problem?.detail).not.toContain('wrong');
});

test('reads where no certificate is checked, if the connection says so', async () => {
  const source = bed.open({}, { caSecret: undefined, allowUntrusted: true });
  await expect(source.read(undefined)).resolves.toMatchObject({ problems: [] });
});

describe('the folder', () => {
  test.each<[string, object, RegExp]>([
    ['is misspelt', { folders: ['contacts/Stuff'] }, /below "contacts" there are "Staff"/],
    ['is none of contacts', { folders: ['Posteingang'] }, /is no contact folder/],
    ['is below the default one by its local name', { folders: ['Kontakte/Staff'] }, /^$/],
  ])('%s', async (_, changes, detail) => {
    bed.mailboxes.addFolder(bed.contacts, 'Staff');
    const reading = bed.open(changes).read(undefined);
    if (detail.source === '^$') await expect(reading).resolves.toMatchObject({ scopes: [{ complete: true }] });
    else expect(await failureOf(reading)).toMatchObject([{ detail: expect.stringMatching(detail) }]);
  });

  test('may not be read by the user', async () => {
    bed.server.denied.set(bed.contacts, 'ErrorAccessDenied');
    const [problem] = await failureOf(bed.open().read(undefined));
    expect(problem).toMatchObject({ code: 'ErrorAccessDenied', detail: expect.stringContaining('Reviewer') });
  });

  test('is of a mailbox that the server does not have', async () => {
    const [problem] = await failureOf(bed.open({ mailbox: 'nobody@contoso.example' }).read(undefined));
    expect(problem?.code).toBe('ErrorNonExistentMailbox');
  });

  test('is one of several, of which another is not there', async () => {
    folderId = bed.contacts;
    add('Ada');
    const reading = await bed.open({ folders: ['contacts', 'contacts/Gone'] }).read(undefined);
    expect(namesIn(reading)).toEqual(['Ada']);
    expect(reading.problems).toMatchObject([{ code: 'SourceFolderNotFound' }]);
  });
});

describe('a public folder', () => {
  const settings = { publicFolders: true, folders: ['Staff'] };
  beforeEach(() => {
    folderId = bed.mailboxes.addFolder(bed.mailboxes.publicRoot, 'Staff');
  });

  test.each([
    [
      'goes',
      () =>
        bed.mailboxes.removeContact(folderId, [...(bed.mailboxes.folders.get(folderId)?.items.keys() ?? [])][3] ?? ''),
    ],
    ['comes', () => void add('Late')],
  ])('whose contact %s between two pages is listed without a gap', async (_, meanwhile) => {
    for (let index = 0; index < 1500; index++) add(`Person ${index}`);
    const { cursor } = await bed.open(settings).read(undefined);
    bed.server.befall({ operation: 'FindItem', skip: 1, meanwhile });
    const { scopes } = await bed.open(settings).read(cursor);
    expect(scopes[0]?.contacts).toHaveLength(1);
  });

  test('that changes all the time is a failure, and nobody is gone', async () => {
    for (let index = 0; index < 1500; index++) add(`Person ${index}`);
    const items = [...(bed.mailboxes.folders.get(folderId)?.items.keys() ?? [])];
    const meanwhile = () => bed.mailboxes.removeContact(folderId, items.shift() ?? '');
    bed.server.befall({ operation: 'FindItem', times: 100, meanwhile });
    expect(await failureOf(bed.open(settings).read(undefined))).toMatchObject([{ code: 'SourceKeepsChanging' }]);
  });

  test('whose contents moved to another mailbox is looked for again before its contacts count as gone', async () => {
    add('Ada');
    const { cursor } = await bed.open(settings).read(undefined);
    const stale = cursor.replaceAll('PublicFolders2@', 'PublicFolders1@');
    const reading = await bed.open(settings).read(stale);
    expect(reading.scopes).toMatchObject([{ complete: true, contacts: [{ contact: { displayName: 'Ada' } }] }]);
  });

  test('of a user whom Autodiscover does not know', async () => {
    const nobody = { ...settings, mailbox: 'nobody@contoso.example' };
    expect(await failureOf(bed.open(nobody).read(undefined))).toMatchObject([{ code: 'ExchangeNoMailbox' }]);
  });
});

test('what Outlook marks private is told where the list hides it, also of contacts that were read without', async () => {
  const [open, hiding] = [bed.open(), bed.openHidingPrivate()];
  bed.mailboxes.addContact(bed.contacts, { texts: { DisplayName: 'Open' } });
  bed.mailboxes.addContact(bed.contacts, { texts: { DisplayName: 'Hidden', Sensitivity: 'Private' } });
  const marks = ({ scopes }: Reading) =>
    scopes.flatMap(({ contacts }) =>
      contacts.flatMap(({ contact }) => (contact?.sensitivity ? [contact.displayName] : [])),
    );
  const shared = await open.read(undefined);
  expect([namesIn(shared), marks(shared)]).toEqual([['Hidden', 'Open'], []]);
  const hidden = await hiding.read(shared.cursor);
  expect([namesIn(hidden), marks(hidden)]).toEqual([['Hidden', 'Open'], ['Hidden']]);
  expect((await hiding.read(hidden.cursor)).scopes.flatMap(({ contacts }) => contacts)).toEqual([]);
});
