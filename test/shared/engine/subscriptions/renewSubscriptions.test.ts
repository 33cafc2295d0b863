import { captureSource } from '../../../../shared/engine/capture/captureSource.ts';
import { type RenewalRequest, renewSubscriptions } from '../../../../shared/engine/subscriptions/renewSubscriptions.ts';
import { createSubscribedLists } from '../../../../shared/engine/subscriptions/subscribedLists.ts';
import { readSubscriptionHealth } from '../../../../shared/engine/subscriptions/subscriptionHealth.ts';
import { ClientStateUnavailable } from '../../../../shared/ports/clientState.ts';
import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { openListIndex } from '../../../../shared/store/listIndex.ts';
import { openSubscriptionRows } from '../../../../shared/store/subscriptions.ts';
import { memorySourceAdapters } from '../../../memory/adapters.ts';
import { createSourcePlaces } from '../../../memory/sourcePlaces.ts';
import { createMemorySubscriptions, type MemorySubscriptions } from '../../../memory/subscriptions.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

const day = 24 * hour;
const url = 'https://contacts.contoso.com';

let world: World;
let graph: MemorySubscriptions;
let secret: string | Error;
let webhookUrl: string | undefined;
let lists: ContactList[];
let asked: string[];

beforeEach(async () => {
  world = createWorld();
  graph = createMemorySubscriptions(world.clock);
  secret = 'secret';
  webhookUrl = url;
  lists = [listOf()];
  asked = [];
  await world.capture();
});

const rowsOf = (listId: string) => openSubscriptionRows(world.tables.sources, listId);

function webhooks() {
  const clientState = {
    read: async () => {
      if (secret instanceof Error) throw secret;
      return secret;
    },
    matches: async () => false,
  };
  return webhookUrl === undefined ? undefined : { url: webhookUrl, clientState };
}

function renew(request: RenewalRequest = {}) {
  return renewSubscriptions(request, {
    clock: world.clock,
    lists,
    listIndex: openListIndex(world.tables.sources),
    openListPartition: world.openListPartition,
    openSubscriptionRows: rowsOf,
    subscriptions: graph,
    webhooks: webhooks(),
    askForCapture: async listId => {
      asked.push(listId);
    },
  });
}

async function stored(listId = 'staff') {
  return (await rowsOf(listId).readAll()).map(({ subscription }) => subscription);
}

function health(olderThan = 0) {
  const { clock, openListPartition } = world;
  const services = { clock, lists, openListPartition, openSubscriptionRows: rowsOf, webhooks: webhooks() };
  return readSubscriptionHealth('staff', services, olderThan);
}

function staffFolder() {
  return { kind: 'folder' as const, mailboxId: world.sourceId, folderId: world.sourceFolder };
}

function watched() {
  return [...graph.live.values()].map(subscription => subscription.watched);
}

/** The timer's runs of some days. */
async function passDays(days: number): Promise<void> {
  for (let passed = 0; passed < days; passed += 0.25) {
    await world.clock.advance(day / 4);
    await renew();
  }
}

test('a captured folder gets a subscription, and a capture of what changed before', async () => {
  expect(await renew()).toMatchObject({ created: 1, problems: [] });
  const [[id, made] = []] = graph.live;
  expect(made).toEqual({
    watched: staffFolder(),
    notificationUrl: `${url}/api/notifications`,
    lifecycleNotificationUrl: `${url}/api/lifecycle`,
    clientState: 'secret',
    expiresAt: world.clock.now() + 6 * day,
  });
  expect(await stored()).toMatchObject([{ id, folderId: world.sourceFolder, expiresAt: made?.expiresAt }]);
  expect(asked).toEqual(['staff']);
  expect(JSON.stringify(await stored())).not.toContain('"secret"');
});

test('a list that was never captured is left for later', async () => {
  world = createWorld();
  expect(await renew()).toEqual({ created: 0, renewed: 0, removed: 0, problems: [] });
  expect(graph.takeCalls()).toEqual([]);
});

test('while nothing is due Graph is not asked', async () => {
  await renew();
  graph.takeCalls();
  for (let index = 0; index < 10; index++) {
    await world.clock.advance(5 * minute);
    await renew();
  }
  expect(graph.takeCalls()).toEqual([]);
});

test('it is renewed daily, and never ends', async () => {
  await renew();
  const [id] = graph.live.keys();
  graph.takeCalls();
  for (let passed = 0; passed < 30; passed++) {
    await passDays(1);
    expect([...graph.live.keys()]).toEqual([id]);
    expect(Number([...graph.live.values()][0]?.expiresAt) - world.clock.now()).toBeGreaterThan(4 * day);
  }
  expect(graph.takeCalls().filter(method => method === 'renew').length).toBeLessThanOrEqual(30);
  expect(asked).toHaveLength(1);
});

