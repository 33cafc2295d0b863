import type { App, AppSettings } from '../../../shared/app.ts';
import type { RunOutcome } from '../../../shared/engine/fan-out/runOutcome.ts';
import { RunIncomplete } from '../../../shared/engine/fan-out/runOutcome.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createMemoryNotices } from '../../memory/notices.ts';
import { createWorld, hour, listOf, minute, type World } from './world.ts';

const list = listOf({ safeguards: { maxRemovalShare: 0.2, maxRemovals: 2 } });
const day = 24 * hour;
let world: World;
let notices: ReturnType<typeof createMemoryNotices>;
let app: App;
let ids: string[];
let failing: string;

beforeEach(async () => {
  world = createWorld(list);
  notices = createMemoryNotices();
  app = openHost();
  ids = world.addContacts(20);
  [failing = ''] = world.addTargets(3);
  await world.sync();
});

/** A process that tells somebody. */
function openHost(settings: Partial<AppSettings> = {}): App {
  return world.openApp(settings, { noticeTargets: [notices] });
}

async function run(on = app): Promise<RunOutcome> {
  await world.clock.advance(5 * minute);
  return world.drive(on.scheduleSync());
}

function told(): string[] {
  return notices.sent.splice(0).flatMap(({ facts }) => facts.map(({ title, value }) => `${title} ${value}`));
}

function removeMany(): void {
  for (const id of ids.splice(0, 10)) world.source.remove(id);
}

const held = 'staff held: 10 removals wait for a decision';

test('a hold is told once a day until it ends, and what is in order never', async () => {
  expect((await run()).notices).toBeUndefined();
  removeMany();
  expect((await run()).notices).toEqual({ told: 1 });
  expect((await run()).notices).toEqual({ told: 0 });
  expect(told()).toEqual([held]);
  await world.clock.advance(day);
  await run();
  await run();
  expect(told()).toEqual([held]);

  world.addContacts(10, 'Back');
  await world.decide({ decision: 'approve', removals: 10 });
  await run();
  await world.clock.advance(day);
  await run();
  expect(told()).toEqual([]);
});

test('a run that has nothing to tell asks the tables for nothing more', async () => {
  const get = jest.spyOn(world.tables.runs, 'get');
  await run();
  expect(get.mock.calls.filter(([partition]) => partition === '$notices')).toEqual([]);
});

test('without an address nothing is told and nothing is kept', async () => {
  removeMany();
  await world.run();
  expect(await world.tables.runs.query('$notices')).toEqual([]);
});

test('a target that is down fails no run, is tried again with the next, and told once then', async () => {
  removeMany();
  notices.fault = 'Status500';
  const outcome = await run();
  expect(outcome).toMatchObject({
    problems: [{ code: 'TooManyRemovals' }],
    notices: { told: 0, failure: 'Status500' },
  });
  expect((await run()).notices).toEqual({ told: 0, failure: 'Status500' });
  expect(notices.tries).toBe(2);
  notices.fault = undefined;
  await run();
  await run();
  expect(told()).toEqual([held]);
});

test('each way is told for itself: while mail fails the channel is not told again, and mail is once it goes', async () => {
  const mail = createMemoryNotices('mail');
  const both = world.openApp({}, { noticeTargets: [notices, mail] });
  removeMany();
  mail.fault = 'ErrorAccessDenied';
  expect((await run(both)).notices).toEqual({ told: 1, failure: 'ErrorAccessDenied' });
  mail.fault = undefined;
  expect((await run(both)).notices).toEqual({ told: 1 });
  expect((await run(both)).notices).toEqual({ told: 0 });
  expect([told(), mail.sent.length]).toEqual([[held], 1]);
  for (let days = 0; days < 7; days++) {
    await world.drive(both.tellWeekly());
    await world.clock.advance(day);
  }
  expect(mail.sent.slice(1)).toMatchObject([{ title: 'Contact Folder Sync, this week: 1 list' }]);
});

test('tables that do not take what was told fail no run', async () => {
  removeMany();
  const write = world.tables.runs.write;
  jest.spyOn(world.tables.runs, 'write').mockImplementation(async (partition, operations) => {
    if (partition === '$notices') throw new Error('storage is away');
    return write(partition, operations);
  });
  expect((await run()).notices).toEqual({ told: 0, failure: 'Error' });
  expect(told()).toEqual([]);
});

test('two hosts at once tell it once', async () => {
  removeMany();
  await world.run();
  await Promise.all([run(), run(openHost())]);
  expect(told()).toEqual([held]);
});

test('a host that ended before it knew whether it was told leaves it to the next run', async () => {
  removeMany();
  jest.spyOn(notices, 'send').mockReturnValueOnce(new Promise(() => {}));
  void app.scheduleSync();
  for (let turns = 0; turns < 500; turns++) await new Promise(resolve => setImmediate(resolve));
  await run(openHost());
  expect(told()).toEqual([held]);
});

test('a halt, an error, a refused list and failing mailboxes are told, each for itself', async () => {
  const partners = listOf({ id: 'partners', destination: { folder: 'Partners', category: null } });
  world.setLists(list, partners);
  app = openHost({ refusedLists: [{ id: 'broken', faults: ['source: is missing'] }] } as never);
  await app.halt('partners', 'Wrong file imported');
  await run();
  expect(told()).toEqual([
    'partners halted (Halted): nothing is read or written until it is released. Reason given: Wrong file imported',
    'broken in error (Refused)',
  ]);

  world.addContacts(1, 'New');
  world.graph.mailbox(failing).failure = failure('accessDenied');
  await run();
  await world.drain();
  await run();
  expect(told()).toEqual(['staff 1 mailbox fails (33.3 %)']);

  world.source.deleteFolder(world.sourceFolder);
  await run();
  expect(told()).toEqual(['staff in error (SourceFolderNotFound)']);
});

test('a run that failed in part tells of what failed', async () => {
  jest.spyOn(world.queues.syncQueue, 'send').mockRejectedValueOnce(new Error('the queue is away'));
  world.addContacts(1, 'New');
  const error: unknown = await run().catch(each => each);
  expect(error).toBeInstanceOf(RunIncomplete);
  expect((error as RunIncomplete).outcome.notices).toEqual({ told: 1 });
  expect(told()).toEqual(['staff in error (MessagesNotSent)']);
});

test('the summary of the week comes on Monday, or as soon as the target answers again', async () => {
  const days: string[][] = [];
  // 1_700_000_000_000 is a Tuesday.
  for (let index = 0; index < 16; index++) {
    notices.fault = new Date(world.clock.now()).getUTCDay() === 1 && index < 7 ? 'Status503' : undefined;
    await world.drive(app.tellWeekly());
    days.push(told());
    await world.clock.advance(day);
  }
  const summary = 'staff ok; 20 contacts; mailboxes: 3 current';
  expect(days.flatMap((each, index) => (each.length > 0 ? [`${index} ${each}`] : []))).toEqual([
    `7 ${summary}`,
    `13 ${summary}`,
  ]);
});

test('nothing of a contact or an address is told or kept', async () => {
  removeMany();
  await run();
  const kept = JSON.stringify([notices.sent, await world.tables.runs.query('$notices')]);
  expect(kept).not.toMatch(/@|Contact \d/);
});
