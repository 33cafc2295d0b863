import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Body, immutable, startTestTenant, type TestTenant, withKeptTenant } from './testTenant.ts';

type Received = { path: string; body: Body };

let tenant: TestTenant;
let webhook: Server;
let received: Received[];
/** Statuses that the webhook answers notifications with before it accepts. */
let refusals: number[];
let validating: boolean;

beforeEach(async () => {
  tenant = await startTestTenant();
  received = [];
  refusals = [];
  validating = true;
  webhook = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://webhook');
    const token = url.searchParams.get('validationToken');
    if (token !== null) {
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(validating ? token : 'something else');
      return;
    }
    let text = '';
    request.on('data', part => {
      text += part;
    });
    request.on('end', () => {
      received.push({ path: `${url.pathname}${url.search}`, body: JSON.parse(text) });
      response.writeHead(refusals.shift() ?? 202).end();
    });
  });
  await new Promise<void>(resolve => webhook.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await tenant.close();
  webhook.closeAllConnections();
  await new Promise(resolve => webhook.close(resolve));
});

function webhookUrl(path: string): string {
  return `http://127.0.0.1:${(webhook.address() as AddressInfo).port}${path}`;
}

async function subscribe(changes: object = {}) {
  const body = {
    changeType: 'created,updated,deleted',
    notificationUrl: webhookUrl('/notifications?code=1'),
    lifecycleNotificationUrl: webhookUrl('/lifecycle'),
    resource: `${tenant.ada}/contacts`,
    expirationDateTime: '2026-11-03T08:00:00Z',
    clientState: 'secret',
    ...changes,
  };
  return tenant.graph('POST', '/subscriptions', body, { headers: immutable });
}

async function receive(count: number): Promise<Received[]> {
  while (received.length < count) await new Promise(resolve => setTimeout(resolve, 5));
  return received;
}

test('a subscription is made once its addresses were validated, then changes are notified', async () => {
  const { status, body: subscription } = await subscribe();
  expect([status, subscription.latestSupportedTlsVersion]).toEqual([201, 'v1_2']);
  const contact = await tenant.newContact();
  const [first] = await receive(1);
  expect(first?.path).toBe('/notifications?code=1');
  const id = tenant.ada.slice('/users/'.length);
  expect(first?.body.value).toEqual([
    expect.objectContaining({
      subscriptionId: subscription.id,
      clientState: 'secret',
      changeType: 'created',
      resource: `Users/${id}/Contacts/${contact.id}`,
      resourceData: expect.objectContaining({ id: contact.id, '@odata.etag': contact['@odata.etag'] }),
    }),
  ]);
  await tenant.graph('PATCH', `${tenant.ada}/contacts/${contact.id}`, { jobTitle: 'X' });
  await tenant.graph('DELETE', `${tenant.ada}/contacts/${contact.id}`);
  const types = (await receive(3)).map(({ body }) => body.value[0].changeType);
  expect(types.sort()).toEqual(['created', 'deleted', 'updated']);
});

test('changes in other folders and of other kinds are not notified', async () => {
  const folder = await tenant.newFolder('Staff');
  await subscribe({ resource: `${tenant.ada}/contactFolders/${folder.id}/contacts`, changeType: 'deleted' });
  await tenant.newContact();
  const inside = await tenant.newContact({ displayName: 'Inside' }, folder.id);
  await tenant.graph('DELETE', `${tenant.ada}/contacts/${inside.id}`);
  expect((await receive(1)).map(({ body }) => body.value[0].changeType)).toEqual(['deleted']);
});

test('an address that does not echo the token is refused', async () => {
  validating = false;
  const answer = await subscribe();
  expect([answer.status, answer.body.error.code]).toEqual([400, 'ValidationError']);
});

test('notifications can be sent elsewhere, once the new address was validated', async () => {
  const { id } = (await subscribe()).body;
  const notificationUrl = webhookUrl('/elsewhere');
  validating = false;
  const refused = await tenant.graph('PATCH', `/subscriptions/${id}`, { notificationUrl });
  expect([refused.status, refused.body.error.code]).toEqual([400, 'ValidationError']);
  validating = true;
  const changed = await tenant.graph('PATCH', `/subscriptions/${id}`, { notificationUrl });
  expect([changed.status, changed.body.notificationUrl]).toEqual([200, notificationUrl]);
  await tenant.newContact();
  expect((await receive(1)).map(({ path }) => path)).toEqual(['/elsewhere']);
});

test('a list of subscriptions hides the client state, which a look at one shows', async () => {
  const { id } = (await subscribe()).body;
  const { value } = (await tenant.graph('GET', '/subscriptions')).body;
  expect(value).toEqual([expect.objectContaining({ id, clientState: null })]);
  expect((await tenant.graph('GET', `/subscriptions/${id}`)).body.clientState).toBe('secret');
});

