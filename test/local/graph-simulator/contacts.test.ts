import { immutable, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
let contacts: string;
beforeAll(async () => {
  tenant = await startTestTenant();
  contacts = `${tenant.ada}/contacts`;
});
afterAll(() => tenant.close());

async function patch(id: string, body: object) {
  return (await tenant.graph('PATCH', `${contacts}/${id}`, body, { headers: immutable })).body;
}

test('an unset property reads as null, [] or {}, and fileAs as an empty text', async () => {
  const contact = await tenant.newContact({ givenName: 'Grace' });
  expect(contact).toMatchObject({ surname: null, birthday: null, fileAs: '', mobilePhone: null });
  expect(contact).toMatchObject({ businessPhones: [], emailAddresses: [], categories: [], homeAddress: {} });
  expect(contact).not.toHaveProperty('primaryEmailAddress');
});

test('a birthday reads as 11:59 UTC of its day', async () => {
  expect((await tenant.newContact({ birthday: '1815-12-10T00:00:00Z' })).birthday).toBe('1815-12-10T11:59:00Z');
  expect((await tenant.newContact({ birthday: '1974-07-22' })).birthday).toBe('1974-07-22T11:59:00Z');
});

test('displayName is made anew when a patch changes a part of the name without it', async () => {
  const { id } = await tenant.newContact({ givenName: 'Grace', surname: 'Hopper', displayName: 'The Admiral' });
  expect((await patch(id, { jobTitle: 'Admiral' })).displayName).toBe('The Admiral');
  expect((await patch(id, { surname: 'Hopper' })).displayName).toBe('The Admiral');
  expect((await patch(id, { surname: 'Murray' })).displayName).toBe('Grace Murray');
  expect((await patch(id, { surname: 'Hopper', displayName: 'Amazing' })).displayName).toBe('Amazing');
});

test('an address is replaced whole', async () => {
  const { id } = await tenant.newContact({ homeAddress: { street: '1 Main Street', city: 'Berlin' } });
  expect((await patch(id, { homeAddress: { city: 'Hamburg' } })).homeAddress).toEqual({ city: 'Hamburg' });
  expect((await patch(id, { homeAddress: {} })).homeAddress).toEqual({});
});

test('a patch keeps what it omits, null clears a text and [] an array', async () => {
  const { id } = await tenant.newContact({ jobTitle: 'Engineer', mobilePhone: '+1', businessPhones: ['+2'] });
  const after = await patch(id, { mobilePhone: null, businessPhones: [] });
  expect(after).toMatchObject({ jobTitle: 'Engineer', mobilePhone: null, businessPhones: [] });
});

test('an e-mail address without a name takes the address, and the numbered ones echo the list', async () => {
  const contact = await tenant.newContact({
    emailAddresses: [{ address: 'a@x.example' }, { address: 'b@x.example', name: 'B' }],
  });
  expect(contact.emailAddresses[0]).toEqual({ name: 'a@x.example', address: 'a@x.example' });
  expect(contact.secondaryEmailAddress).toEqual({ name: 'B', address: 'b@x.example' });
  expect(contact).not.toHaveProperty('tertiaryEmailAddress');
});

test('an e-mail entry with a name and no address is kept, or refused where that is asked for', async () => {
  const body = { displayName: 'Fax only', emailAddresses: [{ name: 'Fax' }] };
  expect((await tenant.newContact(body)).emailAddresses).toEqual([{ name: 'Fax' }]);
  await tenant.control('POST', '/contacts/behaviour', { refuseEmptyAddresses: true });
  const refused = await tenant.graph('POST', contacts, body);
  await tenant.control('POST', '/contacts/behaviour', { refuseEmptyAddresses: false });
  expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidProperty']);
});

test('notes that begin with a line break are cut in lists and whole by id', async () => {
  const personalNotes = `\nFirst\r\nSecond ${'x'.repeat(300)}`;
  const { id } = await tenant.newContact({ displayName: 'Notes', personalNotes });
  expect((await tenant.graph('GET', `${contacts}/${id}`)).body.personalNotes).toBe(personalNotes);
  const filter = encodeURIComponent("emailAddresses/any(a:a/address eq 'notes@x.example')");
  await patch(id, { emailAddresses: [{ address: 'notes@x.example' }] });
  const { value } = (await tenant.graph('GET', `${contacts}?$filter=${filter}`)).body;
  expect(value[0].personalNotes).toBe(`FirstSecond ${'x'.repeat(244)}`);
});

test('the directory can overwrite the name of an e-mail address', async () => {
  await tenant.control('POST', '/contacts/behaviour', { directoryNames: true });
  const contact = await tenant.newContact({ emailAddresses: [{ address: 'ADA@contoso.example', name: 'Countess' }] });
  await tenant.control('POST', '/contacts/behaviour', { directoryNames: false });
  expect(contact.emailAddresses).toEqual([{ name: 'Ada', address: 'ADA@contoso.example' }]);
});

test.each([
  [
    'businessPhones',
    ['1', '2', '3'],
    'The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value of 2',
  ],
  [
    'homePhones',
    ['1', '2', '3'],
    'The multi value property HomePhones has 3 entries, that exceeds the max allowed value of 2',
  ],
  [
    'imAddresses',
    ['1', '2', '3', '4'],
    'The multi value property ImAddresses has 4 entries, that exceeds the max allowed value of 3',
  ],
  [
    'emailAddresses',
    ['1', '2', '3', '4'].map(name => ({ address: `${name}@x.example` })),
    'The multi value property EmailAddresses has 4 entries, that exceeds the max allowed value of 3',
  ],
])('too many %s are refused with the limit', async (name, value, message) => {
  const answer = await tenant.graph('POST', contacts, { displayName: 'Too much', [name]: value });
  expect([answer.status, answer.body.error.message]).toEqual([400, message]);
});

test.each([
  [{ nosuch: 'x' }, 'RequestBodyRead'],
  [{ homeAddress: { planet: 'Mars' } }, 'RequestBodyRead'],
  [{ displayName: 5 }, 'UnableToDeserializePostBody'],
  [{ businessPhones: 'one' }, 'UnableToDeserializePostBody'],
  [{ birthday: 'tomorrow' }, 'UnableToDeserializePostBody'],
  [{ singleValueExtendedProperties: [{ id: 'Text Name X', value: 'x' }] }, 'ErrorInvalidProperty'],
  [[1], 'UnableToDeserializePostBody'],
])('the body %j is refused as %s', async (body, code) => {
  const answer = await tenant.graph('POST', contacts, body);
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
});

test('a body that is no JSON is refused, one above 4 MiB too', async () => {
  expect((await tenant.graph('POST', contacts, '{"displayName":')).status).toBe(400);
  const personalNotes = 'x'.repeat(1024 * 1024);
  const large = await tenant.graph('POST', contacts, { personalNotes: personalNotes.repeat(4) });
  expect(large.status).toBe(413);
  const requests = ['1', '2', '3', '4'].map(id => ({
    id,
    method: 'POST',
    url: contacts,
    headers: { 'Content-Type': 'application/json' },
    body: { displayName: `Large ${id}`, personalNotes },
  }));
  expect((await tenant.graph('POST', '/$batch', { requests })).status).toBe(413);
  expect((await tenant.graph('POST', '/$batch', { requests: requests.slice(1) })).status).toBe(200);
});

test('names with quotes, emoji and right-to-left marks and notes of 100,000 characters come back as written', async () => {
  const written = { displayName: '"O\'Brien" 👩‍🚀 \u200Fעברית', personalNotes: '𝕏'.repeat(50_000) };
  const { id } = await tenant.newContact(written);
  expect((await tenant.graph('GET', `${contacts}/${id}`)).body).toMatchObject(written);
});

test('every write changes changeKey and etag', async () => {
  const before = await tenant.newContact();
  const after = await patch(before.id, { jobTitle: 'Admiral' });
  expect(before['@odata.etag']).toBe(`W/"${before.changeKey}"`);
  expect(after['@odata.etag']).toBe(`W/"${after.changeKey}"`);
  expect(after.changeKey).not.toBe(before.changeKey);
});

test('read-only properties in a body are dropped: parentFolderId moves nothing', async () => {
  const folder = await tenant.newFolder('Elsewhere');
  const before = await tenant.newContact();
  const after = await patch(before.id, { parentFolderId: folder.id, id: 'x', changeKey: 'y' });
  expect([after.id, after.parentFolderId]).toEqual([before.id, before.parentFolderId]);
});

test('a delete moves to Deleted Items, where an immutable id goes on answering; a second one is for good', async () => {
  const { id } = await tenant.newContact();
  const deletedItems = (await tenant.graph('GET', `${tenant.ada}/contactFolders/deleteditems`)).body.id;
  expect((await tenant.graph('DELETE', `${contacts}/${id}`)).status).toBe(204);
  expect((await tenant.graph('GET', `${contacts}/${id}`)).body.parentFolderId).toBe(deletedItems);
  expect((await patch(id, { jobTitle: 'Late' })).parentFolderId).toBe(deletedItems);
  expect((await tenant.graph('DELETE', `${contacts}/${id}`)).status).toBe(204);
  const gone = await tenant.graph('GET', `${contacts}/${id}`);
  expect(gone.status).toBe(404);
  expect(gone.body.error).toMatchObject({
    code: 'ErrorItemNotFound',
    message: 'The specified object was not found in the store.',
  });
});

test('a default id changes when the contact moves, an immutable one does not', async () => {
  const folder = await tenant.newFolder('Moved to');
  const first = await tenant.graph('POST', contacts, { displayName: 'Nomad' });
  expect(first.headers.get('preference-applied')).toBeNull();
  const byImmutable = await tenant.graph('GET', `${contacts}/${first.body.id}`, undefined, { headers: immutable });
  expect(byImmutable.headers.get('preference-applied')).toBe('IdType="ImmutableId"');
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  await tenant.control('POST', `${mailbox}/moveContact`, { contactId: first.body.id, folderId: folder.id });
  expect((await tenant.graph('GET', `${contacts}/${first.body.id}`)).status).toBe(404);
  const moved = await tenant.graph('GET', `${contacts}/${byImmutable.body.id}`);
  expect(moved.body.parentFolderId).toBe(folder.id);
  expect(moved.body.id).not.toBe(first.body.id);
});

test('ids are case-sensitive: two of them may differ in nothing but case', async () => {
  const ids = new Set<string>();
  const folded = new Set<string>();
  for (let number = 0; number < 4; number += 1) {
    const { id } = await tenant.newContact({ displayName: `Twin ${number}` });
    ids.add(id);
    folded.add(id.toLowerCase());
  }
  expect([ids.size, folded.size < ids.size]).toEqual([4, true]);
});

test('what is no id is ErrorInvalidIdMalformed, and a contact is not found below another folder', async () => {
  const { id } = await tenant.newContact();
  for (const wrong of ['nonsense', id.slice(0, -2), id.toLowerCase()]) {
    const answer = await tenant.graph('GET', `${contacts}/${wrong}`);
    expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
      400,
      'ErrorInvalidIdMalformed',
      'Id is malformed.',
    ]);
  }
  const folder = await tenant.newFolder('Another');
  expect((await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}/contacts/${id}`)).status).toBe(404);
});

test('permanentDelete leaves nothing behind; there is no move', async () => {
  const { id } = await tenant.newContact();
  const move = await tenant.graph('POST', `${contacts}/${id}/move`, { destinationId: 'contacts' });
  expect(move.body.error.message).toBe("Resource not found for the segment 'move'.");
  expect((await tenant.graph('POST', `${contacts}/${id}/permanentDelete`)).status).toBe(204);
  expect((await tenant.graph('GET', `${contacts}/${id}`)).status).toBe(404);
});
