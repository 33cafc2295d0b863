import type { CaptureResult } from '../../../../shared/engine/capture/captureSource.ts';
import { followUpCapture } from '../../../../shared/engine/subscriptions/followUpCapture.ts';
import { openSubscriptionRows } from '../../../../shared/store/subscriptions.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const clientState = { read: async () => 'secret', matches: async () => true };
const webhooks = { url: 'https://contacts.contoso.com', clientState };

type Health = 'active' | 'missing' | 'error';

let world: World;
let ids: string[];

beforeEach(async () => {
  world = createWorld();
  ids = world.addContacts(2);
});

async function followUp(result: CaptureResult, cause: 'schedule' | 'notification', health: Health) {
  const { clock, store, tables, sourceId, sourceFolder, queues } = world;
  const subscription = { id: 'subscription', url: webhooks.url, clientState: '', createdAt: 0 };
  const problem = health === 'error' ? { problem: { code: 'ErrorAccessDenied', detail: 'denied' } } : {};
  if (health !== 'missing') {
    const times = { expiresAt: clock.now() + hour };
    const row = { mailboxId: sourceId, folderId: sourceFolder, ...subscription, ...times, ...problem };
    await openSubscriptionRows(tables.sources, 'staff').put(row, undefined);
  }
  const { openListPartition, openSubscriptionRows: openRows } = store;
  const { lists } = world;
  const rows = { openListPartition, openSubscriptionRows: openRows };
  const services = { clock, lists, ...rows, webhooks, newId: () => 'id', ...queues };
  return followUpCapture('staff', result, cause, services);
}

/** What was asked for, the list and whether at once. */
function renewals(): unknown[] {
  return world.queues.captureQueue.receive().map(({ body }) => body);
}

function renewal(now: boolean) {
  return { kind: 'renewSubscriptions', list: 'staff', now };
}

function edit(department: string): void {
  world.source.edit(ids[0] ?? '', { displayName: 'Contact 1', department });
}

const foundBySchedule = { list: 'staff', code: 'FoundBySchedule', detail: expect.any(String) };

test('a first capture asks for a look at the subscriptions', async () => {
  expect(await followUp(await world.capture(), 'schedule', 'missing')).toEqual([]);
  expect(renewals()).toEqual([renewal(false)]);
});

test('changes that the schedule finds although there is a subscription are noted, and it is looked at', async () => {
  await world.capture();
  edit('Engines');
  expect(await followUp(await world.capture(), 'schedule', 'active')).toEqual([foundBySchedule]);
  expect(renewals()).toEqual([renewal(true)]);
});

test.each<[string, 'schedule' | 'notification', Health]>([
  ['a notification told of them', 'notification', 'active'],
  ['there is no subscription yet', 'schedule', 'missing'],
  ['the subscription has a problem', 'schedule', 'error'],
])('changes are not noted when %s', async (_, cause, state) => {
  await world.capture();
  edit('Engines');
  expect(await followUp(await world.capture(), cause, state)).toEqual([]);
  expect(renewals()).toEqual([]);
});

test.each<[string, () => Promise<CaptureResult>]>([
  ['there is no change', () => world.capture()],
  [
    'the capture that a notification asked for had failed',
    async () => {
      edit('Engines');
      world.source.failure = failure('unavailable');
      await world.capture();
      world.source.failure = undefined;
      return world.capture();
    },
  ],
  [
    'the list reads other folders now',
    async () => {
      const folder = world.source.addFolder('Partners');
      world.addContacts(3, 'Partner', folder);
      return world.capture(listOf({ source: { mailbox: 'directory@contoso.com', folders: ['Partners'] } }));
    },
  ],
])('nothing is noted when %s', async (_, capture) => {
  await world.capture();
  expect(await followUp(await capture(), 'schedule', 'active')).toEqual([]);
});

test('nothing is noted of a list with a source that Graph does not tell everything of', async () => {
  const folder = { name: 'staff', kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] };
  const list = listOf({ sources: [folder, { name: 'file', kind: 'csv', blob: 'people.csv' }] });
  world.setLists(list);
  world.files.put('people.csv', 'First Name\nAda\n');
  expect(await followUp(await world.capture(), 'schedule', 'active')).toEqual([]);
  expect(renewals()).toEqual([renewal(false)]);
  world.files.put('people.csv', 'First Name\nAda\nBob\n');
  const captured = await world.capture();
  expect(captured.changed).toBe(true);
  expect(await followUp(captured, 'schedule', 'missing')).toEqual([]);
  expect(renewals()).toEqual([]);
});

test('without change notifications nothing is looked at', async () => {
  const { clock, store, queues } = world;
  const services = { ...store, ...queues, clock, lists: world.lists, webhooks: undefined, newId: () => 'id' };
  expect(await followUpCapture('staff', await world.capture(), 'schedule', services)).toEqual([]);
  expect(renewals()).toEqual([]);
});
