import type { SyncMessage } from '../../../../shared/engine/messages.ts';
import { settingsFingerprint } from '../../../../shared/settings/contactList.ts';
import { crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, minute, timing, type World } from '../world.ts';

type NamedList = SyncMessage['lists'][number];

const before = { 'Contact 1': 'Sales', 'Contact 2': 'Sales', 'Contact 3': 'Sales' };
const after = { 'Contact 1': 'Engines', 'Contact 3': 'Sales', 'Late 1': 'Sales' };
const everyList = {
  'without rings': listOf(),
  'with rings': listOf({ rollout: { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 100 } }),
};

let world: World;
let targets: string[];
let target: string;
let ids: string[];

/** Three contacts are at the positions 1 to 3. */
function begin(list = listOf(), mailboxes = 1): void {
  world = createWorld(list);
  targets = world.addTargets(mailboxes);
  [target = ''] = targets;
  ids = world.addContacts(3);
}

/** At the positions 4 to 6 one is edited, one removed and one added. */
async function change(): Promise<void> {
  edit(0, 'Engines');
  world.source.remove(ids[1] ?? '');
  world.addContacts(1, 'Late');
  await world.capture();
}

function departments(mailboxId = target): Record<string, string | undefined> {
  const contacts = Object.entries(world.target(mailboxId) ?? {});
  return Object.fromEntries(contacts.map(([name, { department }]) => [name, department]));
}

function edit(index: number, department: string): void {
  world.source.edit(ids[index] ?? '', { displayName: `Contact ${index + 1}`, department });
}

/** A run whose messages are lost. */
async function runUnheard(): Promise<void> {
  await world.run();
  for (const message of world.queues.syncQueue.receive()) message.complete();
}

/** A message that was sent at an earlier time. */
async function send(changes: Partial<NamedList> = {}, mailboxes = [target]): Promise<void> {
  const lists = [{ list: 'staff', head: 3, settings: settingsFingerprint(listOf()), ...changes }];
  const run = '0000000000000-00000000';
  const messages = mailboxes.map(mailbox => {
    const body: SyncMessage = { kind: 'syncMailbox', id: `${mailbox}:older`, run, mailbox, lists, attempt: 0 };
    return { id: `${mailbox}:${JSON.stringify(lists)}`, body };
  });
  await world.queues.syncQueue.send(messages);
  await world.drain();
}

describe.each(Object.entries(everyList))('of a list %s a message with an older head', (_, list) => {
  beforeEach(() => begin(list));

  test('leaves a new mailbox at that head, which Progress says and the next run brings on', async () => {
    await world.run();
    await change();
    await world.drain();
    expect(departments()).toEqual(before);
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 3 });
    await world.sync();
    expect(departments()).toEqual(after);
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 6 });
  });

  test('leaves a mailbox that is behind it at that head', async () => {
    await world.sync();
    edit(2, 'Boats');
    await world.run();
    await change();
    await world.drain();
    expect(departments()).toEqual({ ...before, 'Contact 3': 'Boats' });
    expect(await world.progress(target)).toMatchObject({ position: 4 });
  });

  test('leaves one that is compared as a whole there', async () => {
    await world.sync();
    await change();
    world.graph.mailbox(target).purge(world.targetId(target, 'Contact 3'));
    world.takeCalls();
    await send({ full: true });
    expect(departments()).toEqual({ 'Contact 1': 'Sales', 'Contact 2': 'Sales' });
    expect(await world.progress(target)).toMatchObject({ position: 3 });
  });

  test('takes no mailbox back that is beyond it', async () => {
    await world.sync();
    await change();
    await world.sync();
    await send({ full: true });
    expect(departments()).toEqual(after);
    expect(await world.progress(target)).toMatchObject({ position: 6 });
  });

  test('takes it not back either where it has to be done again', async () => {
    await world.sync();
    await change();
    await world.sync();
    const refused = { on: { operation: 'listStamped', mailbox: target }, answer: failure('throttled', 60) };
    world.graph.fail(refused);
    world.graph.mailbox(target).purge(world.targetId(target, 'Contact 3'));
    world.takeCalls();
    await send({ full: true });
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'delete')).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 6 });
  });

  test('is followed by the one that is on its way already', async () => {
    await world.run();
    await change();
    await world.run();
    await world.drain();
    expect(departments()).toEqual(after);
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 6 });
  });

  test('leaves it there although its ring has come further', async () => {
    await world.sync();
    edit(2, 'Boats');
    await world.capture();
    await change();
    await runUnheard();
    await send({ head: 4 });
    expect(departments()).toEqual({ ...before, 'Contact 3': 'Boats' });
    expect(await world.progress(target)).toMatchObject({ position: 4 });
  });

  test('of the version before leaves it there, too', async () => {
    await world.sync();
    edit(2, 'Boats');
    await world.capture();
    await change();
    await runUnheard();
    await send({ head: 4, settings: undefined });
    expect(departments()).toEqual({ ...before, 'Contact 3': 'Boats' });
  });

  test('of another journal names nothing of this one', async () => {
    await world.sync();
    await change();
    await runUnheard();
    await send({ head: 1, epoch: 1 });
    expect(departments()).toEqual(after);
  });
});

