import { pauseBetweenCaptures } from '../../shared/engine/subscriptions/askForCapture.ts';
import type { Host } from '../world/world.ts';
import { type Notified, openNotified } from './notified.ts';

const clientState = 'local-client-state';

let notified: Notified;
let second: Host;
let subscriptionId: string;

beforeAll(async () => {
  notified = await openNotified(20);
  second = await notified.world.startHost();
  subscriptionId = (await notified.subscriptions())[0]?.id ?? '';
});

afterAll(() => notified?.stop());

beforeEach(async () => {
  await notified.rest();
  await notified.graph.control('DELETE', '/counters');
});

/** As many captures as the pause between two of them allows, one at once and one after the last change. */
function mostCaptures(milliseconds: number): number {
  return Math.ceil(milliseconds / pauseBetweenCaptures) + 2;
}

/** As Graph does: a 503, of an app that cannot enqueue within the time that Graph gives it, is delivered again. */
async function deliver(): Promise<void> {
  let status = 503;
  while (status === 503) ({ status } = await notified.post('/api/notifications', [{ subscriptionId, clientState }]));
  expect(status).toBe(202);
}

test('200 changes that two hosts are notified of lead to a handful of captures, the first at once, and none is lost', async () => {
  await notified.graph.control('POST', '/notifications/behaviour', { drop: true });
  const startedAt = performance.now();
  let capturesMidway = 0;
  for (let index = 0; index < 200; index++) {
    await notified.edit(index % notified.sourceIds.length);
    const url = index % 2 === 0 ? notified.host.url : second.url;
    const { status } = await notified.post('/api/notifications', [{ subscriptionId, clientState }], url);
    expect(status).toBe(202);
    if (index >= 100 && capturesMidway === 0) capturesMidway = await notified.captures();
  }
  const milliseconds = performance.now() - startedAt;
  await notified.arrived();
  await notified.rest();
  await notified.graph.control('POST', '/notifications/behaviour', { drop: false });
  expect(capturesMidway).toBeGreaterThan(0);
  expect(await notified.captures()).toBeLessThanOrEqual(mostCaptures(milliseconds));
  expect(await notified.host.runSchedule()).toMatchObject({ mailboxes: { total: 0 }, notes: [] });
});

test('a thousand notifications at once are all accepted, and lead to a handful of captures', async () => {
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 1000 }, deliver));
  await notified.rest();
  const milliseconds = performance.now() - startedAt;
  expect(await notified.captures()).toBeLessThanOrEqual(mostCaptures(milliseconds));
});

test('what the simulator sends in a burst arrives as well', async () => {
  const requests = Array.from({ length: 200 }, (_, index) => ({
    method: 'PATCH',
    url: `/users/${notified.directory}/contacts/${notified.sourceIds[index % notified.sourceIds.length]}`,
    body: { jobTitle: `Burst ${index}` },
  }));
  await notified.graph.batch(requests);
  await notified.arrived();
});
