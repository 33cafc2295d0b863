import type { CaptureResult } from '../../../../shared/engine/capture/captureSource.ts';
import { followUpCapture } from '../../../../shared/engine/subscriptions/followUpCapture.ts';
import type { SubscriptionHealth } from '../../../../shared/engine/subscriptions/subscriptionHealth.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

let world: World;
let renewals: [string, boolean][];
let ids: string[];

beforeEach(async () => {
  world = createWorld();
  renewals = [];
  ids = world.addContacts(2);
});

function followUp(result: CaptureResult, cause: 'schedule' | 'notification', state: SubscriptionHealth['state']) {
  return followUpCapture('staff', result, cause, {
    readHealth: async () => ({ state }),
    requestRenewal: async (listId, now) => {
      renewals.push([listId, now]);
    },
  });
}

function edit(department: string): void {
  world.source.edit(ids[0] ?? '', { displayName: 'Contact 1', department });
}

const foundBySchedule = { list: 'staff', code: 'FoundBySchedule', detail: expect.any(String) };

test('a first capture asks for a look at the subscriptions', async () => {
  expect(await followUp(await world.capture(), 'schedule', 'missing')).toEqual([]);
  expect(renewals).toEqual([['staff', false]]);
});

test('changes that the schedule finds although there is a subscription are noted, and it is looked at', async () => {
  await world.capture();
  edit('Engines');
  expect(await followUp(await world.capture(), 'schedule', 'active')).toEqual([foundBySchedule]);
  expect(renewals).toEqual([['staff', true]]);
});

test.each<[string, 'schedule' | 'notification', SubscriptionHealth['state']]>([
  ['a notification told of them', 'notification', 'active'],
  ['there is no subscription yet', 'schedule', 'missing'],
  ['the subscription has a problem', 'schedule', 'error'],
])('changes are not noted when %s', async (_, cause, state) => {
  await world.capture();
  edit('Engines');
  expect(await followUp(await world.capture(), cause, state)).toEqual([]);
  expect(renewals).toEqual([]);
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

test('without change notifications nothing is looked at', async () => {
  expect(await followUpCapture('staff', await world.capture(), 'schedule', undefined)).toEqual([]);
});
