import { request } from 'node:http';
import { type Body, immutable, stampId, startTestTenant, type TestTenant } from './testTenant.ts';

const versionId = 'String {2395B2CE-E000-4311-BFE9-38B6808B0F26} Name ContactFolderSyncVersion';
const stamp = (value: string) => [{ id: stampId, value }];
const expandBoth = encodeURIComponent(
  `singleValueExtendedProperties($filter=id eq '${stampId}' or id eq '${versionId}')`,
);

let tenant: TestTenant;
let contacts: string;
beforeEach(async () => {
  tenant = await startTestTenant();
  contacts = `${tenant.ada}/contacts`;
});
afterEach(() => tenant.close());

async function list(query: string): Promise<Body> {
  return (await tenant.graph('GET', `${contacts}?${query}`, undefined, { headers: immutable })).body;
}

test('extended properties are hidden unless expanded, on a list and on one contact', async () => {
  const both = [...stamp('staff:1'), { id: versionId, value: '7' }];
  const stamped = await tenant.newContact({ displayName: 'Stamped', singleValueExtendedProperties: both });
  await tenant.newContact({ displayName: 'Plain' });
  expect(stamped).not.toHaveProperty('singleValueExtendedProperties');
  expect((await list('')).value[0]).not.toHaveProperty('singleValueExtendedProperties');

  const expanded = await list(`$expand=${expandBoth}&$select=id`);
  const values = (entity: Body) => entity.singleValueExtendedProperties.map((property: Body) => property.value);
  expect(values(expanded.value[0])).toEqual(['staff:1', '7']);
  expect(expanded.value[1]).not.toHaveProperty('singleValueExtendedProperties');
  const one = await tenant.graph('GET', `${contacts}/${stamped.id}?$expand=${expandBoth}`);
  expect(values(one.body)).toEqual(['staff:1', '7']);
});

test('a patch changes the extended properties that it names and keeps the others', async () => {
  const both = [...stamp('staff:1'), { id: versionId, value: '7' }];
  const { id } = await tenant.newContact({ displayName: 'Stamped', singleValueExtendedProperties: both });
  await tenant.graph('PATCH', `${contacts}/${id}`, { singleValueExtendedProperties: [{ id: versionId, value: '8' }] });
  const one = await tenant.graph('GET', `${contacts}/${id}?$expand=${expandBoth}`);
  expect(one.body.singleValueExtendedProperties.map((property: Body) => property.value)).toEqual(['staff:1', '8']);
});

test('properties of Outlook itself are known by their numbers, however these are written', async () => {
  const fax = 'String {00062004-0000-0000-c000-000000000046} Id 0x80B2';
  const singleValueExtendedProperties = [
    { id: 'Integer 0x0036', value: '2' },
    { id: fax, value: '+49' },
  ];
  const { id } = await tenant.newContact({ displayName: 'Private', singleValueExtendedProperties });
  const expand = `singleValueExtendedProperties($filter=id eq 'Integer 0x36' or id eq '${fax.replace('B2', 'b2')}')`;
  const { body } = await tenant.graph('GET', `${contacts}/${id}?$expand=${encodeURIComponent(expand)}`);
  expect(body.singleValueExtendedProperties.map((property: Body) => property.value)).toEqual(['2', '+49']);
});

test('contacts are found by extended property, by exact value', async () => {
  const { id } = await tenant.newContact({
    displayName: 'One',
    singleValueExtendedProperties: stamp("staff:O'Neill=A"),
  });
  await tenant.newContact({ displayName: 'Two', singleValueExtendedProperties: stamp("staff:O'Neill=a") });
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${stampId}' and ep/value eq 'staff:O''Neill=A')`;
  const { value } = await list(`$filter=${encodeURIComponent(filter)}`);
  expect(value.map((contact: Body) => contact.id)).toEqual([id]);
});

test('contacts are found by e-mail address', async () => {
  const { id } = await tenant.newContact({ emailAddresses: [{ address: 'Grace@x.example' }] });
  await tenant.newContact({ emailAddresses: [{ address: 'ada@x.example' }] });
  const { value } = await list(`$filter=${encodeURIComponent("emailAddresses/any(a:a/address eq 'grace@x.example')")}`);
  expect(value.map((contact: Body) => contact.id)).toEqual([id]);
});

