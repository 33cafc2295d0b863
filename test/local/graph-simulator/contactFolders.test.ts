import { stampId, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await startTestTenant();
});
afterEach(() => tenant.close());

async function folderNames(path: string): Promise<string[]> {
  const { body } = await tenant.graph('GET', path);
  return body.value.map((folder: { displayName: string }) => folder.displayName);
}

test('the default folder is not listed, its children are, ten a page', async () => {
  for (let number = 0; number < 12; number += 1) await tenant.newFolder(`Folder ${number}`);
  const first = await tenant.graph('GET', `${tenant.ada}/contactFolders`);
  expect(first.body.value).toHaveLength(10);
  const second = await tenant.graph('GET', first.body['@odata.nextLink']);
  expect(second.body.value).toHaveLength(2);
  expect(second.body['@odata.nextLink']).toBeUndefined();
  expect(first.body.value.map((folder: { displayName: string }) => folder.displayName)).not.toContain('Contacts');
});

test('contacts and deleteditems are well-known names', async () => {
  const contacts = await tenant.graph('GET', `${tenant.ada}/contactFolders/contacts`);
  const deleted = await tenant.graph('GET', `${tenant.ada}/contactFolders/deleteditems`);
  expect([contacts.body.displayName, deleted.body.displayName]).toEqual(['Contacts', 'Deleted Items']);
  expect((await tenant.newFolder('Child')).parentFolderId).toBe(contacts.body.id);
});

test('a taken name is ErrorFolderExists, whatever its case and also if the other folder is hidden', async () => {
  await tenant.newFolder('Company');
  const again = await tenant.graph('POST', `${tenant.ada}/contactFolders`, { displayName: 'COMPANY' });
  expect([again.status, again.body.error.code]).toEqual([409, 'ErrorFolderExists']);
  expect(again.body.error.message).toBe(
    "A folder with the specified name already exists., Could not create folder 'COMPANY'.",
  );
  await tenant.control('POST', `${tenant.ada.replace('users', 'mailboxes')}/hiddenFolder`, { displayName: 'Hidden' });
  expect(await folderNames(`${tenant.ada}/contactFolders`)).toEqual(['Company']);
  expect((await tenant.graph('POST', `${tenant.ada}/contactFolders`, { displayName: 'Hidden' })).status).toBe(409);
});

test('a name with quotes, emoji and a right-to-left mark is found by filter', async () => {
  const displayName = 'O\'Brien "Ltd" 🎉 \u200Fعرب';
  const folder = await tenant.newFolder(displayName);
  const filter = encodeURIComponent(`displayName eq '${displayName.replaceAll("'", "''")}'`);
  const { body } = await tenant.graph('GET', `${tenant.ada}/contactFolders?$filter=${filter}`);
  expect(body.value).toEqual([expect.objectContaining({ id: folder.id, displayName })]);
});

test('child folders nest, and the same name may exist under another parent', async () => {
  const parent = await tenant.newFolder('Partners');
  const child = await tenant.graph('POST', `${tenant.ada}/contactFolders/${parent.id}/childFolders`, {
    displayName: 'Partners',
  });
  expect(child.status).toBe(201);
  expect(child.body.parentFolderId).toBe(parent.id);
  expect(await folderNames(`${tenant.ada}/contactFolders/${parent.id}/childFolders`)).toEqual(['Partners']);
});

test('a child folder and its contacts are reached through its parent, and through no other folder', async () => {
  const [parent, other] = [await tenant.newFolder('Partners'), await tenant.newFolder('Other')];
  const below = (id: string) => `${tenant.ada}/contactFolders/${id}/childFolders`;
  const child = (await tenant.graph('POST', below(parent.id), { displayName: 'Lawyers' })).body;
  const path = `${below(parent.id)}/${child.id}`;
  expect((await tenant.graph('GET', path)).body).toMatchObject({ id: child.id, parentFolderId: parent.id });
  const made = await tenant.graph('POST', `${path}/contacts`, { displayName: 'Grace' });
  expect([made.status, made.body.parentFolderId]).toEqual([201, child.id]);
  expect((await tenant.graph('GET', `${path}/contacts/${made.body.id}`)).body.displayName).toBe('Grace');
  expect((await tenant.graph('GET', `${path}/contacts/delta`)).body.value).toHaveLength(1);
  expect((await tenant.graph('PATCH', path, { displayName: 'Notaries' })).body.displayName).toBe('Notaries');
  expect((await tenant.graph('GET', `${below(other.id)}/${child.id}`)).body.error.code).toBe('ErrorItemNotFound');
});

