import { stampKey } from '../../../../shared/domain/stamp.ts';
import type { SyncMessage } from '../../../../shared/engine/messages.ts';
import { openMailboxPartition } from '../../../../shared/store/mailboxes.ts';
import { leaseOperation } from '../../../../shared/store/mailboxRows.ts';
import { Crash, crash, failure, type GraphFault } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, timing, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(30);
});

/** Every contact of the source is there once, as the source has it. */
async function expectConverged(): Promise<void> {
  const wanted = world.source.contactsIn(world.sourceFolder).map(({ contact }) => contact.displayName ?? '');
  expect(world.targetNames(target)).toEqual(wanted.sort());
  for (const { contact } of world.source.contactsIn(world.sourceFolder)) {
    expect(world.target(target)?.[contact.displayName ?? '']).toEqual(contact);
  }
  expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: wanted.length });
  expect((await world.ledger(target)).every(({ state }) => state === 'written')).toBe(true);
  expect((await world.mailboxState(target)).lease?.lease.working).toBe(false);
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

/** The owner dies when Graph has done this, and its message is lost: the next owner goes to a head of its own at once. */
async function dieUnheard(on: GraphFault['on']): Promise<void> {
  world.graph.fail({ on, committed: true, meanwhile: crash });
  await world.run();
  for (const message of world.queues.syncQueue.receive()) {
    await expect(world.drive(world.app.syncMailbox(message.body, 'sync'))).rejects.toThrow(Crash);
    message.complete();
  }
  world.restart();
  await world.clock.advance(timing.leaseSeconds * 1000);
}

function count(operation: string): number {
  return world.takeCalls(target).filter(call => call.operation === operation).length;
}

describe('a create without an answer', () => {
  test.each([
    ['was done', true],
    ['was not done', false],
  ])('is looked up before it is sent again: it %s', async (_, committed) => {
    world.graph.fail({ on: { displayName: 'Contact 3' }, committed, answer: failure('unavailable') });
    const before = world.clock.now();
    await world.sync();
    await expectConverged();
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(timing.graphGraceSeconds * 1000);
    expect(count('create')).toBe(committed ? 30 : 31);
  });

  test('does not double a whole batch', async () => {
    world.graph.fail({ on: { operation: 'create' }, committed: true, answer: failure('unavailable'), times: 20 });
    await world.sync();
    await expectConverged();
    expect(count('create')).toBe(30);
  });

  test('whose look-up fails too leaves a listing to the next owner', async () => {
    world.graph.fail({ on: { displayName: 'Contact 3' }, committed: true, answer: failure('unavailable') });
    world.graph.fail({ on: { operation: 'findStamped' }, answer: failure('unavailable') });
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({ state: 'waiting' });
    expect((await world.mailboxState(target)).lease?.lease.working).toBe(true);
    await world.drain();
    await expectConverged();
  });
});

describe('a create of which nobody heard, whose contact the user moved at once,', () => {
  const move = async () => {
    const mailbox = world.graph.mailbox(target);
    mailbox.move(world.targetId(target, 'Contact 3'), mailbox.addFolder('Private/Friends'));
  };

  /** It is where the user put it, once, and is kept up to date there. */
  async function expectMoved(): Promise<void> {
    const all = [...world.graph.mailbox(target).contacts.values()];
    const names = all.map(({ contact }) => contact.displayName);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(world.targetNames(target)).not.toContain('Contact 3');
    edit(2, 'Engines');
    await world.sync();
    expect(world.target(target, 'Friends')).toBeUndefined();
    expect(world.graph.mailbox(target).contact(world.targetId(target, 'Contact 3')).contact.department).toBe('Engines');
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 30 });
  }

  test.each([
    ['without an answer', { answer: failure('unavailable'), meanwhile: move }],
    [
      'by an owner that died',
      {
        meanwhile: async () => {
          await move();
          await crash();
        },
      },
    ],
  ])('is found where it is: %s', async (_, fault) => {
    world.graph.fail({ on: { displayName: 'Contact 3' }, committed: true, ...fault });
    await world.sync();
    await expectMoved();
  });

  test('is not taken for one of another installation, which has the same stamp', async () => {
    const mailbox = world.graph.mailbox(target);
    const theirs = mailbox.createFolder('Other Company', 'another installation');
    const stamp = { key: stampKey('staff', ids[2] ?? ''), version: '3' };
    const id = mailbox.add(theirs.id, { displayName: 'Contact 3' }, stamp);
    world.graph.fail({ on: { displayName: 'Contact 3' }, answer: failure('unavailable') });
    await world.sync();
    expect(world.targetNames(target)).toContain('Contact 3');
    expect(mailbox.contact(id)).toMatchObject({ folderId: theirs.id, stamp });
  });
});

