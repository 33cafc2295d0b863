import { type Body, startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTestTenant();
  await tenant.control('POST', '/mailboxes', { count: 5, prefix: 'user', group: 'Everyone' });
});
afterAll(() => tenant.close());

const eventual = { headers: { ConsistencyLevel: 'eventual' } };

async function groupId(): Promise<string> {
  return (await tenant.graph('GET', '/groups')).body.value[0].id;
}

function filtered(filter: string): string {
  return `/users?$filter=${encodeURIComponent(filter)}`;
}

test.each<[string, string, string]>([
  ['/users?$skip=2', 'Request_BadRequest', "'$skip' is not supported by the service."],
  [
    '/users?$select=id,nosuch',
    'BadRequest',
    "Parsing OData Select and Expand failed: Could not find a property named 'nosuch' on type 'microsoft.graph.user'.",
  ],
  [
    filtered("nosuch eq 'x'"),
    'BadRequest',
    "Invalid filter clause: Could not find a property named 'nosuch' on type 'microsoft.graph.user'.",
  ],
  [
    filtered('accountEnabled ne true'),
    'Request_UnsupportedQuery',
    "Filter operator 'NotEqualsMatch' is not supported.",
  ],
  [filtered("endswith(mail,'x')"), 'Request_UnsupportedQuery', "Filter operator 'EndsWithMatch' is not supported."],
  [
    '/users?$search="displayName:user"',
    'Request_UnsupportedQuery',
    "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
  ],
  [
    `${filtered("startswith(mail,'u')")}&$orderby=displayName`,
    'Request_UnsupportedQuery',
    'Sorting not supported for current query.',
  ],
  ['/users/$count', 'Request_BadRequest', '$count is not currently supported.'],
  ['/groups/everyone', 'Request_BadRequest', "Invalid object identifier 'everyone'."],
])('%s is refused as %s', async (path, code, message) => {
  const { status, body } = await tenant.graph('GET', path);
  expect([status, body.error.code, body.error.message]).toEqual([400, code, message]);
});

test('an advanced query is answered with the header, and its next page refused without it', async () => {
  for (const query of ['$filter=accountEnabled ne false', '$search="displayName:user"']) {
    const first = await tenant.graph('GET', `/users?${encodeURI(query)}&$top=2&$count=true`, undefined, eventual);
    expect(first.status).toBe(200);
    const next = first.body['@odata.nextLink'];
    expect((await tenant.graph('GET', next)).body.error.code).toBe('Request_UnsupportedQuery');
    expect((await tenant.graph('GET', next, undefined, eventual)).body.value).toHaveLength(2);
  }
});

test('users are searched by the beginnings of words, and asked for by several ids at once', async () => {
  const search = encodeURIComponent('"displayName:ada" OR "mail:user3"');
  const { body } = await tenant.graph('GET', `/users?$search=${search}&$select=id,displayName`, undefined, eventual);
  expect(body.value.map((user: Body) => user.displayName)).toEqual(['Ada', 'user3']);
  const ids = body.value.map((user: Body) => `'${user.id}'`).join(',');
  const found = await tenant.graph('GET', filtered(`id in (${ids})`));
  expect(found.body.value.map((user: Body) => user.displayName)).toEqual(['Ada', 'user3']);
});

test('$count of users, groups and members, also of those that a filter lets through', async () => {
  const count = async (path: string) => (await tenant.graph('GET', path, undefined, eventual)).body;
  expect(await count(`/users/$count?$filter=${encodeURIComponent("startswith(mail,'user')")}`)).toBe('5');
  expect(await count('/groups/$count')).toBe('1');
  const group = await groupId();
  expect(await count(`/groups/${group}/members/$count`)).toBe('5');
  expect(await count(`/groups/${group}/transitiveMembers/$count`)).toBe('5');
});

test('a cast is an advanced query, in either spelling', async () => {
  const group = await groupId();
  for (const cast of ['microsoft.graph.user', 'graph.user']) {
    const path = `/groups/${group}/transitiveMembers/${cast}?$select=id&$count=true`;
    expect((await tenant.graph('GET', path)).body.error.code).toBe('Request_UnsupportedQuery');
    const { body } = await tenant.graph('GET', path, undefined, eventual);
    expect([body.value.length, body['@odata.count']]).toEqual([5, 5]);
  }
  const none = `/groups/${group}/members/graph.group?$count=true`;
  expect((await tenant.graph('GET', none, undefined, eventual)).body.value).toEqual([]);
});

test('a group whose membership is hidden reads as empty', async () => {
  const reference = `https://graph.microsoft.com/v1.0${tenant.ada}`;
  const { id } = (
    await tenant.graph('POST', '/groups', {
      displayName: 'Secret',
      visibility: 'HiddenMembership',
      'members@odata.bind': [reference],
    })
  ).body;
  const path = `/groups/${id}/transitiveMembers/microsoft.graph.user?$count=true`;
  const { status, body } = await tenant.graph('GET', path, undefined, eventual);
  expect([status, body.value, body['@odata.count']]).toEqual([200, [], 0]);
  await tenant.graph('DELETE', `/groups/${id}`);
});