test('a deleted folder takes its child folders and their contacts along', async () => {
  const parent = await tenant.newFolder('Partners');
  const below = `${tenant.ada}/contactFolders/${parent.id}/childFolders`;
  const child = (await tenant.graph('POST', below, { displayName: 'Lawyers' })).body;
  const contact = await tenant.newContact({ displayName: 'Inside' }, child.id);
  await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${parent.id}`);
  expect(await folderNames(`${tenant.ada}/contactFolders/deleteditems/childFolders`)).toEqual(['Partners']);
  expect((await tenant.graph('GET', `${tenant.ada}/contacts/${contact.id}`)).body.parentFolderId).toBe(child.id);
  await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${parent.id}`);
  expect((await tenant.graph('GET', `${tenant.ada}/contactFolders/${child.id}`)).status).toBe(404);
  expect((await tenant.graph('GET', `${tenant.ada}/contacts/${contact.id}`)).status).toBe(404);
});

test('a folder is not deleted beside one of its name in Deleted Items', async () => {
  const paths: string[] = [];
  for (const displayName of ['Company', 'COMPANY']) {
    paths.push(`${tenant.ada}/contactFolders/${(await tenant.newFolder(displayName)).id}`);
    const { status, body } = await tenant.graph('DELETE', paths.at(-1) ?? '');
    if (displayName === 'Company') expect(status).toBe(204);
    else expect(body.error).toMatchObject({ code: 'ErrorCannotDeleteObject', message: 'Object cannot be deleted.' });
  }
  await tenant.graph('PATCH', paths[1] ?? '', { displayName: 'Company 2' });
  expect((await tenant.graph('DELETE', paths[1] ?? '')).status).toBe(204);
});

test('a deleted folder still resolves, below Deleted Items, and is gone after a second delete', async () => {
  const folder = await tenant.newFolder('Short-lived');
  await tenant.newContact({ displayName: 'Inside' }, folder.id);
  expect((await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${folder.id}`)).status).toBe(204);
  const deleted = await tenant.graph('GET', `${tenant.ada}/contactFolders/deleteditems`);
  const after = await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}`);
  expect([after.status, after.body.parentFolderId]).toEqual([200, deleted.body.id]);
  expect(await folderNames(`${tenant.ada}/contactFolders`)).toEqual([]);
  expect(await folderNames(`${tenant.ada}/contactFolders/deleteditems/childFolders`)).toEqual(['Short-lived']);
  expect((await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}/contacts`)).body.value).toHaveLength(1);
  expect((await tenant.newFolder('Short-lived')).id).not.toBe(folder.id);

  await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${folder.id}`);
  const gone = await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}`);
  expect([gone.status, gone.body.error.code]).toEqual([404, 'ErrorItemNotFound']);
});

test('a folder is renamed, unless the name is taken; the default folder cannot be deleted', async () => {
  const folder = await tenant.newFolder('Old');
  await tenant.newFolder('Taken');
  const renamed = await tenant.graph('PATCH', `${tenant.ada}/contactFolders/${folder.id}`, { displayName: 'New' });
  expect([renamed.status, renamed.body.displayName, renamed.body.id]).toEqual([200, 'New', folder.id]);
  const taken = await tenant.graph('PATCH', `${tenant.ada}/contactFolders/${folder.id}`, { displayName: 'Taken' });
  expect(taken.body.error.code).toBe('ErrorFolderExists');
  expect((await tenant.graph('DELETE', `${tenant.ada}/contactFolders/contacts`)).status).toBe(400);
});

test("a folder's extended properties show only when expanded, can be searched and changed", async () => {
  const properties = [{ id: stampId, value: 'staff' }];
  const folder = await tenant.graph('POST', `${tenant.ada}/contactFolders`, {
    displayName: 'Marked',
    singleValueExtendedProperties: properties,
  });
  expect(folder.body).not.toHaveProperty('singleValueExtendedProperties');
  await tenant.newFolder('Plain');
  const expand = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${stampId}')`)}`;
  const { body } = await tenant.graph('GET', `${tenant.ada}/contactFolders?${expand}`);
  expect(body.value[0].singleValueExtendedProperties).toEqual(properties);
  expect(body.value[1]).not.toHaveProperty('singleValueExtendedProperties');
  const filter = encodeURIComponent(
    `singleValueExtendedProperties/Any(ep: ep/id eq '${stampId}' and ep/value eq 'staff')`,
  );
  expect(await folderNames(`${tenant.ada}/contactFolders?$filter=${filter}`)).toEqual(['Marked']);
  const path = `${tenant.ada}/contactFolders/${folder.body.id}`;
  await tenant.graph('PATCH', path, { singleValueExtendedProperties: [{ id: stampId, value: 'other' }] });
  const changed = (await tenant.graph('GET', `${path}?${expand}`)).body;
  expect(changed.singleValueExtendedProperties).toEqual([{ id: stampId, value: 'other' }]);
});

test('a folder without a name and an id of another mailbox are refused', async () => {
  expect((await tenant.graph('POST', `${tenant.ada}/contactFolders`, {})).status).toBe(400);
  const folder = await tenant.newFolder('Mine');
  await tenant.control('POST', '/mailboxes', { count: 1, prefix: 'other' });
  const foreign = await tenant.graph('GET', `/users/other0@contoso.example/contactFolders/${folder.id}`);
  expect([foreign.status, foreign.body.error.code]).toEqual([404, 'ErrorInvalidMailboxItemId']);
});