test('a message that waits goes on to its own head', async () => {
  begin();
  await world.run();
  world.graph.fail({ on: { operation: 'createFolder', mailbox: target }, answer: failure('throttled', 60) });
  await world.deliver();
  expect(departments()).toEqual({});
  await change();
  await world.drain();
  expect(departments()).toEqual(before);
});

test('what is left of a message goes on to its head', async () => {
  begin();
  await world.run();
  const meanwhile = () => world.clock.advance(timing.handlerSeconds * 1000);
  world.graph.fail({ on: { operation: 'createFolder', mailbox: target }, meanwhile });
  await change();
  await world.drain();
  expect(departments()).toEqual(before);
});

test('what becomes hidden beyond the head is hidden at once', async () => {
  const visibility = [{ when: { field: 'department', in: ['Board'] }, to: { groups: ['readers@contoso.com'] } }];
  begin(listOf({ visibility }));
  world.graph.setGroup('readers@contoso.com', []);
  await world.sync();
  edit(2, 'Boats');
  await world.run();
  edit(0, 'Board');
  world.addContacts(1, 'Late');
  await world.capture();
  await world.drain();
  expect(departments()).toEqual({ 'Contact 2': 'Sales', 'Contact 3': 'Boats' });
  expect(await world.progress(target)).toMatchObject({ position: 4 });
  edit(0, 'Sales');
  await world.sync();
  expect(departments()).toEqual({ ...before, 'Contact 3': 'Boats', 'Late 1': 'Sales' });
});

test('mailboxes that are sent to one head read the list once, also when it has gone on', async () => {
  begin(listOf(), 30);
  await world.sync();
  edit(2, 'Boats');
  await world.run();
  await change();
  world.restart();
  const query = jest.spyOn(world.tables.sources, 'query');
  await world.drain();
  const journal = query.mock.calls.filter(([, range]) => range?.from?.startsWith('change:'));
  expect(targets.map(departments)).toEqual(targets.map(() => ({ ...before, 'Contact 3': 'Boats' })));
  expect(journal).toHaveLength(2);
});

describe('a list that has to be listed and that no message names', () => {
  const staff = listOf();
  const board = listOf({
    id: 'board',
    source: { mailbox: 'directory@contoso.com', folders: ['Board'] },
    destination: { folder: 'Board', category: null },
  });
  let boardFolder: string;

  beforeEach(() => {
    world = createWorld(staff, board);
    [target = ''] = targets = world.addTargets(1);
    boardFolder = world.source.addFolder('Board');
    ids = world.addContacts(3);
    world.addContacts(2, 'Member', boardFolder);
  });

  function dieAt(displayName: string): void {
    world.graph.fail({ on: { displayName }, committed: true, meanwhile: crash });
  }

  /** The handler dies in the first fill of the list, and its message is lost. */
  async function dieInFirstFill(): Promise<void> {
    dieAt('Member 1');
    await world.run();
    for (const message of world.queues.syncQueue.receive()) {
      await expect(world.drive(world.app.syncMailbox(message.body, 'sync'))).rejects.toThrow('the process died');
      message.complete();
    }
    expect(world.targetNames(target, 'Board')).toHaveLength(1);
    await world.clock.advance(timing.leaseSeconds * 1000 + minute);
  }

  test('stays where it is', async () => {
    await world.sync();
    world.addContacts(1, 'Late');
    dieAt('Late 1');
    await world.run();
    world.addContacts(1, 'Late member', boardFolder);
    await world.capture(board);
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(4);
    expect(world.targetNames(target, 'Board')).toEqual(['Member 1', 'Member 2']);
    expect(await world.progress(target, 'board')).toMatchObject({ position: 2 });
  });

  test('is brought to its end where it was under way from nothing', async () => {
    await dieInFirstFill();
    await send();
    expect(world.targetNames(target, 'Board')).toEqual(['Member 1', 'Member 2']);
    expect(await world.progress(target, 'board')).toMatchObject({ state: 'current', position: 2 });
  });

  test('is so by the next handler, too, where this one has no time for it', async () => {
    await dieInFirstFill();
    edit(0, 'Boats');
    await world.capture();
    const meanwhile = () => world.clock.advance(timing.handlerSeconds * 1000);
    world.graph.fail({ on: { operation: 'patch', mailbox: target }, committed: true, meanwhile });
    const sent = jest.spyOn(world.queues.syncQueue, 'send');
    await send({ head: 4 });
    expect(sent).toHaveBeenCalledTimes(2);
    expect(world.targetNames(target, 'Board')).toEqual(['Member 1', 'Member 2']);
  });
});