test('a property that was never set reads as null, a collection as empty; extension attributes are one property', async () => {
  const onPremisesExtensionAttributes = { extensionAttribute1: 'Board' };
  await tenant.graph('PATCH', tenant.ada, { onPremisesExtensionAttributes });
  const select = 'businessPhones,otherMails,department,showInAddressList,onPremisesExtensionAttributes';
  expect((await tenant.graph('GET', `${tenant.ada}?$select=${select}`)).body).toMatchObject({
    businessPhones: [],
    otherMails: [],
    department: null,
    showInAddressList: null,
    onPremisesExtensionAttributes,
  });
  const filter = "onPremisesExtensionAttributes/extensionAttribute1 eq 'Board'";
  expect((await tenant.graph('GET', filtered(filter))).body.value).toHaveLength(1);
});

test('a manager is set, read, expanded and removed', async () => {
  const manager = (await tenant.graph('GET', '/users/user0@contoso.example')).body;
  const path = `${tenant.ada}/manager`;
  expect((await tenant.graph('GET', path)).body.error.code).toBe('Request_ResourceNotFound');
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager.id}` };
  expect((await tenant.graph('PUT', `${path}/$ref`, reference)).status).toBe(204);
  expect((await tenant.graph('GET', path)).body).toMatchObject({ id: manager.id, displayName: 'user0' });
  const expanded = await tenant.graph('GET', `${tenant.ada}?$expand=manager($select=id,displayName)`);
  expect(expanded.body.manager).toEqual({
    '@odata.type': '#microsoft.graph.user',
    id: manager.id,
    displayName: 'user0',
  });
  const all = (await tenant.graph('GET', '/users?$expand=manager')).body.value;
  expect(all.filter((user: Body) => 'manager' in user)).toHaveLength(1);
  expect((await tenant.graph('DELETE', `${path}/$ref`)).status).toBe(204);
  expect((await tenant.graph('GET', path)).status).toBe(404);
});

test('organisation contacts are listed, found, counted and members of groups, and nobody writes them', async () => {
  const properties = { displayName: 'Partner Ltd', mail: 'info@partner.example', phones: [{ type: 'business' }] };
  const { id } = (await tenant.control('POST', '/orgContacts', properties)).body;
  const { body } = await tenant.graph(
    'GET',
    `/contacts?$filter=${encodeURIComponent("mail eq 'info@partner.example'")}`,
  );
  expect(body.value).toEqual([expect.objectContaining({ id, ...properties, addresses: [], surname: null })]);
  expect((await tenant.graph('GET', `/contacts/${id}?$select=mail`)).body).toMatchObject({ mail: properties.mail });
  expect((await tenant.graph('GET', '/contacts/$count', undefined, eventual)).body).toBe('1');
  const group = await groupId();
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/contacts/${id}` };
  expect((await tenant.graph('POST', `/groups/${group}/members/$ref`, reference)).status).toBe(204);
  const members = await tenant.graph(
    'GET',
    `/groups/${group}/members/microsoft.graph.orgContact?$count=true`,
    undefined,
    eventual,
  );
  expect(members.body.value).toEqual([expect.objectContaining({ id })]);
  expect((await tenant.graph('PATCH', `/contacts/${id}`, { mail: 'x' })).status).toBe(405);
  await tenant.control('DELETE', `/orgContacts/${id}`);
  expect((await tenant.graph('GET', `/contacts/${id}`)).status).toBe(404);
});

test('a deleted user can be brought back with the same id and groups, or removed for good', async () => {
  const { id } = (await tenant.graph('GET', '/users/user1@contoso.example')).body;
  const path = `/directory/deletedItems/${id}`;
  expect((await tenant.graph('GET', path)).status).toBe(404);
  await tenant.graph('DELETE', `/users/${id}`);
  expect((await tenant.graph('GET', path)).body.id).toBe(id);
  const listed = await tenant.graph('GET', '/directory/deletedItems/microsoft.graph.user');
  expect(listed.body.value).toHaveLength(1);
  expect((await tenant.graph('POST', `${path}/restore`)).status).toBe(200);
  const group = await groupId();
  const members = (await tenant.graph('GET', `/groups/${group}/members`)).body.value;
  expect(members.map((member: Body) => member.id)).toContain(id);
  await tenant.graph('DELETE', `/users/${id}`);
  expect((await tenant.graph('DELETE', path)).status).toBe(204);
  expect((await tenant.graph('POST', `${path}/restore`)).status).toBe(404);
});
