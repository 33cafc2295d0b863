import { Crash, crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});

/** Mailboxes that wait for a message, in the order of their ids. */
function receivers(): string[] {
  const { syncQueue, priorityQueue } = world.queues;
  const messages = [...syncQueue.receive(), ...priorityQueue.receive()];
  for (const message of messages) message.abandon();
  return messages.map(({ body }) => body.mailbox).sort();
}

function editSource(department: string): void {
  const [first] = world.source.contactsIn(world.sourceFolder);
  world.source.edit(first?.id ?? '', { displayName: 'Contact 1', department });
}

describe('a run', () => {
  test('sends each target one message, and none while all are up to date', async () => {
    world.addContacts(3);
    const targets = world.addTargets(3);
    expect(await world.run()).toMatchObject({ sent: 3, problems: [] });
    expect(receivers()).toEqual(targets.toSorted());
    await world.drain();
    world.takeCalls();
    expect(await world.sync()).toMatchObject({ sent: 0 });
    expect(world.takeCalls().map(({ operation }) => operation)).toEqual(['readChanges', 'groupMembers']);
  });

  test('sends nothing twice while messages are on their way, and again once they count as lost', async () => {
    world.addContacts(1);
    world.addTargets(2);
    expect(await world.run()).toMatchObject({ sent: 2 });
    expect(await world.run()).toMatchObject({ sent: 0 });
    await world.clock.advance(hour);
    expect(await world.run()).toMatchObject({ sent: 2 });
  });

  test('sends only to those that are behind', async () => {
    world.addContacts(1);
    const [, second = ''] = world.addTargets(3);
    await world.sync();
    editSource('Engines');
    world.graph.mailbox(second).failure = failure('accessDenied');
    await world.sync();
    world.graph.mailbox(second).failure = undefined;
    expect(await world.progress(second)).toMatchObject({ state: 'failed', problem: { code: 'ErrorAccessDenied' } });
    expect(await world.run()).toMatchObject({ sent: 0 });
    await world.clock.advance(hour);
    expect(await world.run()).toMatchObject({ sent: 1 });
    expect(receivers()).toEqual([second]);
  });

  test('sends to who is due also when the source cannot be read', async () => {
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    world.graph.mailbox(target).failure = failure('accessDenied');
    await world.sync();
    world.graph.mailbox(target).failure = undefined;
    world.source.failure = failure('unavailable');
    await world.clock.advance(hour);
    expect(await world.sync()).toMatchObject({ sent: 1, problems: [{ list: 'staff' }] });
    expect(world.targetNames(target)).toHaveLength(1);
  });

  test('puts all lists of a mailbox into one message', async () => {
    const partners = listOf({ id: 'partners', destination: { folder: 'Partners', category: null } });
    world.setLists(listOf(), partners);
    world.addContacts(2);
    const [target = ''] = world.addTargets(1);
    expect(await world.run()).toMatchObject({ sent: 1 });
    expect(world.syncMessages()).toBe(1);
    await world.drain();
    expect(world.targetNames(target, 'Partners')).toEqual(world.targetNames(target, 'Company'));
  });

  test('takes a new member up and cleans up who left', async () => {
    world.addContacts(2);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    const third = world.graph.addUser('third@contoso.com');
    world.graph.setGroup('all@contoso.com', [second, third]);
    expect(await world.sync()).toMatchObject({ sent: 2 });
    expect([first, second, third].map(id => world.targetNames(id)?.length)).toEqual([undefined, 2, 2]);
    expect(await world.progress(first)).toMatchObject({ wanted: 'leaving', state: 'cleared', contacts: 0 });
  });

  test('takes a member up again that had left', async () => {
    world.addContacts(2);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    world.graph.setGroup('all@contoso.com', [second]);
    await world.sync();
    world.graph.setGroup('all@contoso.com', [first, second]);
    await world.sync();
    expect(world.targetNames(first)).toHaveLength(2);
    expect(await world.progress(first)).toMatchObject({ wanted: 'target', state: 'current', contacts: 2 });
  });

  test('leaves a mailbox as it is where the list says so, and writes nothing there any more', async () => {
    world.setLists(listOf({ whenTargetLeaves: 'leave' }));
    world.addContacts(2);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    world.graph.setGroup('all@contoso.com', [second]);
    editSource('Engines');
    await world.sync();
    expect(world.target(first)?.['Contact 1']?.department).toBe('Sales');
    expect(world.target(second)?.['Contact 1']?.department).toBe('Engines');
  });

  test('is counted and finished', async () => {
    world.addContacts(30);
    world.addTargets(2);
    await world.sync();
    const view = await world.latestRun();
    expect(view).toMatchObject({
      state: 'finished',
      mailboxes: { total: 2, done: 2, waiting: 0, failed: 0, skipped: 0 },
      contacts: { created: 60, updated: 0, deleted: 0, failed: 0 },
      problems: [],
    });
    expect(view?.graph.requests).toBe(world.takeCalls().length);
  });

  test('whose process died while it sent is over once its messages count as lost, and says so', async () => {
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    const { write } = world.tables.runs;
    let writes = 0;
    // The summary, that it is sending, and the announced mailboxes are written, and then no more.
    world.tables.runs.write = (...change) => (++writes > 3 ? crash() : write(...change));
    await expect(world.run()).rejects.toThrow(Crash);
    world.tables.runs.write = write;
    await world.clock.advance(hour - 1);
    expect(await world.latestRun()).toMatchObject({ state: 'running', finishedAt: null, problems: [] });
    await world.clock.advance(1);
    const interrupted = { state: 'finished', problems: [{ code: 'Interrupted' }] };
    expect(await world.latestRun()).toMatchObject({ ...interrupted, mailboxes: { total: 1, done: 0, waiting: 1 } });
    const [{ id = '' } = {}] = [await world.latestRun()];
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(1);
    expect(await world.runView(id)).toMatchObject(interrupted);
  });
});

