import { generateRequests } from '../end-to-end/generatedRequests.ts';
import { sendRaw } from '../end-to-end/rawRequest.ts';
import { shiftedClock } from '../world/clock.ts';
import { readTarget } from '../world/mirror.ts';
import { type Host, until } from '../world/world.ts';
import { type GraphSubscription, type Notified, notifiedList, openNotified } from './notified.ts';

const clientState = 'local-client-state';
const day = 24 * 3_600_000;

let notified: Notified;

beforeAll(async () => {
  notified = await openNotified();
});

afterAll(() => notified?.stop());

beforeEach(async () => {
  await notified.rest();
  await notified.graph.control('POST', '/notifications/behaviour', { drop: false, duplicate: false });
  await notified.graph.control('DELETE', '/counters');
  await notified.world.resetStatistics();
});

async function behave(behaviour: object): Promise<void> {
  await notified.graph.control('POST', '/notifications/behaviour', behaviour);
}

async function sendLifecycleEvent(event: string): Promise<void> {
  await notified.graph.control('POST', '/notifications/lifecycle', { event });
}

async function onlySubscription(): Promise<GraphSubscription> {
  const all = await notified.subscriptions();
  expect(all).toHaveLength(1);
  return all[0] as GraphSubscription;
}

test('the first capture of a list is followed by a subscription to its folder, for less than seven days', async () => {
  const { directory, folder, webhookUrl } = notified;
  const subscription = await onlySubscription();
  expect(subscription).toMatchObject({
    resource: `/users/${directory}/contactFolders/${folder}/contacts`,
    changeType: 'created,updated,deleted',
    notificationUrl: `${webhookUrl}/api/notifications`,
    lifecycleNotificationUrl: `${webhookUrl}/api/lifecycle`,
  });
  const left = Date.parse(subscription.expirationDateTime) - Date.now();
  expect([left > 5 * day, left < 7 * day]).toEqual([true, true]);
  expect(await notified.storedSubscriptions()).toMatchObject([{ id: subscription.id, folderId: folder }]);
});

test('an edit of the source arrives without a scheduled run, and leaves one run', async () => {
  const before = await notified.latestRun();
  await notified.edit();
  await notified.arrived();
  await notified.rest();
  const run = await notified.latestRun();
  expect(run).toMatchObject({ cause: 'notification', mailboxes: { total: 2, done: 2 }, problems: [], notes: [] });
  expect(run.id < before.id).toBe(true);
});

test('new and removed contacts arrive too', async () => {
  const { graph, directory, folder } = notified;
  const path = `/users/${directory}/contactFolders/${folder}/contacts`;
  const { id } = await graph.call('POST', path, { displayName: 'Newcomer' });
  await notified.arrived();
  await graph.call('DELETE', `/users/${directory}/contacts/${id}`);
  await notified.arrived();
});

test('a notification that finds nothing new leaves no run', async () => {
  const before = await notified.latestRun();
  const { id } = await onlySubscription();
  expect((await notified.post('/api/notifications', [{ subscriptionId: id, clientState }])).status).toBe(202);
  await until(async () => ((await notified.captures()) > 0 ? true : undefined));
  await notified.rest();
  expect((await notified.latestRun()).id).toBe(before.id);
});

test.each(['/api/notifications', '/api/lifecycle'])('%s echoes the token of a validation as plain text', async path => {
  const token = 'Validation: <script>alert("1")</script> & ü 100%+';
  const url = `${notified.webhookUrl}${path}?validationToken=${encodeURIComponent(token)}`;
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'text/plain' } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await answer.text()).toBe(token);
});

