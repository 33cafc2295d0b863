import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSubscriptions } from '../../../shared/graph/subscriptions.ts';
import type { NewSubscription, Subscriptions } from '../../../shared/ports/subscriptions.ts';
import { type SimulatedGraph, simulateGraph } from './simulatedGraph.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

const day = 24 * 3_600_000;

let simulated: SimulatedGraph;
let subscriptions: Subscriptions;
let webhook: Server;
let echo: boolean;
let asked: string[];

beforeAll(async () => {
  simulated = await simulateGraph();
  subscriptions = openSubscriptions(simulated.client);
  webhook = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://webhook');
    asked.push(url.pathname);
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(echo ? url.searchParams.get('validationToken') : 'something else');
  });
  await new Promise<void>(resolve => webhook.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await simulated.close();
  webhook.closeAllConnections();
  await new Promise(resolve => webhook.close(resolve));
});

beforeEach(() => {
  echo = true;
  asked = [];
});

async function newSubscription(changes: Partial<NewSubscription> = {}): Promise<NewSubscription> {
  const origin = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
  const mailboxId = await simulated.newMailbox();
  const { id } = (await simulated.graph('POST', `/users/${mailboxId}/contactFolders`, { displayName: 'Staff' })) as {
    id: string;
  };
  return {
    watched: { kind: 'folder', mailboxId, folderId: id },
    notificationUrl: `${origin}/api/notifications`,
    lifecycleNotificationUrl: `${origin}/api/lifecycle`,
    clientState: 'secret',
    expiresAt: Date.now() + 6 * day,
    ...changes,
  };
}

test('one is made once both addresses answered, and is listed', async () => {
  const wanted = await newSubscription();
  const made = await subscriptions.create(wanted);
  expect(asked).toEqual(['/api/notifications', '/api/lifecycle']);
  expect(made.expiresAt).toBe(wanted.expiresAt);
  const own = await subscriptions.listOwn();
  expect(own).toContainEqual({ ...made, notificationUrl: wanted.notificationUrl });
});

test('it is asked for as Graph wants it', async () => {
  const { client, sent } = stubGraph(() => json({ id: 's', expirationDateTime: '2026-11-28T00:00:00.0000000Z' }, 201));
  const made = await openSubscriptions(client).create({
    watched: { kind: 'folder', mailboxId: 'm', folderId: 'AAMk_-=' },
    notificationUrl: 'https://contoso.com/api/notifications',
    lifecycleNotificationUrl: 'https://contoso.com/api/lifecycle',
    clientState: 'secret',
    expiresAt: Date.parse('2026-11-28T00:00:00Z'),
  });
  expect(made).toEqual({ id: 's', expiresAt: Date.parse('2026-11-28T00:00:00Z') });
  expect(sent[0]).toMatchObject({
    method: 'POST',
    url: 'http://127.0.0.1:7070/v1.0/subscriptions',
    body: {
      resource: '/users/m/contactFolders/AAMk_-=/contacts',
      changeType: 'created,updated,deleted',
      notificationUrl: 'https://contoso.com/api/notifications',
      lifecycleNotificationUrl: 'https://contoso.com/api/lifecycle',
      clientState: 'secret',
      expirationDateTime: '2026-11-28T00:00:00.000Z',
      latestSupportedTlsVersion: 'v1_2',
    },
  });
  expect(sent[0]?.headers.get('Prefer')).toBe('IdType="ImmutableId"');
});

test('users and members are watched as Graph offers it: who comes is an update', async () => {
  const { client, sent } = stubGraph(() => json({ id: 's', expirationDateTime: '2026-11-28T00:00:00Z' }, 201));
  await openSubscriptions(client).create(await newSubscription({ watched: { kind: 'users' } }));
  expect(sent[0]?.body).toMatchObject({ resource: '/users', changeType: 'updated,deleted' });
  await openSubscriptions(client).create(await newSubscription({ watched: { kind: 'members', groupId: 'g' } }));
  expect(sent[1]?.body).toMatchObject({ resource: '/groups/g/members', changeType: 'updated,deleted' });
});

test('an address that does not answer its validation is a refusal, and nothing is made', async () => {
  echo = false;
  const before = await subscriptions.listOwn();
  await expect(subscriptions.create(await newSubscription())).rejects.toMatchObject({
    kind: 'refused',
    status: 400,
    code: 'ValidationError',
  });
  expect(await subscriptions.listOwn()).toEqual(before);
});

test('it is renewed, and removed', async () => {
  const wanted = await newSubscription({ expiresAt: Date.now() + day });
  const { id } = await subscriptions.create(wanted);
  const later = wanted.expiresAt + 2 * day;
  expect(await subscriptions.renew(id, later)).toEqual({ id, expiresAt: later });
  await subscriptions.remove(id);
  expect(await subscriptions.renew(id, later)).toBeUndefined();
  await expect(subscriptions.remove(id)).resolves.toBeUndefined();
});

test('one that Graph does not know is gone whatever the code says', async () => {
  const { client } = stubGraph(() => graphError(404, 'ExtensionError'));
  expect(await openSubscriptions(client).renew('s', 0)).toBeUndefined();
});

test.each([
  [403, 'Authorization_RequestDenied', 'accessDenied'],
  [503, 'ServiceUnavailable', 'unavailable'],
  [429, 'TooManyRequests', 'throttled'],
])('a renewal that fails with %i is no missing subscription', async (status, code, kind) => {
  const { client } = stubGraph(() => graphError(status, code));
  await expect(openSubscriptions(client).renew('s', 0)).rejects.toMatchObject({ kind, code });
});

test('all pages are listed', async () => {
  const row = (id: string) => ({ id, notificationUrl: 'https://n', expirationDateTime: '2026-11-28T00:00:00Z' });
  const next = 'https://graph.microsoft.com/v1.0/subscriptions?$skiptoken=2';
  const { client } = stubGraph((_, index) =>
    json(index === 0 ? { value: [row('1')], '@odata.nextLink': next } : { value: [row('2')] }),
  );
  expect((await openSubscriptions(client).listOwn()).map(({ id }) => id)).toEqual(['1', '2']);
});
