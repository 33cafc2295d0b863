import { type Answer, immutable, startTestTenant, type TestTenant, withKeptTenant } from './testTenant.ts';

let tenant: TestTenant;
let contacts: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  contacts = `${tenant.ada}/contacts`;
});
afterEach(() => tenant.close());

/** The parts of a JPEG that tell its size; nothing draws it. */
function jpeg(edge: number, filling = 8): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(edge, 0);
  size.writeUInt16BE(edge, 2);
  const application = Buffer.from([0xff, 0xe0, 0, 4, 0, 0]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    application,
    Buffer.from([0xff, 0xc0, 0, 11, 8]),
    size,
    Buffer.alloc(filling),
  ]);
}

async function send(
  method: string,
  path: string,
  bytes?: Buffer,
): Promise<{ status: number; type: string | null; bytes: Buffer }> {
  const token = tenant.simulator.issueToken('test').access_token;
  const response = await fetch(`${tenant.simulator.url}/v1.0${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(bytes ? { 'Content-Type': 'image/jpeg' } : {}) },
    ...(bytes ? { body: new Uint8Array(bytes) } : {}),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

const codeOf = ({ status, body }: Answer) => [status, body.error?.code];

test("a contact's photo is kept, shown and told by its size and content", async () => {
  const { id } = await tenant.newContact();
  const photo = `${contacts}/${id}/photo`;
  expect(codeOf(await tenant.graph('GET', photo))).toEqual([404, 'ErrorItemNotFound']);
  expect((await send('PUT', `${photo}/$value`, jpeg(240))).status).toBe(200);
  expect(await send('GET', `${photo}/$value`)).toEqual({ status: 200, type: 'image/jpeg', bytes: jpeg(240) });
  const { body } = await tenant.graph('GET', photo);
  expect(body).toMatchObject({ '@odata.mediaContentType': 'image/jpeg', id: '240x240', width: 240, height: 240 });
  await send('PUT', `${photo}/$value`, jpeg(96));
  expect((await tenant.graph('GET', photo)).body['@odata.mediaEtag']).not.toBe(body['@odata.mediaEtag']);
});

test("a contact's photo is a change of the contact, without showing in it, and goes along with a copy", async () => {
  const contact = await tenant.newContact();
  const first = (await tenant.graph('GET', `${contacts}/delta`, undefined, { headers: immutable })).body;
  await send('PUT', `${contacts}/${contact.id}/photo/$value`, jpeg(48));
  const changed = (await tenant.graph('GET', first['@odata.deltaLink'], undefined, { headers: immutable })).body.value;
  expect(changed).toEqual([expect.objectContaining({ id: contact.id, displayName: contact.displayName })]);
  expect(changed[0].changeKey).not.toBe(contact.changeKey);
  expect(Object.keys(changed[0])).not.toContain('photo');
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  const copy = (await tenant.control('POST', `${mailbox}/copyContact`, { contactId: contact.id })).body;
  expect((await send('GET', `${contacts}/${copy.immutableId}/photo/$value`)).bytes).toEqual(jpeg(48));
});

test("a contact's photo has no other sizes and is not deleted, and what is no image is refused", async () => {
  const { id } = await tenant.newContact();
  await send('PUT', `${contacts}/${id}/photo/$value`, jpeg(240));
  const sized = await tenant.graph('GET', `${contacts}/${id}/photos/48x48/$value`);
  expect(codeOf(sized)).toEqual([400, 'RequestBroker--ParseUri']);
  expect((await tenant.graph('DELETE', `${contacts}/${id}/photo/$value`)).status).toBe(405);
  expect((await tenant.graph('PUT', `${contacts}/${id}/photo/$value`, { not: 'an image' })).status).toBe(400);
});

test('a photo above 4 MiB is refused, alone and in a batch', async () => {
  const { id } = await tenant.newContact();
  const path = `${contacts}/${id}/photo/$value`;
  const photo = jpeg(2000, 5 * 1024 * 1024);
  expect((await send('PUT', path, photo)).status).toBe(413);
  const request = { id: '1', method: 'PUT', url: path, headers: { 'Content-Type': 'image/jpeg' } };
  const batch = { requests: [{ ...request, body: photo.toString('base64') }] };
  expect(codeOf(await tenant.graph('POST', '/$batch', batch))).toEqual([413, 'RequestEntityTooLarge']);
  expect((await send('GET', path)).status).toBe(404);
});

test('what is too large is read to its end, or who sends it would see a broken connection instead of the answer', async () => {
  const parts = 8;
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(stream) {
      await tenant.graph('GET', tenant.ada); // What was sent has arrived by then.
      stream.enqueue(new Uint8Array(1024 * 1024));
      if (++sent === parts) stream.close();
    },
  });
  const { id } = await tenant.newContact();
  const { access_token: token } = tenant.simulator.issueToken('test');
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'image/jpeg' };
  const url = `${tenant.simulator.url}/v1.0${contacts}/${id}/photo/$value`;
  const { status } = await fetch(url, { method: 'PUT', headers, body, duplex: 'half' });
  expect([status, sent]).toEqual([413, parts]);
});

test('a client that is no Graph client may have stored a photo of any size', async () => {
  const { id } = await tenant.newContact();
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  await tenant.control('POST', `${mailbox}/storeContact`, { contactId: id, photoBytes: 5_000_000 });
  expect(await send('GET', `${contacts}/${id}/photo/$value`)).toMatchObject({ status: 200, type: 'image/jpeg' });
  expect((await send('GET', `${contacts}/${id}/photo/$value`)).bytes).toHaveLength(5_000_000);
});

test('a photo travels in a batch as base64', async () => {
  const { id } = await tenant.newContact();
  const url = `${contacts}/${id}/photo/$value`;
  const headers = { 'Content-Type': 'image/jpeg' };
  const written = await tenant.batch([{ id: '1', method: 'PUT', url, headers, body: jpeg(96).toString('base64') }]);
  expect(written.get('1')?.status).toBe(200);
  const read = (await tenant.batch([{ id: '1', method: 'GET', url }])).get('1');
  expect([read?.headers.get('content-type'), read?.body]).toEqual(['image/jpeg', jpeg(96).toString('base64')]);
});

test("a user's photo is there in every size up to its own, and no change of the user", async () => {
  const { deltaLink } = { deltaLink: (await tenant.graph('GET', '/users/delta')).body['@odata.deltaLink'] };
  expect((await send('PUT', `${tenant.ada}/photo/$value`, jpeg(240))).status).toBe(200);
  expect((await tenant.graph('GET', deltaLink)).body.value).toEqual([]);
  const { value } = (await tenant.graph('GET', `${tenant.ada}/photos`)).body;
  expect(value.map((photo: { id: string }) => photo.id)).toEqual(['48x48', '64x64', '96x96', '120x120', '240x240']);
  expect((await send('GET', `${tenant.ada}/photos/96x96/$value`)).bytes).toEqual(jpeg(240));
  expect((await tenant.graph('GET', `${tenant.ada}/photos/360x360/$value`)).status).toBe(404);
  expect((await tenant.graph('GET', `${tenant.ada}/photo`)).body.id).toBe('240x240');
});

test('a user without a photo is told in one of the ways of Graph, one without a mailbox in another', async () => {
  const photo = `${tenant.ada}/photo`;
  for (const missing of ['ImageNotFound', 'ErrorEntityNotFound', 'ErrorItemNotFound']) {
    await tenant.control('POST', '/photos/behaviour', { missing });
    expect(codeOf(await tenant.graph('GET', photo))).toEqual([404, missing]);
    expect(codeOf(await tenant.graph('GET', `${photo}/$value`))).toEqual([404, missing]);
  }
  await tenant.control('POST', '/photos/behaviour', { missing: 'onePixel' });
  const pixel = { '@odata.mediaContentType': 'image/gif', '@odata.mediaEtag': '""', id: '1x1' };
  expect((await tenant.graph('GET', photo)).body).toMatchObject(pixel);
  await tenant.graph('POST', '/users', { userPrincipalName: 'kiosk@contoso.example', mail: null });
  expect(codeOf(await tenant.graph('GET', '/users/kiosk@contoso.example/photo'))).toEqual([
    404,
    'ErrorNonExistentMailbox',
  ]);
});

test('an app that brings more than 150 MB to a mailbox in five minutes is throttled', async () => {
  const { id } = await tenant.newContact();
  const photo = jpeg(648, 3.9 * 1024 * 1024);
  let status = 200;
  let sent = 0;
  for (; status === 200; sent += photo.length)
    status = (await send('PUT', `${contacts}/${id}/photo/$value`, photo)).status;
  expect([status, Math.floor(sent / 1024 / 1024 / 10)]).toEqual([429, 15]);
  tenant.advance(300_000);
  expect((await send('PUT', `${contacts}/${id}/photo/$value`, photo)).status).toBe(200);
});

test('the state file keeps photos', async () => {
  await tenant.close();
  await withKeptTenant(async (kept, restart) => {
    tenant = kept;
    const { id } = await tenant.newContact();
    await send('PUT', `${tenant.ada}/contacts/${id}/photo/$value`, jpeg(96));
    await send('PUT', `${tenant.ada}/photo/$value`, jpeg(648));
    tenant = await restart();
    expect((await send('GET', `${tenant.ada}/contacts/${id}/photo/$value`)).bytes).toEqual(jpeg(96));
    expect((await send('GET', `${tenant.ada}/photo/$value`)).bytes).toEqual(jpeg(648));
  });
  tenant = await startTestTenant();
});