test('contacts are found by their texts, whatever the case, and counted', async () => {
  for (const surname of ['Hopper', 'Lovelace', 'Love']) await tenant.newContact({ givenName: 'G', surname });
  const found = async (filter: string) => {
    const { value } = await list(`$filter=${encodeURIComponent(filter)}`);
    const count = await tenant.graph('GET', `${contacts}/$count?$filter=${encodeURIComponent(filter)}`);
    expect(count.body).toBe(String(value.length));
    return value.map((contact: Body) => contact.surname);
  };
  expect(await found("startswith(surname,'love')")).toEqual(['Lovelace', 'Love']);
  expect(await found("displayName eq 'g HOPPER'")).toEqual(['Hopper']);
  expect(await found("displayName eq 'G Hopper' or surname eq 'Love'")).toEqual(['Hopper', 'Love']);
});

test.each([
  "contains(displayName,'x')",
  "emailAddresses/any(a:startswith(a/address,'x'))",
  'displayName',
  "categories/any(c:c eq 'x')",
  "'",
  '((',
])('the filter %s is refused', async filter => {
  const answer = await tenant.graph('GET', `${contacts}?$filter=${encodeURIComponent(filter)}`);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({
    code: 'ErrorInvalidUrlQueryFilter',
    message: 'The query filter contains one or more invalid nodes.',
  });
});

test('a list has ten rows a page unless $top says otherwise, and links to the next with its other options', async () => {
  for (let number = 0; number < 12; number += 1) await tenant.newContact({ displayName: `Contact ${number}` });
  expect((await list('')).value).toHaveLength(10);
  const first = await list('$top=5&$select=displayName&$count=true');
  expect(first['@odata.count']).toBe(12);
  const second = (await tenant.graph('GET', first['@odata.nextLink'])).body;
  const third = (await tenant.graph('GET', second['@odata.nextLink'])).body;
  const rows: Body[] = [...first.value, ...second.value, ...third.value];
  expect(new Set(rows.map(row => row.displayName)).size).toBe(12);
  expect(Object.keys(third.value[0]).sort()).toEqual(['@odata.etag', 'displayName', 'id']);
  expect(third['@odata.nextLink']).toBeUndefined();
  expect((await list('$skip=11')).value).toHaveLength(1);
});

test('links carry the origin that the caller used', async () => {
  for (let number = 0; number < 2; number += 1) await tenant.newContact({ displayName: `Contact ${number}` });
  const { host, port } = new URL(tenant.simulator.url);
  const own = await list('$top=1');
  expect(own['@odata.nextLink']).toContain(`http://${host}/v1.0/`);
  const token = tenant.simulator.issueToken('test').access_token;
  const answer = await fetch(`http://localhost:${port}/v1.0${contacts}?$top=1`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(((await answer.json()) as Body)['@odata.nextLink']).toContain(`http://localhost:${port}/v1.0/`);
});

test('/contacts lists the default folder only, $count counts it', async () => {
  const folder = await tenant.newFolder('Sub');
  await tenant.newContact({ displayName: 'Below' }, folder.id);
  await tenant.newContact({ displayName: 'Default' });
  expect((await list('')).value).toHaveLength(1);
  const count = await tenant.graph('GET', `${tenant.ada}/contactFolders/${folder.id}/contacts/$count`);
  expect(count.body).toBe('1');
});

test('$orderby sorts by a text', async () => {
  for (const displayName of ['Bea', 'Ada', 'Cid']) await tenant.newContact({ displayName });
  const { value } = await list('$orderby=displayName%20desc');
  expect(value.map((contact: Body) => contact.displayName)).toEqual(['Cid', 'Bea', 'Ada']);
});

test.each(['$top=1001', '$top=x', '$select=nosuch', '$search=x', '$expand=photo', '$orderby=emailAddresses'])(
  '%s is refused',
  async query => {
    const answer = await tenant.graph('GET', `${contacts}?${query}`);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'RequestBroker--ParseUri']);
  },
);

test('permanentDelete without a Content-Length is refused', async () => {
  const { id } = await tenant.newContact();
  const token = tenant.simulator.issueToken('test').access_token;
  const status = await new Promise(resolve => {
    const headers = { Authorization: `Bearer ${token}`, 'Transfer-Encoding': 'chunked' };
    const url = `${tenant.simulator.url}/v1.0${contacts}/${id}/permanentDelete`;
    request(url, { method: 'POST', headers }, response => resolve(response.resume().statusCode)).end();
  });
  expect(status).toBe(411);
});