test('what is forged, unknown or unreadable is dropped, counted, and answered like the rest', async () => {
  const { id } = await onlySubscription();
  const missed = { subscriptionId: id, lifecycleEvent: 'missed' };
  const values = [
    { subscriptionId: id, clientState: 'local-client-statf' },
    { subscriptionId: id, clientState: '' },
    { subscriptionId: '00000000-0000-4000-8000-000000000000', clientState },
    { subscriptionId: id },
    { subscriptionId: id, clientState: ['local-client-state'] },
    { subscriptionId: '../../staff', clientState },
    'nothing',
    null,
  ];
  const answers = [
    await notified.post('/api/notifications', values),
    await notified.post('/api/lifecycle', [
      missed,
      { ...missed, clientState: 'guess' },
      { ...missed, lifecycleEvent: 'other' },
    ]),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(await Promise.all(answers.map(answer => answer.text()))).toEqual(['', '']);
  expect(await notified.sentCaptures()).toBe(0);
  expect(notified.host.errors()).toMatch(/dropped.+unreadable: 4, forged: 2, unknown: 2/);
  expect(notified.host.errors()).not.toContain(clientState);
});

test('genuine notifications for a thousand subscriptions that are not ours hold up no good one among them', async () => {
  const { id } = await onlySubscription();
  const strangers = Array.from({ length: 1_000 }, (_, index) => ({ subscriptionId: `stranger-${index}`, clientState }));
  const body = [...strangers, { subscriptionId: id, clientState }];
  expect((await notified.post('/api/notifications', body)).status).toBe(202);
  expect(await notified.sentCaptures()).toBe(1);
  await notified.rest();
});

test('a body that is none of Graph is refused', async () => {
  const url = `${notified.webhookUrl}/api/notifications`;
  const statuses = [];
  for (const body of ['', '{', '[]', '{"value":{}}', `{"value":["${'x'.repeat(1_100_000)}"]}`]) {
    statuses.push((await fetch(url, { method: 'POST', body })).status);
  }
  statuses.push((await fetch(`${url}?validationToken=${'x'.repeat(3_000)}`, { method: 'POST' })).status);
  expect(statuses).toEqual([400, 400, 400, 400, 413, 400]);
});

test('no request that can be made up is answered by the webhooks with a fault of the server', async () => {
  const { id } = await onlySubscription();
  const seed = Date.now() % 2 ** 31;
  const routes = ['/notifications', '/lifecycle'].map(path => ({
    ...{ operationId: path, method: 'POST', path, responses: {} },
    parameters: [{ name: 'validationToken', in: 'query' }],
    requestBody: { required: true, content: { 'application/json': { schema: { properties: { value: {} } } } } },
  }));
  const genuine = { subscriptionId: id, clientState, lifecycleEvent: 'missed' };
  const values = { value: [[genuine], [genuine, 7], [{ ...genuine, subscriptionId: '\ud800' }], [[]], [null]] };
  const faults: string[] = [];
  for (const request of generateRequests(routes, { values, functionKey: '' }, { seed, perInput: 60 })) {
    const { status } = await sendRaw(notified.webhookUrl, request);
    if (status >= 500) faults.push(`seed ${seed}: ${status} for ${JSON.stringify(request)}`);
  }
  expect(faults).toEqual([]);
  await notified.rest();
});

test('doubled notifications change nothing', async () => {
  await behave({ duplicate: true });
  await notified.edit();
  await notified.arrived();
  await notified.rest();
  await notified.graph.control('DELETE', '/counters');
  expect(await notified.host.runSchedule()).toMatchObject({ mailboxes: { total: 0 }, problems: [], notes: [] });
});

test('missed: what no notification told of is captured', async () => {
  await behave({ drop: true });
  await notified.edit();
  await sendLifecycleEvent('missed');
  await notified.arrived();
});

test('reauthorizationRequired: the subscription is renewed', async () => {
  const { id, expirationDateTime } = await onlySubscription();
  await sendLifecycleEvent('reauthorizationRequired');
  const renewed = await until(async () => {
    const now = await onlySubscription();
    return now.expirationDateTime > expirationDateTime ? now : undefined;
  });
  expect(renewed.id).toBe(id);
});

test('subscriptionRemoved: another is made, what changed meanwhile is captured, and a replay of the old is dropped', async () => {
  const { id } = await onlySubscription();
  await behave({ drop: true });
  await sendLifecycleEvent('subscriptionRemoved');
  await notified.edit();
  await notified.arrived();
  await until(async () => ((await notified.subscriptions()).length === 1 ? true : undefined));
  await notified.rest();
  const made = await onlySubscription();
  expect(made.id).not.toBe(id);
  expect(await notified.storedSubscriptions()).toMatchObject([{ id: made.id }]);
  await behave({ drop: false });
  await notified.edit();
  await notified.arrived();
  await notified.rest();
  await notified.world.resetStatistics();
  expect((await notified.post('/api/notifications', [{ subscriptionId: id, clientState }])).status).toBe(202);
  expect(await notified.sentCaptures()).toBe(0);
});

test('lost notifications are made good by the schedule, which says so and looks at the subscription', async () => {
  const { world } = notified;
  const later = await world.startHost({}, shiftedClock(600));
  await behave({ drop: true });
  await notified.edit();
  const run = await later.runSchedule();
  expect(run.notes).toEqual([
    { list: 'staff', code: 'FoundBySchedule', detail: expect.stringContaining('schedule found') },
  ]);
  expect(run).toMatchObject({ mailboxes: { total: 2, done: 2 }, problems: [] });
  await notified.arrived();
  await until(async () => {
    const { byRoute } = await notified.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
    return byRoute['PATCH /subscriptions/{id}'] === 1 ? true : undefined;
  });
  await later.stop();
});

describe('a list of a group beside a folder', () => {
  const colleagues = {
    id: 'colleagues',
    sources: [
      { name: 'people', kind: 'directory', groups: ['colleagues@contoso.example'] },
      { name: 'partners', kind: 'contactFolder', ...notifiedList.source },
    ],
    targets: { mailboxes: ['ada@contoso.example'] },
    destination: { folder: 'Colleagues' },
  };
  let host: Host;
  let group: string;

  beforeAll(async () => {
    const { graph, world, webhookUrl, targets } = notified;
    group = await graph.addGroup('colleagues', targets);
    await notified.host.stop();
    world.configure({ CONTACT_LISTS: JSON.stringify([notifiedList, colleagues]) });
    host = await world.startHost({ WEBHOOK_URL: webhookUrl });
    await host.resync({}, colleagues.id);
    await until(async () => ((await subscribed()).length === 3 ? true : undefined));
    await notified.rest();
  });

  async function subscribed(): Promise<string[]> {
    const stored = await notified.storedSubscriptions(colleagues.id);
    return stored.filter(({ id }) => id !== '').map(({ folderId }) => folderId);
  }

  async function colleague(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { graph, targets } = notified;
    const { ours } = await readTarget(graph, targets[0] ?? '', colleagues.destination.folder, colleagues.id);
    return [...ours.values()].find(({ displayName }) => displayName === name);
  }

  test('hears of a joiner, of a new phone number and of an edit in the folder without a schedule', async () => {
    const { graph } = notified;
    expect((await subscribed()).sort()).toEqual([notified.folder, 'users', `members:${group}`].sort());
    const id = await graph.addUser('joiner');
    await notified.rest();
    await graph.call('POST', `/groups/${group}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    });
    await until(() => colleague('joiner'));
    await graph.call('PATCH', `/users/${id}`, { mobilePhone: '+49 30 1' });
    await until(async () => ((await colleague('joiner'))?.mobilePhone === '+49 30 1' ? true : undefined));
    const folder = `/users/${notified.directory}/contactFolders/${notified.folder}/contacts`;
    await graph.call('POST', folder, { displayName: 'New partner' });
    await until(() => colleague('New partner'));
    expect(await (await host.call('GET', `/api/lists/${colleagues.id}`)).json()).toMatchObject({
      changeNotifications: { state: 'active' },
    });
  });
});