test('users and groups can be followed, for 29 days', async () => {
  const expirationDateTime = '2026-11-29T08:00:00Z';
  const subscription = await subscribe({ resource: 'users', changeType: 'updated,deleted', expirationDateTime });
  expect(subscription.status).toBe(201);
  const user = await tenant.graph('POST', '/users', { userPrincipalName: 'new@contoso.example' });
  await tenant.graph('PATCH', tenant.ada, { mobilePhone: '+1' });
  await tenant.graph('DELETE', tenant.ada);
  const ada = tenant.ada.slice('/users/'.length);
  const told = (await receive(3)).map(({ body }) => [body.value[0].changeType, body.value[0].resourceData.id]);
  const expected = [
    ['deleted', ada],
    ['updated', ada],
    ['updated', user.body.id],
  ];
  expect(told.sort()).toEqual(expected.sort());
  const long = await subscribe({ resource: 'groups', expirationDateTime: '2026-12-01T08:00:00Z' });
  expect(long.body.error.message).toBe('Subscription expiration can only be 41760 minutes in the future.');
});

test('who joins and leaves a group can be followed, and nothing else of it', async () => {
  const made = await tenant.graph('POST', '/groups', { displayName: 'Everyone', mail: 'everyone@contoso.example' });
  const group = `/groups/${made.body.id}`;
  const answer = await subscribe({ resource: `${group}/members`, changeType: 'updated,deleted' });
  expect(answer.status).toBe(201);
  expect((await subscribe({ resource: `/groups/${randomUUID()}/members` })).status).toBe(404);
  const ada = tenant.ada.slice('/users/'.length);
  await tenant.graph('PATCH', group, { displayName: 'All' });
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${ada}` };
  expect((await tenant.graph('POST', `${group}/members/$ref`, reference)).status).toBe(204);
  await tenant.graph('DELETE', `${group}/members/${ada}/$ref`);
  const told = (await receive(2)).map(({ body }) => [body.value[0].changeType, body.value[0].resourceData.id]);
  expect(told).toEqual([
    ['updated', made.body.id],
    ['updated', made.body.id],
  ]);
});

test('a life beyond seven days is refused, one below 45 minutes raised', async () => {
  const long = await subscribe({ expirationDateTime: '2026-11-09T08:00:00Z' });
  expect([long.status, long.body.error.code]).toEqual([400, 'ExtensionError']);
  expect(long.body.error.message).toBe('Subscription expiration can only be 10080 minutes in the future.');
  const short = await subscribe({ expirationDateTime: '2026-11-01T08:01:00Z' });
  expect(short.body.expirationDateTime).toBe('2026-11-01T08:45:00.000Z');
});

test('a subscription is renewed and deleted; an expired one is unknown and silent', async () => {
  const { id } = (await subscribe()).body;
  const renewal = { expirationDateTime: '2026-11-05T08:00:00Z' };
  const renewed = await tenant.graph('PATCH', `/subscriptions/${id}`, renewal);
  expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, '2026-11-05T08:00:00.000Z']);
  expect((await tenant.graph('GET', '/subscriptions')).body.value).toHaveLength(1);
  const other = (await subscribe()).body.id;
  expect((await tenant.graph('DELETE', `/subscriptions/${other}`)).status).toBe(204);
  tenant.advance(4 * 86_400_000);
  const late = await tenant.graph('PATCH', `/subscriptions/${id}`, renewal);
  expect([late.status, late.body.error.code]).toEqual([404, 'ResourceNotFound']);
  await tenant.newContact({ displayName: 'Too late' });
  await subscribe({ expirationDateTime: '2026-11-08T08:00:00Z' });
  const contact = await tenant.newContact({ displayName: 'In time' });
  expect((await receive(1)).map(({ body }) => body.value[0].resourceData.id)).toEqual([contact.id]);
});

test('the state file keeps subscriptions', async () => {
  await tenant.close();
  await withKeptTenant(async (kept, restart) => {
    tenant = kept;
    const { id } = (await subscribe({ lifecycleNotificationUrl: undefined, clientState: undefined })).body;
    tenant = await restart();
    const contact = await tenant.newContact();
    const [first] = await receive(1);
    expect(first?.body.value[0]).toMatchObject({ subscriptionId: id, resourceData: { id: contact.id } });
  });
  tenant = await startTestTenant();
});

test('a refused notification is sent again', async () => {
  refusals = [503];
  await subscribe();
  await tenant.newContact();
  const [first, second] = await receive(2);
  expect(second?.body).toEqual(first?.body);
});

test('notifications can be dropped and doubled', async () => {
  await subscribe();
  await tenant.control('POST', '/notifications/behaviour', { drop: true });
  await tenant.newContact({ displayName: 'Silent' });
  await tenant.control('POST', '/notifications/behaviour', { drop: false, duplicate: true });
  const { id } = await tenant.newContact({ displayName: 'Twice' });
  expect((await receive(2)).map(({ body }) => body.value[0].resourceData.id)).toEqual([id, id]);
});

test('lifecycle events go to their own address, and a removed subscription is gone', async () => {
  const { id } = (await subscribe()).body;
  await tenant.control('POST', '/notifications/lifecycle', { event: 'missed' });
  await receive(1);
  await tenant.control('POST', '/notifications/lifecycle', { event: 'subscriptionRemoved' });
  const events = await receive(2);
  expect(events.map(({ path, body }) => [path, body.value[0].lifecycleEvent])).toEqual([
    ['/lifecycle', 'missed'],
    ['/lifecycle', 'subscriptionRemoved'],
  ]);
  expect((await tenant.graph('GET', `/subscriptions/${id}`)).body.error.code).toBe('ResourceNotFound');
});
