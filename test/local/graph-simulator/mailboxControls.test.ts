import { type Body, immutable, stampId, startTestTenant, type TestTenant, withKeptTenant } from './testTenant.ts';

let tenant: TestTenant;
let contacts: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  contacts = `${tenant.ada}/contacts`;
});
afterEach(() => tenant.close());

async function control(name: string, body: object): Promise<Body> {
  const answer = await tenant.control('POST', `${tenant.ada.replace('users', 'mailboxes')}/${name}`, body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

async function get(path: string): Promise<[number, string | undefined]> {
  const { status, body } = await tenant.graph('GET', path, undefined, { headers: immutable });
  return [status, body.error?.code];
}

test.each([
  ['ErrorInvalidMailboxItemId', 404],
  ['ErrorInvalidIdMalformed', 400],
  ['ErrorItemNotFound', 404],
])('a replaced mailbox is empty and answers every id of before with %s', async (code, status) => {
  const folder = await tenant.newFolder('Company');
  const contact = await tenant.newContact();
  await control('replace', { code });
  for (const path of [`${contacts}/${contact.id}`, `${tenant.ada}/contactFolders/${folder.id}`]) {
    expect(await get(path)).toEqual([status, code]);
  }
  expect((await tenant.graph('GET', contacts)).body.value).toEqual([]);
  const anew = await tenant.newFolder('Company');
  expect(anew.id).not.toBe(folder.id);
  expect(await get(`${tenant.ada}/contactFolders/${anew.id}`)).toEqual([200, undefined]);
});

test('ids of two mailboxes that were replaced one after the other keep their answers', async () => {
  const first = await tenant.newContact();
  await control('replace', { code: 'ErrorInvalidIdMalformed' });
  const second = await tenant.newContact();
  await control('replace', { code: 'ErrorItemNotFound' });
  expect(await get(`${contacts}/${first.id}`)).toEqual([400, 'ErrorInvalidIdMalformed']);
  expect(await get(`${contacts}/${second.id}`)).toEqual([404, 'ErrorItemNotFound']);
});

test("a copy is another contact with everything of the first one's, also what is hidden", async () => {
  const folder = await tenant.newFolder('Private');
  const singleValueExtendedProperties = [{ id: stampId, value: 'staff:1' }];
  const original = await tenant.newContact({ displayName: 'Grace', singleValueExtendedProperties });
  const copies = [
    await control('copyContact', { contactId: original.id }),
    await control('copyContact', { contactId: original.id, folderId: folder.id }),
  ];
  const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${stampId}')`);
  const shown = await Promise.all(
    copies.map(async copy => (await tenant.graph('GET', `${contacts}/${copy.id}?$expand=${expand}`)).body),
  );
  expect(new Set([original.id, ...copies.map(copy => copy.immutableId)]).size).toBe(3);
  expect(shown.map(({ parentFolderId }) => parentFolderId)).toEqual([original.parentFolderId, folder.id]);
  const same = { displayName: 'Grace', singleValueExtendedProperties };
  expect(shown).toEqual([expect.objectContaining(same), expect.objectContaining(same)]);
});

test('what an older client stored is shown as it left it, until it is written anew', async () => {
  const { id } = await tenant.newContact();
  const properties = { birthday: '1975-05-03T22:00:00Z', emailAddresses: [{ name: 'Fax' }] };
  await control('storeContact', { contactId: id, properties });
  expect((await tenant.graph('GET', `${contacts}/${id}`)).body).toMatchObject(properties);
  expect((await tenant.graph('GET', contacts)).body.value).toEqual([expect.objectContaining(properties)]);
  const birthday = '1975-05-04T00:00:00Z';
  const { body } = await tenant.graph('PATCH', `${contacts}/${id}`, { birthday });
  expect(body).toMatchObject({ ...properties, birthday: '1975-05-04T11:59:00Z' });
});

test('a state may end by itself', async () => {
  await control('state', { state: 'notEnabled', forSeconds: 60 });
  expect(await get(contacts)).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
  tenant.advance(60_000);
  expect(await get(contacts)).toEqual([200, undefined]);
});

test('a personal contact group is counted and never listed, and goes with its folder', async () => {
  const folder = await tenant.newFolder('Company');
  const inside = `${tenant.ada}/contactFolders/${folder.id}/contacts`;
  await tenant.newContact({ displayName: 'Grace' }, folder.id);
  await control('contactGroup', { folderId: folder.id, displayName: 'Bowling' });
  expect((await tenant.graph('GET', `${inside}/$count`)).body).toBe('2');
  const { body } = await tenant.graph('GET', `${inside}?$count=true`);
  expect([body['@odata.count'], body.value.map((contact: Body) => contact.displayName)]).toEqual([2, ['Grace']]);
  expect((await tenant.graph('GET', `${inside}/delta`)).body.value).toHaveLength(1);
  await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${folder.id}`);
  expect((await tenant.graph('GET', `${inside}/$count`)).body).toBe('2');
});

test('a user deletes a folder although one of its name was deleted before', async () => {
  for (const _ of ['first', 'second']) {
    const folder = await tenant.newFolder('Company');
    await control('deleteFolder', { folderId: folder.id });
  }
  const { body } = await tenant.graph('GET', `${tenant.ada}/contactFolders/deleteditems/childFolders`);
  expect(body.value.map((folder: Body) => folder.displayName)).toEqual(['Company', 'Company1']);
});

test('folders have the names of their language, and their well-known ones', async () => {
  await control('folderNames', { contacts: 'Kontakte', deletedItems: 'Gelöschte Elemente' });
  const names = ['contacts', 'deleteditems'].map(async name => {
    return (await tenant.graph('GET', `${tenant.ada}/contactFolders/${name}`)).body.displayName;
  });
  expect(await Promise.all(names)).toEqual(['Kontakte', 'Gelöschte Elemente']);
  const folder = await tenant.newFolder('Kunden A/B');
  const filter = encodeURIComponent("displayName eq 'Kunden A/B'");
  const found = await tenant.graph('GET', `${tenant.ada}/contactFolders?$filter=${filter}`);
  expect(found.body.value.map((row: Body) => row.id)).toEqual([folder.id]);
});

test('a permanent deletion may leave contacts with a birthday in Deleted Items', async () => {
  const { id } = await tenant.newContact({ displayName: 'Old', birthday: '1815-12-10' });
  await tenant.control('POST', '/contacts/behaviour', { permanentDeleteKeepsBirthdays: true });
  expect((await tenant.graph('POST', `${contacts}/${id}/permanentDelete`)).status).toBe(204);
  const bin = (await tenant.graph('GET', `${tenant.ada}/contactFolders/deleteditems`)).body.id;
  expect((await tenant.graph('GET', `${contacts}/${id}`)).body.parentFolderId).toBe(bin);
});

test('a property that no contact has cannot be stored', async () => {
  const { id } = await tenant.newContact();
  await expect(control('storeContact', { contactId: id, properties: { nosuch: 1 } })).rejects.toThrow('InvalidControl');
});

test('the state file keeps what was done to a mailbox', async () => {
  await tenant.close();
  await withKeptTenant(async (kept, restart) => {
    tenant = kept;
    const foreign = await tenant.newContact();
    await control('replace', { code: 'ErrorInvalidIdMalformed' });
    await control('contactGroup', { displayName: 'Bowling' });
    await control('state', { state: 'notEnabled', forSeconds: 60 });
    tenant = await restart();
    contacts = `${tenant.ada}/contacts`;
    expect(await get(contacts)).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
    tenant.advance(60_000);
    expect((await tenant.graph('GET', `${contacts}/$count`)).body).toBe('1');
    expect(await get(`${contacts}/${foreign.id}`)).toEqual([400, 'ErrorInvalidIdMalformed']);
  });
  tenant = await startTestTenant();
});