test('a renewal that fails is tried again each time, shown, and mended', async () => {
  await renew();
  await world.clock.advance(2 * day);
  graph.fail('renew', 'unavailable', { times: 2 });
  const problem = { code: 'Test_unavailable', detail: expect.stringContaining('tried again') };
  expect(await renew()).toMatchObject({ renewed: 0, problems: [{ list: 'staff', ...problem }] });
  expect(await health()).toMatchObject({ state: 'error', problem });
  expect(await renew()).toMatchObject({ renewed: 0 });
  expect(await renew()).toMatchObject({ renewed: 1, problems: [] });
  expect(await health()).toEqual({ state: 'active', expiresAt: world.clock.now() + 6 * day });
});

test.each([
  ['was removed at Graph', async () => graph.live.clear()],
  ['ended while the app was down', () => world.clock.advance(30 * day)],
])('one that %s is made again, and the list captured', async (_, lose) => {
  await renew();
  await lose();
  expect(await renew({ list: 'staff', now: true })).toMatchObject({ created: 1, renewed: 0, problems: [] });
  expect(graph.live.size).toBe(1);
  expect(await stored()).toMatchObject([{ id: [...graph.live.keys()][0] }]);
  expect(asked).toEqual(['staff', 'staff']);
});

test('a renewal can be asked for before it is due', async () => {
  await renew();
  await world.clock.advance(hour);
  expect(await renew({ list: 'other', now: true })).toMatchObject({ renewed: 0 });
  expect(await renew({ list: 'staff', now: true })).toMatchObject({ renewed: 1 });
});

test.each([
  [
    'the webhook has moved',
    () => {
      webhookUrl = 'https://other.contoso.com';
    },
  ],
  [
    'the secret was rotated',
    () => {
      secret = 'another';
    },
  ],
])('when %s another takes its place', async (_, change) => {
  await renew();
  const [before] = graph.live.keys();
  change();
  expect(await renew()).toMatchObject({ created: 1 });
  expect([...graph.live.values()]).toMatchObject([
    { clientState: secret, notificationUrl: `${webhookUrl}/api/notifications` },
  ]);
  expect([...graph.live.keys()]).not.toContain(before);
  expect(await renew()).toMatchObject({ created: 0 });
});

test.each([
  [
    'a list is paused or gone',
    () => {
      lists = [];
    },
  ],
  [
    'there is no webhook any more',
    () => {
      webhookUrl = undefined;
    },
  ],
])('when %s its subscription is removed', async (_, change) => {
  await renew();
  change();
  graph.fail('remove', 'unavailable');
  expect(await renew()).toMatchObject({ removed: 0, problems: [{ list: 'staff', code: 'Test_unavailable' }] });
  expect(await renew()).toMatchObject({ removed: 1, problems: [] });
  expect([graph.live.size, await stored()]).toEqual([0, []]);
});