describe('targets', () => {
  test('a disabled user of a group is skipped, not cleaned up; taken up again when enabled', async () => {
    world.addContacts(1);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    world.graph.setEnabled(first, false);
    editSource('Engines');
    await world.sync();
    expect(await world.progress(first)).toMatchObject({ wanted: 'skipped', skipReason: 'AccountDisabled' });
    expect(world.target(first)?.['Contact 1']?.department).toBe('Sales');
    expect(await world.latestRun()).toMatchObject({ mailboxes: { total: 2, done: 1, skipped: 1 } });
    world.graph.setEnabled(first, true);
    await world.sync();
    expect([first, second].map(id => world.target(id)?.['Contact 1']?.department)).toEqual(['Engines', 'Engines']);
  });

  test('a disabled account that is named, or asked for, is a target', async () => {
    const shared = world.graph.addUser('reception@contoso.com', false);
    const member = world.graph.addUser('member@contoso.com', false);
    world.graph.setGroup('all@contoso.com', [member]);
    world.addContacts(1);
    const targets = { mailboxes: ['reception@contoso.com'], groups: ['all@contoso.com'] };
    world.setLists(listOf({ targets }));
    await world.sync();
    expect([shared, member].map(id => world.targetNames(id)?.length)).toEqual([1, undefined]);
    world.setLists(listOf({ targets: { ...targets, includeDisabled: true } }));
    await world.sync();
    expect(world.targetNames(member)).toHaveLength(1);
  });

  test('exclusions go before targets', async () => {
    world.addContacts(1);
    const [first = '', second = '', third = ''] = world.addTargets(3);
    world.graph.setGroup('board@contoso.com', [second]);
    const exclude = { mailboxes: ['target1@contoso.com'], groups: ['board@contoso.com'] };
    world.setLists(listOf({ targets: { groups: ['all@contoso.com'], exclude } }));
    await world.sync();
    expect([first, second, third].map(id => world.targetNames(id)?.length)).toEqual([undefined, undefined, 1]);
  });

  test('nobody leaves while a group cannot be read, and its members are still served', async () => {
    world.addContacts(1);
    const targets = world.addTargets(3);
    await world.sync();
    world.graph.fail({ on: { operation: 'groupMembers' }, answer: failure('unavailable'), times: 1 });
    editSource('Engines');
    const outcome = await world.sync();
    expect(outcome.problems).toMatchObject([{ list: 'staff', code: 'ServiceUnavailable' }]);
    expect(targets.map(id => world.target(id)?.['Contact 1']?.department)).toEqual(['Engines', 'Engines', 'Engines']);
  });

  test('nobody leaves while a named target is unknown', async () => {
    world.addContacts(1);
    const [first = ''] = world.addTargets(1);
    await world.sync();
    world.setLists(listOf({ targets: { mailboxes: ['nobody@contoso.com'] } }));
    expect((await world.sync()).problems).toMatchObject([{ code: 'UnknownTargetMailbox' }]);
    expect(world.targetNames(first)).toHaveLength(1);
  });

  test('who is excluded gets nothing while the exclusions cannot be read', async () => {
    world.addContacts(1);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    world.graph.setGroup('board@contoso.com', [first]);
    await world.clock.advance(hour);
    const exclude = { groups: ['board@contoso.com'] };
    world.setLists(listOf({ targets: { groups: ['all@contoso.com'], exclude } }));
    await world.sync();
    expect(world.targetNames(first)).toBeUndefined();
    const board = world.takeCalls().findLast(({ operation }) => operation === 'groupMembers')?.mailbox;
    world.graph.fail({
      on: { operation: 'groupMembers', mailbox: board ?? '' },
      answer: failure('unavailable'),
      times: 9,
    });
    await world.clock.advance(hour);
    await world.sync();
    expect([first, second].map(id => world.targetNames(id)?.length)).toEqual([undefined, 1]);
  });

  test('too many that leave at once stay until somebody decides', async () => {
    world.addContacts(1);
    world.setLists(listOf({ safeguards: { maxRemovalShare: 0.2, maxRemovals: 2 } }));
    const targets = world.addTargets(10);
    await world.sync();
    world.graph.setGroup('all@contoso.com', targets.slice(3));
    const outcome = await world.sync();
    expect(outcome.problems).toMatchObject([{ code: 'TooManyMailboxesLeaving' }]);
    expect(targets.map(id => world.targetNames(id)?.length)).toEqual(targets.map(() => 1));
    editSource('Engines');
    await world.sync();
    expect(world.target(targets[0] ?? '')?.['Contact 1']?.department).toBe('Engines');
  });

  test('ids of addresses and groups are looked up once a week', async () => {
    world.addContacts(1);
    world.addTargets(1);
    await world.sync();
    await world.clock.advance(6 * 24 * hour);
    world.takeCalls();
    await world.run();
    expect(world.takeCalls().map(({ operation }) => operation)).not.toContain('findGroup');
    await world.clock.advance(2 * 24 * hour);
    await world.run();
    expect(world.takeCalls().map(({ operation }) => operation)).toContain('findGroup');
  });
});

