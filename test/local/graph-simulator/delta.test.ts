import { type Answer, type Body, immutable, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
let folder: Body;
let deltaPath: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  folder = await tenant.newFolder('Staff');
  deltaPath = `${tenant.ada}/contactFolders/${folder.id}/contacts/delta?$select=displayName`;
});
afterEach(() => tenant.close());

async function get(link: string, pageSize = 200): Promise<Answer> {
  const headers = { Prefer: `odata.maxpagesize=${pageSize}, IdType="ImmutableId"` };
  return tenant.graph('GET', link, undefined, { headers });
}

/** Follows a round to its deltaLink. */
async function readRound(link: string, pageSize = 200): Promise<{ pages: Body[][]; rows: Body[]; deltaLink: string }> {
  const pages: Body[][] = [];
  let next = link;
  for (;;) {
    const { status, body } = await get(next, pageSize);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    expect('@odata.nextLink' in body).not.toBe('@odata.deltaLink' in body);
    pages.push(body.value);
    if (body['@odata.deltaLink']) return { pages, rows: pages.flat(), deltaLink: body['@odata.deltaLink'] };
    next = body['@odata.nextLink'];
  }
}

async function addContacts(count: number): Promise<Body[]> {
  const added: Body[] = [];
  for (let number = 0; number < count; number += 1) {
    added.push(await tenant.newContact({ displayName: `Contact ${number}` }, folder.id));
  }
  return added;
}

async function rename(id: string, displayName: string): Promise<void> {
  await tenant.graph('PATCH', `${tenant.ada}/contacts/${id}`, { displayName });
}

const names = (rows: Body[]) => rows.map(row => row.displayName);

test('a first round shows every contact in pages, later rounds what changed since', async () => {
  const contacts = await addContacts(25);
  const first = await readRound(deltaPath, 10);
  expect(first.pages.map(page => page.length)).toEqual([10, 10, 5]);
  expect(new Set(first.rows.map(row => row.id)).size).toBe(25);
  expect(Object.keys(first.rows[0]).sort()).toEqual(['@odata.etag', '@odata.type', 'displayName', 'id']);

  expect((await readRound(first.deltaLink)).rows).toEqual([]);
  await rename(contacts[3]?.id, 'Renamed');
  await tenant.newContact({ displayName: 'New' }, folder.id);
  expect(names((await readRound(first.deltaLink)).rows).sort()).toEqual(['New', 'Renamed']);
});

test('without Prefer a page has ten rows', async () => {
  await addContacts(11);
  expect((await tenant.graph('GET', deltaPath)).body.value).toHaveLength(10);
});

test('a removed contact is a tombstone of exactly three members, whether deleted or moved away', async () => {
  const [deleted, moved] = await addContacts(2);
  const { deltaLink } = await readRound(deltaPath);
  await tenant.graph('DELETE', `${tenant.ada}/contacts/${deleted.id}`);
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  await tenant.control('POST', `${mailbox}/moveContact`, { contactId: moved.id, folderId: 'contacts' });
  const tombstone = (id: string) => ({
    '@odata.type': '#microsoft.graph.contact',
    id,
    '@removed': { reason: 'deleted' },
  });
  expect((await readRound(deltaLink)).rows).toEqual([tombstone(deleted.id), tombstone(moved.id)]);
});

test('a contact that came back is a row, not a tombstone', async () => {
  const [contact] = await addContacts(1);
  const { deltaLink } = await readRound(deltaPath);
  const mailbox = tenant.ada.replace('users', 'mailboxes');
  for (const folderId of ['contacts', folder.id]) {
    await tenant.control('POST', `${mailbox}/moveContact`, { contactId: contact.id, folderId });
  }
  expect(names((await readRound(deltaLink)).rows)).toEqual(['Contact 0']);
});

test('a change made while a round is read comes in the next one', async () => {
  const contacts = await addContacts(3);
  const first = await get(deltaPath, 1);
  await rename(contacts[0]?.id, 'Meanwhile');
  const rest = await readRound(first.body['@odata.nextLink'], 1);
  expect(names((await readRound(rest.deltaLink)).rows)).toEqual(['Meanwhile']);
});

test('delta is per folder; the default folder has one of its own', async () => {
  await addContacts(1);
  await tenant.newContact({ displayName: 'Default' });
  expect(names((await readRound(deltaPath)).rows)).toEqual(['Contact 0']);
  expect(names((await readRound(`${tenant.ada}/contacts/delta`)).rows)).toEqual(['Default']);
});

test('three generations of links live, older ones are SyncStateNotFound', async () => {
  const links = [(await readRound(deltaPath)).deltaLink];
  for (let round = 0; round < 3; round += 1) links.push((await readRound(links.at(-1) ?? '')).deltaLink);
  const [oldest = '', second = ''] = links;
  expect((await get(second)).status).toBe(200);
  const dead = await get(oldest);
  expect([dead.status, dead.body.error.code]).toEqual([410, 'SyncStateNotFound']);
  expect(dead.body.error.message).toBe('The sync state generation is not found; generation=1;[highest=4]');
});

