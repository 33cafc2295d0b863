import { Agent, request } from 'node:https';
import { type LocalExchangeServer, startExchangeServer } from './index.ts';

const mailbox = 'directory@contoso.example';
let server: LocalExchangeServer;
let contacts: string;

beforeAll(async () => {
  server = await startExchangeServer({ user: 'reader', password: 'secret', mailbox });
  contacts = server.mailboxes.addMailbox(mailbox).contacts;
});
afterAll(() => server.close());

function post(body: string, path = '/EWS/Exchange.asmx', auth = 'reader:secret') {
  const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
  return new Promise<{ status: number | undefined; text: string; challenges: unknown }>((resolve, reject) => {
    const agent = new Agent({ ca: server.ca });
    const sent = request(new URL(path, server.url), { method: 'POST', agent, auth }, response => {
      let text = '';
      response.on('data', part => {
        text += part;
      });
      const challenges = response.headers['www-authenticate'];
      response.on('end', () => resolve({ status: response.statusCode, text, challenges }));
    });
    sent.on('error', reject);
    sent.end(envelope);
  });
}

const getContacts = '<GetFolder><FolderIds><DistinguishedFolderId Id="contacts"/></FolderIds></GetFolder>';

test.each(['/EWS/Exchange.asmx', '/ews/exchange.asmx'])(
  'answers at %s, without a RequestServerVersion too',
  async path => {
    const { status, text } = await post(getContacts, path);
    expect(status).toBe(200);
    expect(text).toContain('<m:ResponseCode>NoError</m:ResponseCode>');
    expect(text).toContain('ServerVersionInfo');
  },
);

test('asks for Basic beside what Exchange offers', async () => {
  expect(await post(getContacts, undefined, 'reader:other')).toMatchObject({
    status: 401,
    challenges: expect.stringContaining('Basic'),
  });
});

test.each(['GetRoomLists', 'CreateItem', 'DeleteItem'])('%s is an invalid request', async operation => {
  const { status, text } = await post(`<${operation}><x/></${operation}>`);
  expect(status).toBe(500);
  expect(text).toContain('>ErrorInvalidRequest</e:ResponseCode>');
});

test('SyncFolderItems is not for public folders, nor for more than 512 changes', async () => {
  const sync = (id: string, most: number) =>
    post(
      `<SyncFolderItems><SyncFolderId><FolderId Id="${id}"/></SyncFolderId><MaxChangesReturned>${most}</MaxChangesReturned></SyncFolderItems>`,
    );
  const folder = server.mailboxes.addFolder(server.mailboxes.publicRoot, 'Customers');
  expect((await sync(folder, 10)).text).toContain('ErrorInvalidRequest');
  expect((await sync(contacts, 513)).text).toContain('ResponseClass="Error"');
  expect((await sync(contacts, 512)).text).toContain('<m:IncludesLastItemInRange>true<');
});

test('FindItem cuts texts at 255 characters, and GetItem gives them whole', async () => {
  const id = server.mailboxes.addContact(contacts, { texts: { CompanyName: 'x'.repeat(300) } });
  const shape = '<ItemShape><BaseShape>AllProperties</BaseShape></ItemShape>';
  const found = await post(
    `<FindItem Traversal="Shallow">${shape}<ParentFolderIds><FolderId Id="${contacts}"/></ParentFolderIds></FindItem>`,
  );
  expect(found.text).toContain(`>${'x'.repeat(255)}<`);
  const whole = await post(`<GetItem>${shape}<ItemIds><ItemId Id="${id}"/></ItemIds></GetItem>`);
  expect(whole.text).toContain(`>${'x'.repeat(300)}<`);
});