describe('lists beside each other', () => {
  const broken = listOf({ id: 'broken', source: { mailbox: 'directory@contoso.com', folders: ['Missing'] } });

  test('one whose source is missing stops no other', async () => {
    world.setLists(broken, listOf());
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    const outcome = await world.sync();
    expect(outcome.problems).toMatchObject([{ list: 'broken', code: 'SourceFolderNotFound' }]);
    expect(world.targetNames(target)).toHaveLength(1);
  });

  test('one that fails as nobody foresaw stops no other, and the run says so', async () => {
    world.setLists(broken, listOf());
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    world.graph.fail({ on: { operation: 'findFolder' }, meanwhile: crash });
    await expect(world.run()).rejects.toThrow('1 list of the run');
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(1);
    expect((await world.latestRun())?.problems).toMatchObject([{ code: 'Unexpected' }]);
  });

  test('a paused one does nothing', async () => {
    world.setLists(listOf({ enabled: false }));
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    await world.resync();
    await world.drain();
    expect(world.takeCalls()).toEqual([]);
    expect(world.targetNames(target)).toBeUndefined();
  });

  test('one that would write into a folder that another reads is refused, through a group and at once', async () => {
    const [target = ''] = world.addTargets(1);
    const folder = world.graph.mailbox(target).addFolder('Company');
    world.graph.mailbox(target).add(folder, { displayName: 'Own' });
    const reader = listOf({
      id: 'reader',
      source: { mailbox: 'target1@contoso.com', folders: ['Company'] },
      targets: { mailboxes: ['directory@contoso.com'] },
      destination: { folder: 'Copy' },
    });
    world.setLists(listOf(), reader);
    world.addContacts(1);
    // The reader's mailbox is looked up last, so that the writer is ready first.
    world.graph.fail({ on: { operation: 'findFolder', mailbox: target }, meanwhile: () => world.clock.wait(minute) });
    const outcome = await world.sync();
    expect(outcome.problems).toMatchObject([{ list: 'staff', code: 'WritesIntoSource' }]);
    expect(world.targetNames(target)).toEqual(['Own']);
  });

  test('one that would write into the source of a paused list is refused', async () => {
    const [target = ''] = world.addTargets(1);
    world.graph.mailbox(target).addFolder('Company');
    const source = { mailbox: 'target1@contoso.com', folders: ['Company'] };
    const targets = { mailboxes: ['directory@contoso.com'] };
    world.setLists(listOf(), listOf({ id: 'reader', enabled: false, source, targets }));
    world.addContacts(1);
    expect((await world.sync()).problems).toMatchObject([{ list: 'staff', code: 'WritesIntoSource' }]);
    expect(world.targetNames(target)).toEqual([]);
  });

  test('one that would write into what a paused list reads by now, and not what it read before, is refused', async () => {
    const [target = ''] = world.addTargets(1);
    const other = world.graph.addUser('other@contoso.com');
    for (const id of [target, other]) world.graph.mailbox(id).addFolder('Company');
    const reader = { id: 'reader', targets: { mailboxes: ['directory@contoso.com'] }, destination: { folder: 'Copy' } };
    const sourceIn = (mailbox: string) => ({ source: { mailbox, folders: ['Company'] } });
    world.addContacts(1);
    world.setLists(listOf({ ...reader, ...sourceIn('target1@contoso.com') }));
    await world.sync();
    world.setLists(listOf(), listOf({ ...reader, ...sourceIn('other@contoso.com'), enabled: false }));
    expect((await world.sync()).problems).toEqual([]);
    world.graph.setGroup('all@contoso.com', [target, other]);
    expect((await world.sync()).problems).toMatchObject([{ list: 'staff', code: 'WritesIntoSource' }]);
  });

  test('a loop is seen through the name of the default folder', async () => {
    const [target = ''] = world.addTargets(1);
    world.graph.mailbox(target).addFolder('Company');
    const reader = listOf({
      id: 'reader',
      source: { mailbox: 'target1@contoso.com', folders: ['contacts/Company'] },
      targets: { mailboxes: ['directory@contoso.com'] },
      destination: { folder: 'Copy' },
    });
    world.setLists(reader);
    await world.sync();
    world.setLists(reader, listOf());
    world.addContacts(1);
    expect((await world.sync()).problems).toMatchObject([{ list: 'staff', code: 'WritesIntoSource' }]);
  });

  test.each([
    { reads: 'Kontakte/Company', writes: 'Company' },
    { reads: 'contacts', writes: 'kontakte' },
    { reads: 'Kontakte', writes: 'contacts' },
  ])('a loop is seen through the local name of the default folder: $reads, $writes', async ({ reads, writes }) => {
    const [target = ''] = world.addTargets(1);
    const mailbox = world.graph.mailbox(target);
    mailbox.renameFolder(mailbox.defaultFolderId, 'Kontakte');
    const reader = listOf({
      id: 'reader',
      source: { mailbox: 'target1@contoso.com', folders: [reads] },
      targets: { mailboxes: ['directory@contoso.com'] },
      destination: { folder: 'Copy' },
    });
    world.addContacts(1);
    world.setLists(reader, listOf({ destination: { folder: writes } }));
    expect((await world.sync()).problems).toContainEqual(
      expect.objectContaining({ list: 'staff', code: 'WritesIntoSource' }),
    );
    expect(mailbox.contacts.size).toBe(0);
  });

  test('a folder of the same name elsewhere in the mailbox is no loop', async () => {
    const [target = ''] = world.addTargets(1);
    const mailbox = world.graph.mailbox(target);
    mailbox.addFolder('Kontakte/Company');
    const source = { mailbox: 'target1@contoso.com', folders: ['Kontakte/Company'] };
    const targets = { mailboxes: ['directory@contoso.com'] };
    world.addContacts(1);
    world.setLists(listOf({ id: 'reader', source, targets, destination: { folder: 'Copy' } }), listOf());
    expect((await world.sync()).problems).toEqual([]);
    expect(world.targetNames(target)).toEqual(['Contact 1']);
  });

  test('one that vanished from the settings is cleaned up', async () => {
    world.setLists(listOf(), listOf({ id: 'partners', destination: { folder: 'Partners' } }));
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    await world.sync();
    world.setLists(listOf());
    world.restart();
    await world.sync();
    expect(world.targetNames(target, 'Partners')).toBeUndefined();
    expect(world.targetNames(target)).toHaveLength(1);
  });
});

