import { takeUpDeadLetters } from '../../../../shared/engine/fan-out/takeUpDeadLetters.ts';
import type { DeadLetter, DeadLetterQueue } from '../../../../shared/ports/deadLetterQueue.ts';
import { openProgress } from '../../../../shared/store/progress.ts';
import { openRuns } from '../../../../shared/store/runs.ts';
import { createWorld, hour, type World } from '../world.ts';

let world: World;
let target: string;

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  world.addContacts(3);
});

/** A dead-letter queue of messages as they were sent. */
function queueOf(bodies: readonly unknown[], left: unknown[] = []): DeadLetterQueue {
  return {
    name: 'sync-mailbox',
    async takeAll(handle) {
      for (const [index, body] of bodies.entries()) {
        const letter: DeadLetter = { messageId: `letter-${index}`, body, reason: 'MaxDeliveryCountExceeded' };
        if ((await handle(letter)) === 'leave') left.push(body);
      }
    },
  };
}

function services() {
  const { tables, clock } = world;
  const { proofRuns } = world.store;
  return { clock, progress: openProgress(tables.progress), runs: openRuns(tables.runs), proofRuns };
}

function takeUp(...bodies: unknown[]) {
  return takeUpDeadLetters([queueOf(bodies)], services());
}

/** Sends what a run would send, and takes it away as if it had failed too often. */
async function giveUp(queue: 'syncQueue' | 'priorityQueue' | 'captureQueue'): Promise<unknown[]> {
  return world.queues[queue].receive().map(message => {
    message.complete();
    return message.body;
  });
}

test('a look at the subscriptions that was given up is left to the timer', async () => {
  const letter = { kind: 'renewSubscriptions', list: 'staff', now: true };
  expect(await takeUp(letter)).toEqual({ mailboxes: 0, captures: 0, foreign: {} });
});

test('a mailbox is failed with the reason, in its progress and in its run, and is tried again after an hour', async () => {
  await world.run();
  const letters = await giveUp('syncQueue');

  expect(await takeUp(...letters)).toEqual({ mailboxes: 1, captures: 0, foreign: {} });

  expect(await world.progress(target)).toMatchObject({
    state: 'failed',
    dueAt: world.clock.now() + hour,
    problem: { code: 'MaxDeliveryCountExceeded' },
  });
  expect(await world.latestRun()).toMatchObject({
    state: 'finished',
    mailboxes: { total: 1, failed: 1 },
    problems: [{ mailbox: target, code: 'MaxDeliveryCountExceeded' }],
  });
  await world.clock.advance(hour - 3000);
  expect(await world.sync()).toMatchObject({ sent: 0 });
  await world.clock.advance(3000);
  expect(await world.sync()).toMatchObject({ sent: 1 });
  expect(world.targetNames(target)).toHaveLength(3);
  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
});

test('what earlier attempts of the run did stays counted', async () => {
  const throttled = { kind: 'throttled' as const, retryAfter: 60_000 };
  world.graph.fail({ on: { displayName: 'Contact 2' }, answer: throttled });
  await world.run();
  await world.deliver();
  await world.clock.advance(60_000);

  await takeUp(...(await giveUp('syncQueue')));

  expect(await world.latestRun()).toMatchObject({ mailboxes: { failed: 1 }, contacts: { created: 2 } });
});

test('a mailbox that another message has brought up to date is done', async () => {
  await world.run();
  const letters = await giveUp('syncQueue');
  const first = await world.latestRun();
  await world.resync(target);
  await world.drain();

  await takeUp(...letters);

  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
  expect(await world.runView(first?.id ?? '')).toMatchObject({ mailboxes: { done: 1, failed: 0 }, problems: [] });
});

test('a full reconcile that was given up is failed, though the mailbox is at the head', async () => {
  await world.sync();
  await takeUp(await fullMessage());

  expect(await world.progress(target)).toMatchObject({ state: 'failed', dueAt: world.clock.now() + hour });
});

/** The body of a message that asks for a full reconcile of the target. */
async function fullMessage(mailbox = target) {
  const run = '8300000000000-00000001';
  const lists = [{ list: 'staff', head: (await world.head()) ?? 0, full: true }];
  return { kind: 'syncMailbox', id: `${run}:${mailbox}`, run, mailbox, lists, attempt: 0 };
}

test('a clean-up that was given up is failed, though the mailbox is at the head', async () => {
  await world.sync();
  world.exclude(target);
  await world.run();

  await takeUp(...(await giveUp('syncQueue')));

  expect(await world.progress(target)).toMatchObject({ wanted: 'leaving', state: 'failed' });
  await world.clock.advance(hour);
  await world.sync();
  expect(world.targetNames(target)).toBeUndefined();
});

test('a mailbox that nobody knows any more costs nothing', async () => {
  expect(await takeUp(await fullMessage('gone'))).toMatchObject({ mailboxes: 1 });

  expect(await world.progress('gone')).toBeUndefined();
});

test('a capture that was given up ends its run with the reason; the schedule goes on', async () => {
  const run = await world.resync();

  expect(await takeUp(...(await giveUp('captureQueue')))).toEqual({ mailboxes: 0, captures: 1, foreign: {} });

  expect(await world.runView(run)).toMatchObject({
    state: 'finished',
    problems: [{ code: 'MaxDeliveryCountExceeded', detail: expect.stringMatching(/given up/) }],
  });
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(3);
});

test('of mailboxes that could not be looked into for a proof nobody can tell', async () => {
  await world.sync();
  const proven = { id: 'staff', list: world.lists[0] };
  const started = await world.app.startVerification(proven, 'nobody@partner.example');
  const run = started.kind === 'started' ? started.run : '';
  await takeUp(...(await giveUp('syncQueue')));
  expect(await world.app.readProofResult(run)).toMatchObject({
    proof: { mailboxes: [{ id: target, state: 'unknown', because: 'MaxDeliveryCountExceeded' }] },
  });
});

test('what is not ours is left and counted', async () => {
  const left: unknown[] = [];
  const bodies = ['text', null, { kind: 'order' }];

  expect(await takeUpDeadLetters([queueOf(bodies, left)], services())).toEqual({
    mailboxes: 0,
    captures: 0,
    foreign: { 'sync-mailbox': 3 },
  });
  expect(left).toEqual(bodies);
});

test('queues are looked at side by side, and one that cannot be reached keeps no other from being looked at', async () => {
  await world.run();
  const letters = await giveUp('syncQueue');
  let lookedAtSecond = () => {};
  const second = new Promise<void>(resolve => {
    lookedAtSecond = resolve;
  });
  const first: DeadLetterQueue = {
    name: 'capture-list',
    async takeAll() {
      await second;
      throw new Error('the queue is out of reach');
    },
  };
  const full: DeadLetterQueue = {
    name: 'sync-mailbox',
    async takeAll(handle) {
      lookedAtSecond();
      await queueOf(letters).takeAll(handle);
    },
  };

  await expect(takeUpDeadLetters([first, full], services())).rejects.toThrow('1 dead-letter queues');

  expect(await world.progress(target)).toMatchObject({ state: 'failed' });
});