test.each([
  ['a patch', 'patch'],
  ['a delete', 'delete'],
])('%s without an answer is sent again', async (_, operation) => {
  await world.sync();
  edit(0, 'Engines');
  world.source.remove(ids[1] ?? '');
  world.graph.fail({ on: { operation }, committed: true, answer: failure('unavailable') });
  await world.sync();
  await expectConverged();
});

describe('an owner that died', () => {
  test.each([
    ['before its first write', 'Contact 1', false],
    ['after a create that nobody recorded', 'Contact 3', true],
    ['in the second batch', 'Contact 25', true],
  ])('%s: the next one lists, adopts what is there and doubles nothing', async (_, displayName, committed) => {
    world.graph.fail({ on: { displayName }, committed, meanwhile: crash });
    await world.run();
    await world.deliver();
    expect(world.handlerErrors.some(error => error instanceof Crash)).toBe(true);
    expect((await world.mailboxState(target)).lease?.lease.working).toBe(true);
    world.takeCalls();
    await world.drain();
    expect(count('listStamped')).toBe(1);
    await expectConverged();
  });

  test('with a patch that nobody recorded: what is in doubt is written once with all fields', async () => {
    await world.sync();
    edit(0, 'Engines');
    world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectConverged();
    // Taken back before the next owner came: the version tells that the content is in doubt.
    edit(0, 'Boats');
    await dieUnheard({ operation: 'patch' });
    edit(0, 'Engines');
    await world.sync();
    await expectConverged();
  });

  test('after a create that nobody recorded: a field that the source cleared since is cleared', async () => {
    await dieUnheard({ displayName: 'Contact 3' });
    world.source.edit(ids[2] ?? '', { displayName: 'Contact 3' });
    await world.sync();
    await expectConverged();
  });

  test('with a delete that nobody recorded', async () => {
    await world.sync();
    world.source.remove(ids[0] ?? '');
    world.graph.fail({ on: { operation: 'delete' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectConverged();
  });

  test('while it made the folder: the folder is found, not doubled', async () => {
    world.graph.fail({ on: { operation: 'createFolder' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectConverged();
    expect(
      [...world.graph.mailbox(target).folders.values()].filter(({ displayName }) => displayName === 'Company'),
    ).toHaveLength(1);
  });

  test('is waited for, with its message, while its lease lasts', async () => {
    world.graph.fail({ on: { displayName: 'Contact 3' }, meanwhile: crash });
    await world.run();
    await world.deliver();
    world.takeCalls();
    await world.clock.advance(2 * minute);
    await world.deliver();
    expect(world.takeCalls(target)).toEqual([]);
    expect(world.syncMessages()).toBe(1);
    await world.drain();
    await expectConverged();
  });

  test('at one list is cleaned up after at every list of the mailbox', async () => {
    const partners = listOf({ id: 'partners', destination: { folder: 'Partners', category: null } });
    world.setLists(listOf(), partners);
    await world.sync();
    world.addContacts(1, 'New');
    world.graph.fail({ on: { displayName: 'New 1' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectConverged();
    expect(world.targetNames(target, 'Partners')).toEqual(world.targetNames(target));
    expect(await world.progress(target, 'partners')).toMatchObject({ state: 'current', contacts: 31 });
  });

  test('beside a list that left the mailbox before', async () => {
    const partners = listOf({
      id: 'partners',
      targets: { groups: ['partners@contoso.com'] },
      destination: { folder: 'Partners', category: null },
    });
    world.setLists(listOf(), partners);
    world.graph.setGroup('partners@contoso.com', [target]);
    await world.sync();
    const exclude = { mailboxes: [target] };
    world.setLists(listOf(), { ...partners, targets: { ...partners.targets, exclude: { ...exclude, groups: [] } } });
    await world.clock.advance(hour);
    await world.sync();
    expect(world.targetNames(target, 'Partners')).toBeUndefined();
    edit(0, 'Engines');
    world.graph.fail({ on: { operation: 'patch' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectConverged();
    expect(world.targetNames(target, 'Partners')).toBeUndefined();
  });
});

describe('a mailbox that another owner has', () => {
  const other = { owner: 'another', working: true, sealEtag: '' };

  /** Takes the lease, or takes it away. */
  async function takeLease(seconds: number): Promise<string> {
    const partition = openMailboxPartition(world.tables.mailboxes, target);
    const { lease } = await partition.readState();
    const expiresAt = world.clock.now() + seconds * 1000;
    const owned = leaseOperation({ ...other, expiresAt }, lease?.etag);
    const [etag] = await world.tables.mailboxes.write(target, [owned]);
    return etag ?? '';
  }

  /** The owner stalls until its lease has run out, and another one takes it. */
  async function takeOver(): Promise<void> {
    await world.clock.advance(timing.leaseSeconds * 1000);
    await takeLease(1);
  }

  test('is tried again later, and then synced', async () => {
    await world.sync();
    const etag = await takeLease(100);
    edit(0, 'Engines');
    await world.run();
    world.takeCalls();
    await world.deliver();
    expect(world.takeCalls(target)).toEqual([]);
    expect(world.syncMessages()).toBe(1);
    await world.tables.mailboxes.write(target, [leaseOperation({ ...other, working: false, expiresAt: 0 }, etag)]);
    await world.drain();
    await expectConverged();
  });

  test('that took it over while a write was under way: the key in doubt is verified', async () => {
    await world.sync();
    edit(0, 'Engines');
    world.graph.fail({
      on: { operation: 'patch' },
      committed: true,
      meanwhile: takeOver,
    });
    await world.run();
    await world.deliver();
    const [message] = world.queues.syncQueue.receive();
    message?.abandon();
    const later = world.queues.syncQueue.nextDueAt ?? 0;
    expect(later - world.clock.now()).toBeGreaterThan(timing.graphGraceSeconds * 1000);
    await world.clock.advance(later - world.clock.now());
    const [verification] = world.queues.syncQueue.receive();
    expect(verification?.body.verify).toEqual({ staff: [ids[0]] });
    verification?.abandon();
    await world.drain();
    await expectConverged();
  });

  test('that took it over from one of two deliveries of a message: the copy of the other is no obstacle', async () => {
    await world.sync();
    edit(0, 'Engines');
    await world.run();
    const [message] = world.queues.syncQueue.receive();
    const body = message?.body as SyncMessage;
    world.graph.fail({
      on: { operation: 'patch' },
      committed: true,
      async meanwhile() {
        await takeOver();
        await world.app.syncMailbox(body, 'sync');
      },
    });
    await world.drive(world.app.syncMailbox(body, 'sync'));
    message?.complete();
    await world.clock.advance(2 * minute);
    const sent = world.queues.syncQueue.receive();
    expect(sent.flatMap(({ body: { verify } }) => (verify ? [verify] : []))).toEqual([{ staff: [ids[0]] }]);
    for (const copy of sent) copy.abandon();
    await world.drain();
    await expectConverged();
  });

  test('that took it over before the first write was sent: nothing is sent', async () => {
    await world.sync();
    world.addContacts(1, 'New');
    await world.run();
    const { get } = world.tables.progress;
    // What is wanted is read once the lease is taken.
    world.tables.progress.get = async (...question) => {
      world.tables.progress.get = get;
      await takeOver();
      return get(...question);
    };
    world.takeCalls();
    await world.deliver();
    expect(count('create')).toBe(0);
    await world.drain();
    await expectConverged();
  });

  test('that took it over while creates were under way: nothing is doubled', async () => {
    world.graph.fail({
      on: { displayName: 'Contact 20' },
      committed: true,
      meanwhile: takeOver,
    });
    await world.sync();
    await expectConverged();
  });
});

describe('a folder that is listed', () => {
  async function listIt(): Promise<void> {
    await world.resync(undefined, 'full');
    await world.drain();
  }

  test('loses duplicates and orphans of this list, and nothing else', async () => {
    await world.sync();
    const mailbox = world.graph.mailbox(target);
    const folder = mailbox.findFolder(['Company'])?.id ?? '';
    const first = mailbox.contact(world.targetId(target, 'Contact 1'));
    mailbox.add(folder, first.contact, first.stamp);
    mailbox.add(folder, { displayName: 'Orphan' }, { key: stampKey('staff', 'gone'), version: '1' });
    mailbox.add(folder, { displayName: 'Of another list' }, { key: stampKey('other', 'k'), version: '1' });
    mailbox.add(folder, { displayName: 'My own' });
    await listIt();
    const names = world.targetNames(target);
    expect(names).toHaveLength(32);
    expect(names).toEqual(expect.arrayContaining(['Contact 1', 'Of another list', 'My own']));
    expect(await world.progress(target)).toMatchObject({ contacts: 30 });
  });

  test('is believed only after a GET by id: what the user moved stays where it is', async () => {
    await world.sync();
    const mailbox = world.graph.mailbox(target);
    mailbox.move(world.targetId(target, 'Contact 1'), mailbox.addFolder('Mine'));
    await listIt();
    expect(world.targetNames(target)).toHaveLength(29);
    edit(0, 'Engines');
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(29);
    expect(world.target(target, 'Mine')?.['Contact 1']?.department).toBe('Engines');
  });

  test('makes up for a lost ledger without doubling anything', async () => {
    await world.sync();
    const rows = await world.tables.mailboxes.query(target);
    await world.tables.mailboxes.write(
      target,
      rows.map(({ rowKey }) => ({ kind: 'delete' as const, rowKey })),
    );
    world.takeCalls();
    await world.resync(target);
    await world.drain();
    expect(count('create')).toBe(0);
    await expectConverged();
  });
});
