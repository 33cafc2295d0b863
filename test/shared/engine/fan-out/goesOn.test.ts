import { captureMessage, parseMessage, type SyncMessage } from '../../../../shared/engine/messages.ts';
import type { MessageQueue } from '../../../../shared/ports/messageQueue.ts';
import { Crash, crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, minute, type World } from '../world.ts';

/** More than is sent at once. */
const mailboxes = 600;
let world: World;
let targets: string[];
/** Mailboxes of the messages that the queue took, one for each message, also of those that it dropped as repeated. */
let offered: string[];

beforeEach(() => {
  world = createWorld();
  world.addContacts(1);
  targets = world.addTargets(mailboxes);
  offered = [];
  const { syncQueue } = world.queues;
  const { send } = syncQueue;
  syncQueue.send = async messages => {
    await send(messages);
    offered.push(...messages.map(({ body }) => body.mailbox));
  };
});

/**
 * The process dies once the effect has happened so often: whatever it does after that does not happen.
 *
 * @returns what starts the next process
 */
function dieAfter(effect: 'announce' | 'send' | 'note', times: number): () => void {
  const { runs, progress } = world.tables;
  const { syncQueue } = world.queues;
  const before = { runs: runs.write, progress: progress.write, send: syncQueue.send };
  let left = times;
  const count = (isCounted: boolean) => {
    if (left < 0) return crash();
    if (isCounted) left -= 1;
    return left < 0 ? crash() : undefined;
  };
  runs.write = async (...change) => {
    await count(effect === 'announce' && change[1].some(({ rowKey }) => rowKey.startsWith('mailbox:')));
    return before.runs(...change);
  };
  progress.write = async (...change) => {
    const isNote = change[1].some(operation => operation.kind === 'merge' && 'sentAt' in operation.properties);
    await count(effect === 'note' && isNote);
    return before.progress(...change);
  };
  syncQueue.send = async (messages: Parameters<MessageQueue<SyncMessage>['send']>[0]) => {
    await count(effect === 'send');
    return before.send(messages);
  };
  return () => {
    Object.assign(runs, { write: before.runs });
    Object.assign(progress, { write: before.progress });
    syncQueue.send = before.send;
    world.restart();
  };
}

function sentMessages(): Map<string, number> {
  const messages = world.queues.syncQueue.receive();
  for (const message of messages) message.abandon();
  const byMailbox = Map.groupBy(messages, ({ body }) => body.mailbox);
  return new Map([...byMailbox].map(([mailbox, all]) => [mailbox, all.length]));
}

test('the first messages of a large fan-out leave before the other mailboxes are written down', async () => {
  const { syncQueue } = world.queues;
  const { send } = syncQueue;
  const announced: number[] = [];
  syncQueue.send = async messages => {
    const [run] = await world.tables.runs.queryAcross('summary', 1);
    const rows = await world.tables.runs.query(run?.partitionKey ?? '', { from: 'mailbox:', to: 'mailbox;' });
    announced.push(rows.length);
    await send(messages);
  };
  await world.run();
  expect(announced[0]).toBeLessThan(50);
  expect(offered).toHaveLength(mailboxes);
});

describe('a fan-out whose host dies', () => {
  test.each([
    ['announce', 0],
    ['announce', 3],
    ['send', 0],
    ['send', 3],
    ['note', 0],
    ['note', 3],
    ['note', 5],
  ] as const)(
    '(%s after %i pages) goes on under the same run, and every mailbox has one message',
    async (effect, pages) => {
      const startNext = dieAfter(effect, pages);
      await expect(world.run()).rejects.toThrow();
      startNext();
      const [begun] = await world.app.readLatestRuns(1);

      await world.clock.advance(minute);
      await world.run();

      expect(await world.app.readLatestRuns(5)).toMatchObject([{ id: begun?.id, mailboxes: { total: mailboxes } }]);
      expect(sentMessages()).toEqual(new Map(targets.toSorted().map(id => [id, 1])));
      // At most what was under way when the host died is offered again.
      expect(offered.length).toBeLessThanOrEqual(mailboxes + 400);
      await world.drain();
      expect(await world.runView(begun?.id ?? '')).toMatchObject({
        state: 'finished',
        mailboxes: { total: mailboxes, done: mailboxes, waiting: 0 },
        contacts: { created: mailboxes },
        problems: [],
      });
      expect(await world.run()).toMatchObject({ sent: 0 });
      expect((await world.latestRun())?.id).not.toBe(begun?.id);
    },
  );

  test('goes on where it was also when it is older than the window in which the queue drops repeated messages', async () => {
    const startNext = dieAfter('note', 4);
    await expect(world.run()).rejects.toThrow(Crash);
    startNext();
    const noted = new Set<string>();
    for (const id of targets) if (((await world.progress(id))?.sentAt ?? 0) > 0) noted.add(id);
    const before = offered.length;
    await world.clock.advance(15 * minute);

    await world.run();

    const again = offered.slice(before);
    expect(noted.size).toBeGreaterThan(0);
    expect(again.filter(id => noted.has(id))).toEqual([]);
    expect(new Set(offered)).toEqual(new Set(targets));
  });

  test('asks every mailbox once for the full reconcile that somebody asked for', async () => {
    await world.sync();
    offered.length = 0;
    const run = await world.resync(undefined, 'full');
    const [message] = world.queues.captureQueue.receive();
    const body = parseMessage(captureMessage, message?.body);
    const startNext = dieAfter('note', 4);
    await expect(world.drive(world.app.captureLists(body))).rejects.toThrow();
    startNext();
    // Another run must not take the place of the one that goes on.
    expect(await world.run()).toMatchObject({ sent: 0 });
    await world.clock.advance(15 * minute);
    const before = offered.length;

    await world.drive(world.app.captureLists(body));
    message?.complete();

    expect(offered.length).toBeLessThan(before + mailboxes);
    expect(new Set(offered)).toEqual(new Set(targets));
    await world.drain();
    expect(await world.runView(run)).toMatchObject({
      state: 'finished',
      mailboxes: { total: mailboxes, done: mailboxes },
    });
  });

  test('takes up at once who had joined again and had to wait before', async () => {
    const [waiting = ''] = targets;
    await world.sync();
    world.graph.mailbox(waiting).failure = failure('accessDenied');
    const [contact] = world.source.contactsIn(world.sourceFolder);
    world.source.edit(contact?.id ?? '', { displayName: 'Contact 1', department: 'Engines' });
    await world.run();
    await world.deliver();
    world.graph.mailbox(waiting).failure = undefined;
    expect(await world.progress(waiting)).toMatchObject({ state: 'failed' });
    world.setLists(listOf({ whenTargetLeaves: 'leave' }));
    world.exclude(waiting);
    await world.run();
    world.exclude(waiting, false);
    const startNext = dieAfter('announce', 0);
    await expect(world.run()).rejects.toThrow();
    startNext();
    offered.length = 0;

    await world.run();

    expect(offered).toEqual([waiting]);
  });
});