test('a folder that the list does not read any more has none', async () => {
  await renew();
  const partners = world.source.addFolder('Partners');
  await world.capture(listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Partners'] } }));
  expect(await renew()).toMatchObject({ created: 1, removed: 1 });
  expect(watched()).toEqual([{ ...staffFolder(), folderId: partners }]);
});

test('two lists that read one folder have one each', async () => {
  await world.capture(listOf({ id: 'partners' }));
  lists = [listOf(), listOf({ id: 'partners' })];
  expect(await renew()).toMatchObject({ created: 2 });
  expect(await Promise.all(['staff', 'partners'].map(stored))).toMatchObject([
    [{ id: 'subscription-2' }],
    [{ id: 'subscription-1' }],
  ]);
});

test('one whose answer was lost is removed once it is sure that nobody stores it', async () => {
  graph.fail('create', 'unavailable', { done: true });
  expect(await renew()).toMatchObject({ created: 0, problems: [{ list: 'staff' }] });
  expect(await renew()).toMatchObject({ created: 1, removed: 0 });
  expect(graph.live.size).toBe(2);
  await passDays(2);
  expect([...graph.live.keys()]).toEqual((await stored()).map(({ id }) => id));
});

test('subscriptions of another deployment of the same app are left alone', async () => {
  const other = { notificationUrl: `${url}.example/api/notifications`, lifecycleNotificationUrl: '', clientState: 'x' };
  const { id } = await graph.create({ ...other, watched: staffFolder(), expiresAt: world.clock.now() + 6 * day });
  await world.clock.advance(day);
  await renew();
  expect(graph.live.has(id)).toBe(true);
});

test('two hosts that make one at the same time keep one', async () => {
  await Promise.all([renew({ list: 'staff' }), renew({ list: 'staff' })]);
  expect([...graph.live.keys()]).toEqual((await stored()).map(({ id }) => id));
});

test('without the secret none is made, what exists is renewed, and the reason is shown', async () => {
  await renew();
  await world.capture(listOf({ id: 'partners' }));
  lists = [listOf(), listOf({ id: 'partners' })];
  secret = new ClientStateUnavailable('The secret could not be read (Forbidden)');
  await world.clock.advance(2 * day);
  const outcome = await renew();
  expect(outcome).toMatchObject({ created: 0, renewed: 1 });
  expect(outcome.problems).toMatchObject([{ list: 'partners', code: 'ClientStateUnavailable' }]);
  expect(outcome.problems[0]?.detail).toContain('KEY_VAULT_URL');
});

test('a webhook that Graph does not reach is a problem that says so, without the address or the secret', async () => {
  graph.fail('create', 'refused');
  const { problems } = await renew();
  expect(problems).toMatchObject([
    { list: 'staff', detail: expect.stringContaining('check that Graph reaches WEBHOOK_URL') },
  ]);
  expect(JSON.stringify(problems)).not.toMatch(/contoso|"secret"/);
  expect(await health()).toMatchObject({ state: 'error', problem: { code: 'Test_refused' } });
  expect(await renew()).toMatchObject({ created: 1, problems: [] });
  expect(await health()).toMatchObject({ state: 'active' });
});

test('the health of a list tells off, missing and active apart', async () => {
  webhookUrl = undefined;
  expect(await health()).toEqual({ state: 'off' });
  webhookUrl = url;
  expect(await health()).toEqual({ state: 'missing' });
  await renew();
  expect(await health()).toMatchObject({ state: 'active' });
  expect(await health(minute)).toMatchObject({ state: 'missing' });
  await world.clock.advance(minute);
  expect(await health(minute)).toMatchObject({ state: 'active' });
  await world.clock.advance(6 * day);
  expect(await health()).toEqual({ state: 'missing' });
});

describe('the list of a subscription', () => {
  function open() {
    let readings = 0;
    const openRows = (listId: string) => {
      const rows = rowsOf(listId);
      const readAll = () => {
        readings++;
        return rows.readAll();
      };
      return { ...rows, readAll };
    };
    const { listOf, readAgain } = createSubscribedLists({
      clock: world.clock,
      readLists: async () => ({ lists }),
      openSubscriptionRows: openRows,
    });
    const find = async (id: string) => {
      if (listOf(id) === undefined) await world.drive(readAgain());
      return listOf(id);
    };
    return { find, readings: () => readings };
  }

  test('is known from memory once it was read', async () => {
    await renew();
    const { find, readings } = open();
    const [id = ''] = graph.live.keys();
    expect(await Promise.all([find(id), find(id), find(id)])).toEqual(['staff', 'staff', 'staff']);
    await find(id);
    expect(readings()).toBeLessThanOrEqual(2);
  });

  test('is found for one that another host made a moment ago', async () => {
    const { find } = open();
    expect(await find('subscription-1')).toBeUndefined();
    await renew();
    expect(await find('subscription-1')).toBe('staff');
  });

  test('is known although the rows of another list cannot be read', async () => {
    await renew();
    const openRows = (listId: string) =>
      listId === 'staff' ? rowsOf(listId) : { ...rowsOf(listId), readAll: () => Promise.reject(new Error('no table')) };
    const both = [...lists, listOf({ id: 'board' })];
    const known = createSubscribedLists({
      clock: world.clock,
      readLists: async () => ({ lists: both }),
      openSubscriptionRows: openRows,
    });
    await expect(world.drive(known.readAgain())).rejects.toThrow('no table');
    expect(known.listOf('subscription-1')).toBe('staff');
  });

  test('is not looked for again and again when ids are unknown', async () => {
    await renew();
    const { find, readings } = open();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => find(`unknown-${index}`)));
    expect(answers.every(answer => answer === undefined)).toBe(true);
    expect(readings()).toBeLessThanOrEqual(2);
    expect(await find('')).toBeUndefined();
  });
});

test('a source that Graph tells no changes of has no subscription to be missed', async () => {
  const list = listOf({ sources: [{ kind: 'csv', blob: 'a.csv' }], safeguards: { maxRemovalShare: 1 } });
  world.files.put('a.csv', 'First Name\nAda\n');
  await world.capture(list);
  lists = [list];
  await renew();
  expect(await health()).toEqual({ state: 'off' });
});

