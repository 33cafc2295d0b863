import { listOf, parse } from './sampleSettings.ts';

const onprem = {
  kind: 'exchangeServer',
  url: 'https://mail.contoso.com/EWS/Exchange.asmx',
  user: 'reader',
  passwordSecret: 'exchange',
};
const source = { kind: 'exchangeServer', connection: 'onprem', mailbox: 'staff@contoso.com', folders: ['contacts'] };

function parseWith(changes: object, connection: object = {}) {
  return parse({
    CONTACT_LISTS: JSON.stringify([listOf({ source: { ...source, ...changes } })]),
    CONNECTIONS: JSON.stringify({ onprem: { ...onprem, ...connection } }),
  });
}

test('a source on an Exchange server is taken, and reads a mailbox unless it names public folders', () => {
  expect(parseWith({}).lists).toMatchObject([{ sources: [{ ...source, publicFolders: false }] }]);
});

test.each([
  ['names no connection that is there', { connection: 'other' }, 'source.connection: there is no connection "other"'],
  ['names a mailbox by its alias', { mailbox: 'staff' }, 'source.mailbox: is no address of a mailbox'],
  ['names an empty folder', { folders: ['Staff//Lawyers'] }, 'source.folders.0: a folder path is empty'],
  ['is misspelt', { publicFolder: true }, 'did you mean "publicFolders"?'],
])('a source that %s is refused', (_, changes, fault) => {
  expect(parseWith(changes).refusedLists).toMatchObject([{ faults: [expect.stringContaining(fault)] }]);
});

test('a certificate that is not checked is noted on each list that depends on it', () => {
  expect(parseWith({}).notes).toEqual([]);
  expect(parseWith({}, { allowUntrusted: true }).notes).toMatchObject([
    { list: 'staff', code: 'UntrustedCertificate', detail: expect.stringContaining('"onprem"') },
  ]);
});
