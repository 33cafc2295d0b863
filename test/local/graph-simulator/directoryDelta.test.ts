import { type Body, startTestTenant, type TestTenant, withKeptTenant } from './testTenant.ts';

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await startTestTenant();
});
afterEach(() => tenant.close());

type Round = { rows: Body[]; pages: number; deltaLink: string };

async function readRound(path: string, headers: Record<string, string> = {}): Promise<Round> {
  const rows: Body[] = [];
  for (let [next, pages] = [path, 1]; ; pages += 1) {
    const { status, body } = await tenant.graph('GET', next, undefined, { headers });
    if (status !== 200) throw new Error(JSON.stringify(body));
    rows.push(...body.value);
    if (body['@odata.deltaLink']) return { rows, pages, deltaLink: body['@odata.deltaLink'] };
    next = body['@odata.nextLink'];
  }
}

const adaId = () => tenant.ada.slice('/users/'.length);

test('a first round shows every user without what was never set, later ones who changed, whole', async () => {
  await tenant.control('POST', '/mailboxes', { count: 3, prefix: 'user' });
  const select = '$select=displayName,mobilePhone,department';
  const first = await readRound(`/users/delta?${select}`);
  expect(first.rows).toHaveLength(4);
  expect(first.rows[0]).toEqual({ id: adaId(), displayName: 'Ada' });
  expect((await readRound(first.deltaLink)).rows).toEqual([]);

  await tenant.graph('PATCH', tenant.ada, { mobilePhone: '+1', jobTitle: 'Countess' });
  const second = await readRound(first.deltaLink);
  expect(second.rows).toEqual([{ id: adaId(), displayName: 'Ada', mobilePhone: '+1' }]);
  await tenant.graph('PATCH', tenant.ada, { mobilePhone: null });
  expect((await readRound(second.deltaLink)).rows).toEqual([{ id: adaId(), displayName: 'Ada', mobilePhone: null }]);
});

test('a change of what is not selected is no change', async () => {
  const { deltaLink } = await readRound('/users/delta?$select=displayName');
  await tenant.graph('PATCH', tenant.ada, { jobTitle: 'Countess' });
  expect((await readRound(deltaLink)).rows).toEqual([]);
});