describe('of several sources', () => {
  const staff = { name: 'staff', kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] };
  const people = { name: 'people', kind: 'directory' };
  const file = { name: 'file', kind: 'csv', blob: 'people.csv' };
  let places: ReturnType<typeof createSourcePlaces>;

  beforeEach(() => {
    places = createSourcePlaces();
    const ada = { address: 'ada@contoso.com', displayName: 'Ada' };
    places.places.directory.put('1', ada);
    places.places.csv.put('1', ada);
  });

  /** As the list's settings are from then on. */
  function capture(...sources: object[]) {
    const list = listOf({ sources });
    lists = [list];
    const { clock, openListPartition } = world;
    const reader = { ...places.adapters.openDirectoryReader(), memberIds: async () => ['1'] };
    const adapters = { ...places.adapters, openDirectoryReader: () => reader };
    const sourceAdapters = { ...memorySourceAdapters(world.graph, clock), ...adapters };
    return world.drive(
      captureSource(list, {
        clock,
        openListPartition,
        sourceAdapters,
        photos: world.photos,
        leaseMilliseconds: minute,
      }),
    );
  }

  test('each folder has one, and the users of the tenant; a file has none, and the list is well', async () => {
    const partners = world.source.addFolder('Partners');
    const others = { ...staff, name: 'others', folders: ['Partners'] };
    await capture(staff, others, people, file);
    expect(await renew()).toMatchObject({ created: 3, problems: [] });
    expect(watched()).toEqual([staffFolder(), { ...staffFolder(), folderId: partners }, { kind: 'users' }]);
    expect(await health()).toMatchObject({ state: 'active' });
    await capture({ ...staff, name: 'others' }, file);
    expect(await renew()).toMatchObject({ created: 0, removed: 2 });
    expect(watched()).toEqual([staffFolder()]);
  });

  test('what two of them read has one', async () => {
    await capture(people, { ...people, name: 'guests', includeGuests: true });
    expect(await renew()).toMatchObject({ created: 1, problems: [] });
    expect(watched()).toEqual([{ kind: 'users' }]);
    expect(await renew()).toMatchObject({ created: 0, removed: 0 });
  });

  test("a folder of another tenant has none, the app's own has one as soon as the connection is gone", async () => {
    world.connectTo('fabrikam', 'fabrikam-id', world.graph);
    await capture(staff, people);
    await renew();
    lists = [listOf({ sources: [{ ...staff, connection: 'fabrikam' }, people] })];
    expect(await renew()).toMatchObject({ created: 0, removed: 1 });
    expect(watched()).toEqual([{ kind: 'users' }]);
    expect(await health()).toMatchObject({ state: 'active' });
  });

  test('the groups whose members a directory reads or leaves out have one each, as long as it does', async () => {
    world.graph.setGroup('staff@contoso.com', []);
    world.graph.setGroup('robots@contoso.com', []);
    const groups = { groups: ['staff@contoso.com'], exclude: { groups: ['robots@contoso.com'] } };
    await capture({ ...people, ...groups });
    expect(await renew()).toMatchObject({ created: 3, problems: [] });
    const [users, ...members] = watched();
    expect(users).toEqual({ kind: 'users' });
    expect(members).toEqual(Array(2).fill({ kind: 'members', groupId: expect.any(String) }));
    expect(await health()).toMatchObject({ state: 'active' });
    await capture(people);
    expect(await renew()).toMatchObject({ created: 0, removed: 2 });
    expect(watched()).toEqual([{ kind: 'users' }]);
  });

  test('groups that Graph does not tell of for want of a permission leave the users their subscription', async () => {
    world.graph.setGroup('staff@contoso.com', []);
    await capture(people);
    await renew();
    graph.fail('create', 'accessDenied');
    await capture({ ...people, groups: ['staff@contoso.com'] });
    const refusal = { code: 'NotificationsRefused', detail: expect.stringContaining('Group.Read.All') };
    expect(await renew()).toMatchObject({ created: 0, removed: 0, problems: [refusal] });
    expect(await health()).toMatchObject({ state: 'active', problem: refusal });
  });

  test('users whom Graph does not tell of are found by the schedule, which the list says and no alert does', async () => {
    graph.fail('create', 'accessDenied', { times: 2 });
    await capture(people);
    const refusal = { code: 'NotificationsRefused', detail: expect.stringContaining('User.Read.All') };
    expect(await renew()).toMatchObject({ created: 0, problems: [{ list: 'staff', ...refusal }] });
    expect(await health()).toEqual({ state: 'off', problem: refusal });
    await capture(people, staff);
    expect(await renew()).toMatchObject({ created: 1, problems: [refusal] });
    expect(await health()).toMatchObject({ state: 'active', problem: refusal });
    expect(await renew()).toMatchObject({ created: 1, problems: [] });
    expect(await health()).toEqual({ state: 'active', expiresAt: world.clock.now() + 6 * day });
  });
});
