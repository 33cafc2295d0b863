import type { DaysView } from '../../../shared/api/days.ts';
import { createWorld, hour, listOf, minute, type World } from './world.ts';

const staff = listOf();
const day = 24 * hour;
let world: World;

beforeEach(async () => {
  world = createWorld(staff);
  world.addContacts(3);
  world.addTargets(4);
  await world.sync();
});

async function readDays(days = 30): Promise<DaysView['days']> {
  return [...(await world.app.readDays(() => true, days)).days];
}

test('a day tells how the mailboxes stand and what was written, and not what a first fill took', async () => {
  expect(await readDays()).toEqual([
    {
      day: '2023-11-14',
      mailboxes: { current: 4, behind: 0, waiting: 0, failed: 0, skipped: 0 },
      contacts: { created: 12, updated: 0, deleted: 0, failed: 0 },
      secondsToMailbox: null,
      throttled: 0,
    },
  ]);
});

test('the time from a change to the mailboxes counts each mailbox, the slow one too', async () => {
  const [id = ''] = world.source.contactsIn(world.sourceFolder).map(contact => contact.id);
  world.source.edit(id, { jobTitle: 'Head of sales' });
  await world.run();
  const [first, ...others] = world.queues.syncQueue.receive();
  await world.clock.advance(minute);
  for (const message of others) await world.drive(world.app.syncMailbox(message.body, 'sync'));
  await world.clock.advance(hour);
  if (first) await world.drive(world.app.syncMailbox(first.body, 'sync'));
  const [today] = await readDays();
  expect(today?.contacts).toEqual({ created: 12, updated: 4, deleted: 0, failed: 0 });
  const { changes, median = 0, percentile99 = 0 } = today?.secondsToMailbox ?? {};
  expect(changes).toBe(4);
  expect(median).toBeGreaterThanOrEqual(60);
  expect(median).toBeLessThan(60 * 1.2);
  expect(percentile99).toBeGreaterThanOrEqual(3660);
  expect(percentile99).toBeLessThan(3660 * 1.2);
});

test('past days stay as they were, and one on which nothing ran is left out', async () => {
  world.addContacts(2, 'Newcomer');
  await world.run();
  await world.clock.advance(day);
  await world.app.keepDays();
  await world.deliver();
  await world.clock.advance(day);
  await world.app.keepDays();
  await world.clock.advance(10 * day);
  await world.sync();
  const days = await readDays();
  expect(days.map(each => each.day)).toEqual(['2023-11-14', '2023-11-15', '2023-11-26']);
  expect(days.map(({ contacts }) => contacts.created)).toEqual([12, 8, 0]);
  expect(days.map(({ mailboxes }) => mailboxes)).toEqual([
    expect.objectContaining({ current: 0, behind: 4 }),
    expect.objectContaining({ current: 4, behind: 0 }),
    expect.objectContaining({ current: 4 }),
  ]);
  world.restart();
  await world.app.keepDays();
  expect((await readDays()).filter(each => each.day !== '2023-11-25')).toEqual(days);
  expect(await readDays(1)).toEqual(days.slice(-1));
});

test('days are kept for 400 days, also of a list that is gone', async () => {
  await world.clock.advance(day);
  await world.app.keepDays();
  world.setLists(listOf({ id: 'other' }));
  await world.clock.advance(399 * day);
  await world.sync();
  expect(await world.app.forgetDays()).toBe(0);
  await world.clock.advance(2 * day);
  expect(await world.app.forgetDays()).toBe(1);
});