test('a link that is used again, without going on from its answer, lives', async () => {
  const { deltaLink } = await readRound(deltaPath);
  for (let round = 0; round < 5; round += 1) expect((await get(deltaLink)).status).toBe(200);
});

test('a token is bound to folder and form of ids, and garbage is badly formed', async () => {
  const { deltaLink } = await readRound(deltaPath);
  const otherIds = await tenant.graph('GET', deltaLink);
  expect(otherIds.body.error.code).toBe('SyncStateInvalid');
  const token = new URL(deltaLink).searchParams.get('$deltatoken');
  const other = await get(`${tenant.ada}/contacts/delta?$deltatoken=${token}`);
  for (const answer of [other, await get(`${deltaPath}&$deltatoken=garbage`), await get(`${deltaLink}x`)]) {
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'BadRequest', message: 'Badly formed token.' });
  }
});

test.each([
  ['SyncStateNotFound', 410, 'SyncStateNotFound'],
  ['ResyncRequired', 410, 'ResyncRequired'],
  ['SyncStateInvalid', 400, 'SyncStateInvalid'],
  ['BadlyFormed', 400, 'BadRequest'],
])('every token so far can be made to die as %s', async (code, status, errorCode) => {
  const { deltaLink } = await readRound(deltaPath);
  await tenant.control('POST', '/delta/expire', { code });
  const dead = await get(deltaLink);
  expect([dead.status, dead.body.error.code]).toEqual([status, errorCode]);
  const anew = await readRound(deltaPath);
  expect((await get(anew.deltaLink)).status).toBe(200);
});

test.each(['$filter=x', '$expand=extensions', '$orderby=displayName', '$search=x', '$top=5'])(
  '%s is refused',
  async option => {
    expect((await get(`${deltaPath}&${option}`)).status).toBe(400);
  },
);

test('over quota delta fails and a plain list works', async () => {
  await addContacts(1);
  const { deltaLink } = await readRound(deltaPath);
  await tenant.control('POST', `${tenant.ada.replace('users', 'mailboxes')}/state`, { state: 'overQuota' });
  for (const link of [deltaLink, deltaPath]) {
    const answer = await get(link);
    expect([answer.status, answer.body.error.code]).toEqual([403, 'ErrorQuotaExceeded']);
  }
  const list = await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}/contacts`);
  expect(list.body.value).toHaveLength(1);
});

test('a deleted folder is ErrorSyncFolderNotFound, in Deleted Items and beyond', async () => {
  const { deltaLink } = await readRound(deltaPath);
  for (const _ of ['soft', 'for good']) {
    await tenant.graph('DELETE', `${tenant.ada}/contactFolders/${folder.id}`);
    for (const link of [deltaLink, deltaPath]) {
      const answer = await get(link);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'ErrorSyncFolderNotFound']);
    }
  }
});

test('rows can come unordered and repeated, and pages empty, with nothing lost', async () => {
  const contacts = await addContacts(9);
  await tenant.control('POST', '/delta/behaviour', { shuffle: true, repeatRows: true, emptyPages: true });
  const { pages, rows } = await readRound(deltaPath, 4);
  expect(pages.some(page => page.length === 0)).toBe(true);
  expect(rows.length).toBeGreaterThan(9);
  expect(new Set(rows.map(row => row.id))).toEqual(new Set(contacts.map(contact => contact.id)));
  expect(names(rows)).not.toEqual(names(rows).sort());
});

test('changes can lag and be replayed', async () => {
  const [contact] = await addContacts(1);
  const { deltaLink } = await readRound(deltaPath);
  await tenant.control('POST', '/delta/behaviour', { lagSeconds: 60 });
  await rename(contact.id, 'Late');
  const early = await readRound(deltaLink);
  expect(early.rows).toEqual([]);
  tenant.advance(61_000);
  const late = await readRound(early.deltaLink);
  expect(names(late.rows)).toEqual(['Late']);
  await tenant.control('POST', '/delta/behaviour', { lagSeconds: 0, replayChanges: 1 });
  expect(names((await readRound(late.deltaLink)).rows)).toEqual(['Late']);
});

test('a link in the key form of Graph works with a userPrincipalName that has a quote', async () => {
  await tenant.graph('POST', '/users', { userPrincipalName: "o'neill@contoso.example" });
  const path = `/users/${encodeURIComponent("o'neill@contoso.example")}/contacts`;
  await tenant.graph('POST', path, { displayName: 'Theirs' }, { headers: immutable });
  const { deltaLink } = await readRound(`${path}/delta`);
  expect(deltaLink).toContain("/users('o''neill%40contoso.example')/contactFolders('");
  expect((await readRound(deltaLink)).rows).toEqual([]);
});
