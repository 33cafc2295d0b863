import { type Body, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
let folders: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  folders = `${tenant.ada}/contactFolders`;
});
afterEach(() => tenant.close());

async function readRound(path: string): Promise<{ rows: Body[]; deltaLink: string }> {
  const rows: Body[] = [];
  for (let next = path; ; ) {
    const { body } = await tenant.graph('GET', next);
    rows.push(...body.value);
    if (body['@odata.deltaLink']) return { rows, deltaLink: body['@odata.deltaLink'] };
    next = body['@odata.nextLink'];
  }
}

const names = (rows: Body[]) => rows.map(row => row.displayName ?? row['@removed'].reason);

test('folders of every depth are shown in pages, then those that were made, renamed, moved and deleted', async () => {
  for (let number = 0; number < 11; number += 1) await tenant.newFolder(`Folder ${number}`);
  const parent = await tenant.newFolder('Partners');
  const child = (await tenant.graph('POST', `${folders}/${parent.id}/childFolders`, { displayName: 'Lawyers' })).body;
  const first = await readRound(`${folders}/delta`);
  expect(first.rows).toHaveLength(13);
  expect((await readRound(first.deltaLink)).rows).toEqual([]);

  await tenant.graph('PATCH', `${folders}/${child.id}`, { displayName: 'Notaries' });
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  await tenant.control('POST', `${mailbox}/moveFolder`, { folderId: child.id, parentFolderId: 'contacts' });
  await tenant.newContact({ displayName: 'Inside' }, child.id);
  await tenant.graph('DELETE', `${folders}/${parent.id}`);
  const changed = await readRound(first.deltaLink);
  expect(names(changed.rows)).toEqual(['Notaries', 'deleted']);
  expect(changed.rows[1].id).toBe(parent.id);
});

test('a folder that is removed for good goes with those in it, and is not in Deleted Items', async () => {
  const parent = await tenant.newFolder('Partners');
  await tenant.graph('POST', `${folders}/${parent.id}/childFolders`, { displayName: 'Lawyers' });
  const { deltaLink } = await readRound(`${folders}/delta`);
  expect((await tenant.graph('POST', `${folders}/${parent.id}/permanentDelete`)).status).toBe(204);
  expect(names((await readRound(deltaLink)).rows)).toEqual(['deleted', 'deleted']);
  expect((await tenant.graph('GET', `${folders}/${parent.id}`)).status).toBe(404);
  expect((await tenant.graph('GET', `${folders}/deleteditems/childFolders/$count`)).body).toBe('0');
  expect((await tenant.graph('POST', `${folders}/contacts/permanentDelete`)).status).toBe(400);
});

test('folders are counted, also those that a filter lets through, and selected by their properties alone', async () => {
  for (const name of ['Staff', 'Partners', 'Private']) await tenant.newFolder(name);
  expect((await tenant.graph('GET', `${folders}/$count`)).body).toBe('3');
  const filter = encodeURIComponent("startswith(displayName,'P')");
  expect((await tenant.graph('GET', `${folders}/$count?$filter=${filter}`)).body).toBe('2');
  const { status, body } = await tenant.graph('GET', `${folders}?$select=nosuch`);
  expect([status, body.error.code]).toEqual([400, 'RequestBroker--ParseUri']);
});

test('a token of another mailbox is badly formed, one that was told to die is dead', async () => {
  const { deltaLink } = await readRound(`${folders}/delta`);
  await tenant.control('POST', '/mailboxes', { count: 1, prefix: 'other' });
  const token = new URL(deltaLink).searchParams.get('$deltatoken');
  const foreign = await tenant.graph('GET', `/users/other0@contoso.example/contactFolders/delta?$deltatoken=${token}`);
  expect(foreign.body.error.message).toBe('Badly formed token.');
  await tenant.control('POST', '/delta/expire', {});
  expect((await tenant.graph('GET', deltaLink)).status).toBe(410);
});
