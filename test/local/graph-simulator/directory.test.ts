import { startTestTenant, type TestTenant } from './testTenant.ts';

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTestTenant();
});
afterAll(() => tenant.close());

async function newUser(name: string): Promise<string> {
  const answer = await tenant.graph('POST', '/users', {
    displayName: name,
    userPrincipalName: `${name}@contoso.example`,
  });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function newGroup(displayName: string, members: string[]): Promise<string> {
  const { body } = await tenant.graph('POST', '/groups', { displayName });
  for (const member of members) await addMember(body.id, member);
  return body.id;
}

async function addMember(group: string, member: string): Promise<void> {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` };
  expect((await tenant.graph('POST', `/groups/${group}/members/$ref`, reference)).status).toBe(204);
}

test('a user is found by id and userPrincipalName, whatever the case, and by no other address', async () => {
  const id = await newUser('byname');
  await tenant.graph('PATCH', `/users/${id}`, { mail: 'by.name@contoso.example' });
  for (const key of [id, 'byname@contoso.example', 'BYNAME@Contoso.Example']) {
    const { status, body } = await tenant.graph('GET', `/users/${encodeURIComponent(key)}`);
    expect([status, body.id, body.mail]).toEqual([200, id, 'by.name@contoso.example']);
  }
  for (const key of ['by.name@contoso.example', 'byname']) {
    const { status, body } = await tenant.graph('GET', `/users/${key}`);
    expect([status, body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  }
  await tenant.graph('PATCH', `/users/${id}`, { userPrincipalName: 'renamed@contoso.example' });
  expect((await tenant.graph('GET', '/users/byname@contoso.example')).status).toBe(404);
  expect((await tenant.graph('GET', '/users/renamed@contoso.example')).body.id).toBe(id);
});

test('users and groups are found by any of their proxy addresses, which keep an address that was given up', async () => {
  const id = await newUser('maiden');
  await tenant.graph('PATCH', `/users/${id}`, { mail: 'married@contoso.example' });
  const proxyAddresses = ['SMTP:sales@contoso.example', 'smtp:vertrieb@contoso.example'];
  const group = (await tenant.graph('POST', '/groups', { displayName: 'Sales', proxyAddresses })).body.id;
  const find = async (collection: string, address: string) => {
    const filter = encodeURIComponent(`proxyAddresses/any(p:p eq 'smtp:${address}')`);
    const { body } = await tenant.graph('GET', `/${collection}?$filter=${filter}&$select=id,proxyAddresses`);
    return body.value;
  };
  const user = { id, proxyAddresses: ['SMTP:married@contoso.example', 'smtp:maiden@contoso.example'] };
  expect(await find('users', 'Maiden@contoso.example')).toEqual([user]);
  expect(await find('users', 'married@contoso.example')).toEqual([user]);
  expect(await find('groups', 'vertrieb@contoso.example')).toEqual([{ id: group, proxyAddresses }]);
  expect(await find('users', 'vertrieb@contoso.example')).toEqual([]);
});

test('accountEnabled shows only when selected, and can be changed', async () => {
  const id = await newUser('enabled');
  expect((await tenant.graph('GET', `/users/${id}`)).body).not.toHaveProperty('accountEnabled');
  expect((await tenant.graph('PATCH', `/users/${id}`, { accountEnabled: false })).status).toBe(204);
  const { body } = await tenant.graph('GET', `/users/${id}?$select=id,accountEnabled`);
  expect(body).toMatchObject({ id, accountEnabled: false });
  expect(body).not.toHaveProperty('displayName');
});

test('users are listed in pages and filtered by mail and userPrincipalName', async () => {
  await tenant.control('POST', '/mailboxes', { count: 5, prefix: 'listed' });
  const filter = encodeURIComponent("startswith(userPrincipalName,'listed')");
  const names: string[] = [];
  let link: string | undefined = `/users?$filter=${filter}&$top=2&$select=userPrincipalName`;
  let pages = 0;
  while (link) {
    const { body } = await tenant.graph('GET', link);
    names.push(...body.value.map((user: { userPrincipalName: string }) => user.userPrincipalName));
    link = body['@odata.nextLink'];
    pages += 1;
  }
  expect(pages).toBe(3);
  expect(new Set(names).size).toBe(5);
  const one = await tenant.graph('GET', `/users?$filter=${encodeURIComponent("mail eq 'Listed3@contoso.example'")}`);
  expect(one.body.value).toHaveLength(1);
});

test('an unknown user is Request_ResourceNotFound in the directory and ErrorInvalidUser at a mailbox', async () => {
  const directory = await tenant.graph('GET', '/users/nobody@contoso.example');
  expect([directory.status, directory.body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  const mailbox = await tenant.graph('GET', '/users/nobody@contoso.example/contacts');
  expect([mailbox.status, mailbox.body.error.code]).toEqual([404, 'ErrorInvalidUser']);
  expect(mailbox.body.error.message).toBe("The requested user 'nobody@contoso.example' is invalid.");
});

test('a user without mail has no mailbox', async () => {
  const { body } = await tenant.graph('POST', '/users', { userPrincipalName: 'kiosk@contoso.example', mail: null });
  expect(body.mail).toBeNull();
  const answer = await tenant.graph('GET', `/users/${body.id}/contacts`);
  expect(answer.status).toBe(404);
  expect(answer.body.error).toMatchObject({
    code: 'MailboxNotEnabledForRESTAPI',
    message: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  });
});

test('transitive members come once each, with groups that contain each other', async () => {
  const [ann, bob, cid] = [await newUser('ann'), await newUser('bob'), await newUser('cid')];
  const inner = await newGroup('Inner', [bob, cid]);
  const outer = await newGroup('Outer', [ann, bob, inner]);
  await addMember(inner, outer);
  const all = await tenant.graph('GET', `/groups/${outer}/transitiveMembers`);
  const types = all.body.value.map((member: { '@odata.type': string }) => member['@odata.type']);
  expect(types.filter((type: string) => type === '#microsoft.graph.user')).toHaveLength(3);
  expect(types.filter((type: string) => type === '#microsoft.graph.group')).toHaveLength(2);

  const path = `/groups/${outer}/transitiveMembers/microsoft.graph.user?$select=id,accountEnabled&$top=2&$count=true`;
  const first = await tenant.graph('GET', path, undefined, { headers: { ConsistencyLevel: 'eventual' } });
  expect(first.body['@odata.count']).toBe(3);
  const eventual = { headers: { ConsistencyLevel: 'eventual' } };
  const second = await tenant.graph('GET', first.body['@odata.nextLink'], undefined, eventual);
  const ids = [...first.body.value, ...second.body.value].map((user: { id: string }) => user.id);
  expect(ids.sort()).toEqual([ann, bob, cid].sort());
  expect(first.body.value[0]).toMatchObject({ accountEnabled: true });
  expect(second.body['@odata.nextLink']).toBeUndefined();
});

test('direct members do not include those of inner groups, and leave by their reference', async () => {
  const user = await newUser('direct');
  const inner = await newGroup('Only inner', [await newUser('indirect')]);
  const outer = await newGroup('Direct outer', [user, inner]);
  expect((await tenant.graph('GET', `/groups/${outer}/members`)).body.value).toHaveLength(2);
  expect((await tenant.graph('DELETE', `/groups/${outer}/members/${user}/$ref`)).status).toBe(204);
  expect((await tenant.graph('DELETE', `/groups/${outer}/members/${user}/$ref`)).status).toBe(404);
  expect((await tenant.graph('GET', `/groups/${outer}/members`)).body.value).toHaveLength(1);
});

test('a group has a mail by default and is found by it and by name', async () => {
  const id = await newGroup('Sales and Friends', []);
  for (const filter of ["mail eq 'sales-and-friends@contoso.example'", "displayName eq 'sales and friends'"]) {
    const { body } = await tenant.graph('GET', `/groups?$filter=${encodeURIComponent(filter)}`);
    expect(body.value.map((group: { id: string }) => group.id)).toEqual([id]);
  }
});

test('more than 999 rows a page and an unknown group or member are refused', async () => {
  const group = await newGroup('Refusals', []);
  const page = await tenant.graph('GET', `/groups/${group}/members?$top=1000`);
  expect([page.status, page.body.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
  const missing = '/groups/00000000-0000-0000-0000-000000000000/members';
  expect((await tenant.graph('GET', missing)).body.error.code).toBe('Request_ResourceNotFound');
  const statuses = ['00000000-0000-0000-0000-000000000000', 'nobody@contoso.example'].map(async id => {
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
    return (await tenant.graph('POST', `/groups/${group}/members/$ref`, reference)).status;
  });
  expect(await Promise.all(statuses)).toEqual([404, 400]);
});

test('a deleted user leaves directory, groups and mailbox; state ok brings it back', async () => {
  const user = await newUser('leaver');
  const group = await newGroup('With a leaver', [user]);
  await tenant.control('POST', `/mailboxes/${user}/state`, { state: 'deleted' });
  expect((await tenant.graph('GET', `/users/${user}`)).status).toBe(404);
  expect((await tenant.graph('GET', `/users/${user}/contacts`)).body.error.code).toBe('ErrorInvalidUser');
  expect((await tenant.graph('GET', `/groups/${group}/members`)).body.value).toEqual([]);
  await tenant.control('POST', `/mailboxes/${user}/state`, { state: 'ok' });
  expect((await tenant.graph('GET', `/groups/${group}/members`)).body.value).toHaveLength(1);
});

test('the control makes mailboxes in a named group, which it makes if missing', async () => {
  const { body } = await tenant.control('POST', '/mailboxes', { count: 3, prefix: 'staff', group: 'All staff' });
  expect(body.mailboxes.map((mailbox: { address: string }) => mailbox.address)).toEqual([
    'staff0@contoso.example',
    'staff1@contoso.example',
    'staff2@contoso.example',
  ]);
  expect((await tenant.graph('GET', `/groups/${body.group.id}/members`)).body.value).toHaveLength(3);
});
