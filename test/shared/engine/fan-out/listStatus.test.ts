import type { ListStatus } from '../../../../shared/engine/fan-out/listStatus.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});

async function statusOfRun(): Promise<ListStatus | undefined> {
  return (await world.run()).statuses[0];
}

function editSource(department: string): void {
  const [first] = world.source.contactsIn(world.sourceFolder);
  world.source.edit(first?.id ?? '', { displayName: 'Contact 1', department });
}

test('a list that is up to date owes nothing', async () => {
  world.addContacts(3);
  world.addTargets(2);
  await world.sync();
  await world.clock.advance(hour);
  expect(await statusOfRun()).toEqual({
    list: 'staff',
    state: 'ok',
    head: 3,
    contacts: 3,
    removalsHeld: 0,
    mailboxesHeld: 0,
    mailboxes: 2,
    current: 2,
    behind: 0,
    waiting: 0,
    failed: 0,
    skipped: 0,
    leaving: 0,
    gone: 0,
    failedContacts: 0,
    failingPercent: 0,
    oldestUnappliedSeconds: 0,
    oldestFailedSeconds: 0,
  });
});

test('the oldest change counts from its capture, however many newer ones there are', async () => {
  world.addContacts(3);
  world.addTargets(2);
  await world.sync();
  editSource('Engines');
  // Captured, and not delivered: nobody works.
  expect(await statusOfRun()).toMatchObject({ head: 4, behind: 2, oldestUnappliedSeconds: 0 });
  await world.clock.advance(20 * minute);
  editSource('Programs');
  const status = await statusOfRun();
  expect(status).toMatchObject({ head: 5, behind: 2 });
  expect(status?.oldestUnappliedSeconds).toBe(20 * 60 + 1);
  await world.drain();
  expect(await statusOfRun()).toMatchObject({ current: 2, behind: 0, oldestUnappliedSeconds: 0 });
});

test('a mailbox that got a part counts from the first change that it has not', async () => {
  world.addContacts(3);
  world.addTargets(1);
  await world.sync();
  editSource('Engines');
  await world.sync();
  await world.clock.advance(hour);
  editSource('Programs');
  await world.run();
  await world.clock.advance(5 * minute);
  expect(await statusOfRun()).toMatchObject({ behind: 1, oldestUnappliedSeconds: 5 * 60 + 1 });
});

test('a new mailbox that is not filled counts from its first message, and a mailbox that failed on its own', async () => {
  world.addContacts(2);
  const [first = ''] = world.addTargets(2);
  world.graph.mailbox(first).failure = failure('accessDenied');
  await world.run();
  await world.clock.advance(30 * minute);
  expect(await statusOfRun()).toMatchObject({ behind: 2, oldestUnappliedSeconds: 30 * 60 + 1, failingPercent: 0 });
  await world.drain();
  await world.clock.advance(10 * minute);
  const status = await statusOfRun();
  expect(status).toMatchObject({ current: 1, failed: 1, failingPercent: 50, oldestUnappliedSeconds: 0 });
  expect(status?.oldestFailedSeconds).toBeGreaterThanOrEqual(40 * 60);
});

test('a full reconcile that waits does not make old contacts late', async () => {
  world.addContacts(2);
  const [first = ''] = world.addTargets(1);
  await world.sync();
  await world.clock.advance(24 * hour);
  world.graph.mailbox(first).failure = failure('unavailable');
  await world.resync(undefined, 'full');
  await world.deliver();
  world.graph.mailbox(first).failure = undefined;
  expect(await world.progress(first)).toMatchObject({ state: 'waiting' });
  await world.clock.advance(minute);
  expect((await statusOfRun())?.oldestUnappliedSeconds).toBeLessThan(5 * 60);
});

test('removals and mailboxes that wait for a decision are counted', async () => {
  world = createWorld(listOf({ safeguards: { maxRemovalShare: 0.1, maxRemovals: 1 } }));
  const contacts = world.addContacts(10);
  const targets = world.addTargets(10);
  await world.sync();
  for (const id of contacts.slice(0, 5)) world.source.remove(id);
  world.graph.setGroup('all@contoso.com', targets.slice(0, 4));
  expect(await statusOfRun()).toMatchObject({ state: 'held', removalsHeld: 5, mailboxesHeld: 6, mailboxes: 10 });
});

test('a list whose source cannot be read is in error, with the code', async () => {
  world.addContacts(1);
  world.addTargets(1);
  await world.sync();
  world.source.failure = failure('accessDenied');
  expect(await statusOfRun()).toMatchObject({ state: 'error', code: 'ErrorAccessDenied', contacts: 1, mailboxes: 1 });
});

test('a list that was never captured is in error and has no mailboxes', async () => {
  world.source.failure = failure('noMailbox');
  expect(await statusOfRun()).toMatchObject({ state: 'error', code: 'MailboxNotEnabledForRESTAPI', mailboxes: 0 });
});

test('a target that cannot be found is an error of the list', async () => {
  world = createWorld(listOf({ targets: { mailboxes: ['nobody@contoso.com'] } }));
  world.addContacts(1);
  expect(await statusOfRun()).toMatchObject({ state: 'error', code: 'UnknownTargetMailbox' });
});