describe('a resync', () => {
  test('of one mailbox goes to that one, ahead of others and whatever its state', async () => {
    world.addContacts(1);
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    editSource('Engines');
    await world.resync(second);
    await world.deliver();
    expect(world.target(second)?.['Contact 1']?.department).toBe('Engines');
    expect(world.target(first)?.['Contact 1']?.department).toBe('Sales');
  });

  test('of a mailbox that is no target says so', async () => {
    world.addContacts(1);
    world.addTargets(1);
    const run = await world.resync(world.graph.addUser('stranger@contoso.com'));
    await world.drain();
    expect(await world.runView(run)).toMatchObject({ state: 'finished', problems: [{ code: 'NotATarget' }] });
  });

  test.each([
    ['was skipped before', true],
    ['was not seen before', false],
  ])('of a disabled member who %s says why nothing is sent', async (_when, seen) => {
    world.addContacts(1);
    const [first = ''] = world.addTargets(2);
    if (seen) {
      world.graph.setEnabled(first, false);
      await world.sync();
    } else {
      await world.sync();
      world.graph.setEnabled(first, false);
    }
    const run = await world.resync(first);
    await world.drain();
    expect(await world.runView(run)).toMatchObject({
      state: 'finished',
      mailboxes: { total: 1, skipped: 1 },
      problems: [{ list: 'staff', mailbox: first, code: 'AccountDisabled' }],
    });
  });

  test('of a mailbox that left and was left as it is says that it is no target', async () => {
    world.addContacts(1);
    world.setLists(listOf({ whenTargetLeaves: 'leave' }));
    const [first = '', second = ''] = world.addTargets(2);
    await world.sync();
    world.graph.setGroup('all@contoso.com', [second]);
    await world.sync();
    const run = await world.resync(first);
    await world.drain();
    expect(await world.runView(run)).toMatchObject({ state: 'finished', problems: [{ code: 'NotATarget' }] });
  });

  test('waits for a capture that is under way, so that it misses nothing', async () => {
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    await world.sync();
    world.graph.fail({ on: { operation: 'readChanges' }, meanwhile: crash });
    await expect(world.capture()).rejects.toThrow();
    editSource('Engines');
    const run = await world.resync();
    await world.deliver();
    expect(await world.runView(run)).toMatchObject({ state: 'running' });
    await world.drain();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
    expect(await world.runView(run)).toMatchObject({ state: 'finished', mailboxes: { total: 1, done: 1 } });
  });

  test('of two lists reaches a mailbox for both, also when one of them has to wait', async () => {
    const partners = listOf({ id: 'partners', destination: { folder: 'Partners', category: null } });
    world.addContacts(1);
    const [target = ''] = world.addTargets(1);
    world.setLists(partners);
    await world.sync();
    world.graph.fail({ on: { operation: 'readChanges' }, meanwhile: crash });
    await expect(world.capture(partners)).rejects.toThrow();
    world.setLists(listOf(), partners);
    editSource('Engines');
    const run = await world.resync();
    await world.drain();
    expect(world.target(target, 'Company')?.['Contact 1']?.department).toBe('Engines');
    expect(world.target(target, 'Partners')?.['Contact 1']?.department).toBe('Engines');
    expect(await world.runView(run)).toMatchObject({ contacts: { created: 1, updated: 1 } });
  });
});