test('a manager is an id, shown only when it changed', async () => {
  const boss = (await tenant.graph('POST', '/users', { userPrincipalName: 'boss@contoso.example' })).body.id;
  const select = '$select=displayName,jobTitle,manager';
  const first = await readRound(`/users/delta?${select}`);
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${boss}` };
  await tenant.graph('PUT', `${tenant.ada}/manager/$ref`, reference);
  const set = await readRound(first.deltaLink);
  const shown = { 'manager@delta': [{ '@odata.type': '#microsoft.graph.user', id: boss }] };
  expect(set.rows).toEqual([{ id: adaId(), displayName: 'Ada', ...shown }]);
  await tenant.graph('PATCH', tenant.ada, { jobTitle: 'Countess' });
  expect((await readRound(set.deltaLink)).rows).toEqual([{ id: adaId(), displayName: 'Ada', jobTitle: 'Countess' }]);
  await tenant.graph('PATCH', `/users/${boss}`, { displayName: 'Renamed' });
  expect((await readRound(set.deltaLink)).rows.map(row => row.id).sort()).toEqual([adaId(), boss].sort());
});

test('who is deleted is removed as changed, comes back with the same id, and goes for good as deleted', async () => {
  const first = await readRound('/users/delta?$select=displayName');
  await tenant.graph('DELETE', tenant.ada);
  const gone = await readRound(first.deltaLink);
  expect(gone.rows).toEqual([{ id: adaId(), '@removed': { reason: 'changed' } }]);
  await tenant.graph('POST', `/directory/deletedItems/${adaId()}/restore`);
  const back = await readRound(gone.deltaLink);
  expect(back.rows).toEqual([{ id: adaId(), displayName: 'Ada' }]);
  await tenant.graph('DELETE', tenant.ada);
  await tenant.graph('DELETE', `/directory/deletedItems/${adaId()}`);
  expect((await readRound(back.deltaLink)).rows).toEqual([{ id: adaId(), '@removed': { reason: 'deleted' } }]);
  expect((await readRound('/users/delta')).rows).toEqual([]);
});

test('pages hold what was asked for, and what changes between them comes in the next round', async () => {
  await tenant.control('POST', '/mailboxes', { count: 24, prefix: 'user' });
  const headers = { Prefer: 'odata.maxpagesize=10' };
  const first = await tenant.graph('GET', '/users/delta?$select=displayName', undefined, { headers });
  await tenant.graph('PATCH', tenant.ada, { displayName: 'Renamed' });
  await tenant.graph('DELETE', '/users/user3@contoso.example');
  const rest = await readRound(first.body['@odata.nextLink'], headers);
  expect([rest.pages, first.body.value.length + rest.rows.length]).toEqual([2, 25]);
  const names = (await readRound(rest.deltaLink)).rows.map(row => row.displayName ?? row['@removed'].reason);
  expect(names.sort()).toEqual(['Renamed', 'changed']);
});

test('rows can come unordered and repeated, with nobody lost', async () => {
  await tenant.control('POST', '/mailboxes', { count: 24, prefix: 'user' });
  await tenant.control('POST', '/delta/behaviour', { shuffle: true, repeatRows: true });
  const { rows } = await readRound('/users/delta?$select=displayName', { Prefer: 'odata.maxpagesize=10' });
  const names = rows.map(row => row.displayName);
  expect([rows.length, new Set(names).size]).toEqual([28, 25]);
});

test('$deltatoken=latest starts from now, return=minimal shows what changed alone, ids can be chosen', async () => {
  const other = (await tenant.graph('POST', '/users', { userPrincipalName: 'other@contoso.example' })).body.id;
  const latest = await readRound('/users/delta?$deltatoken=latest&$select=displayName,jobTitle');
  expect(latest.rows).toEqual([]);
  const minimal = await readRound('/users/delta?$select=displayName,jobTitle', { Prefer: 'return=minimal' });
  const filter = encodeURIComponent(`id eq '${other}'`);
  const chosen = await readRound(`/users/delta?$filter=${filter}&$select=displayName`);
  expect(chosen.rows.map(row => row.id)).toEqual([other]);
  await tenant.graph('PATCH', tenant.ada, { jobTitle: 'Countess' });
  const whole = { id: adaId(), displayName: 'Ada', jobTitle: 'Countess' };
  expect((await readRound(latest.deltaLink)).rows).toEqual([whole]);
  const changed = { id: adaId(), jobTitle: 'Countess' };
  expect((await readRound(latest.deltaLink, { Prefer: 'return=minimal' })).rows).toEqual([changed]);
  expect((await readRound(minimal.deltaLink)).rows).toEqual([changed]);
  expect((await readRound(chosen.deltaLink)).rows).toEqual([]);
});

test('a token dies after seven days, or when it is told to; garbage is badly formed', async () => {
  const { deltaLink } = await readRound('/users/delta');
  tenant.advance(7 * 86_400_000 + 1);
  const aged = await tenant.graph('GET', deltaLink);
  expect([aged.status, aged.body.error.code]).toEqual([410, 'SyncStateNotFound']);
  const anew = await readRound('/users/delta');
  await tenant.control('POST', '/delta/expire', { code: 'ResyncRequired' });
  const dead = await tenant.graph('GET', anew.deltaLink);
  expect([dead.status, dead.body.error.code]).toEqual([410, 'ResyncRequired']);
  const folderToken = (await readRound(`${tenant.ada}/contacts/delta`)).deltaLink.split('=').at(-1);
  for (const token of ['garbage', folderToken]) {
    const answer = await tenant.graph('GET', `/users/delta?$deltatoken=${token}`);
    expect([answer.status, answer.body.error.message]).toEqual([400, 'Badly formed token.']);
  }
});

test.each(['$top=5', '$orderby=displayName', '$filter=displayName%20eq%20%27x%27', '$select=nosuch'])(
  '%s is refused',
  async option => {
    expect((await tenant.graph('GET', `/users/delta?${option}`)).status).toBe(400);
  },
);

test('groups show who joined and who left; many members come in several rows', async () => {
  await tenant.control('POST', '/mailboxes', { count: 120, prefix: 'user', group: 'Everyone' });
  const first = await readRound('/groups/delta?$select=displayName,members');
  expect(first.rows.map(row => row['members@delta'].length)).toEqual([100, 20]);
  const { id } = first.rows[0];
  const leaver = first.rows[0]['members@delta'][0].id;
  await tenant.graph('DELETE', `/groups/${id}/members/${leaver}/$ref`);
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0${tenant.ada}` };
  await tenant.graph('POST', `/groups/${id}/members/$ref`, reference);
  const type = { '@odata.type': '#microsoft.graph.user' };
  const changed = await readRound(first.deltaLink);
  expect(changed.rows).toEqual([
    {
      id,
      displayName: 'Everyone',
      'members@delta': [
        { ...type, id: leaver, '@removed': { reason: 'deleted' } },
        { ...type, id: adaId() },
      ],
    },
  ]);
  await tenant.graph('DELETE', `/groups/${id}`);
  expect((await readRound(changed.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
});

test("organisation contacts' changes lack addresses and phones", async () => {
  const phones = [{ type: 'business', number: '+1' }];
  const { id } = (await tenant.control('POST', '/orgContacts', { displayName: 'Partner', phones })).body;
  const first = await readRound('/contacts/delta?$select=displayName,phones');
  expect(first.rows).toEqual([{ id, displayName: 'Partner' }]);
  await tenant.control('PATCH', `/orgContacts/${id}`, { displayName: 'Partner Ltd' });
  const changed = await readRound(first.deltaLink);
  expect(changed.rows).toEqual([{ id, displayName: 'Partner Ltd' }]);
  await tenant.control('DELETE', `/orgContacts/${id}`);
  expect((await readRound(changed.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
});

test('a link lives on in a tenant that was kept in a file', async () => {
  await tenant.close();
  await withKeptTenant(async (kept, restart) => {
    tenant = kept;
    const { pathname, search } = new URL((await readRound('/users/delta?$select=displayName,jobTitle')).deltaLink);
    tenant = await restart();
    await tenant.graph('PATCH', tenant.ada, { jobTitle: 'Countess' });
    const { rows } = await readRound(`${pathname.replace('/v1.0', '')}${search}`);
    expect(rows).toEqual([{ id: adaId(), displayName: 'Ada', jobTitle: 'Countess' }]);
  });
  tenant = await startTestTenant();
});
