import type { Contact } from '../../../shared/domain/contact.ts';
import { noticeCausesOf } from '../../../shared/domain/notice.ts';
import { crash, failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from './world.ts';

const permissive = { safeguards: { maxRemovalShare: 1, maxRemovals: 1000 } };
const staff = listOf(permissive);
let world: World;
let targets: string[];
/** Contacts of the source. */
let contacts: string[];

async function begin(size: number, mailboxes: number, list = staff): Promise<void> {
  world = createWorld(list);
  targets = world.addTargets(mailboxes);
  contacts = world.addContacts(size);
  await world.sync();
}

/** What every target has, by name, without what Graph says of a contact's life. */
function content(): (Record<string, Contact> | undefined)[] {
  return targets.map(id => world.target(id));
}

function edit(id: string, changes: Partial<Contact>): void {
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

async function rollBackTo(position: number): Promise<void> {
  await world.clock.advance(1000);
  expect(await world.app.rollBack({ id: 'staff' }, { position })).toMatchObject({ kind: 'asked', position });
  await world.drain();
}

async function unpin(): Promise<void> {
  await world.clock.advance(1000);
  expect(await world.app.unpin({ id: 'staff' })).toEqual({ run: expect.any(String) });
  await world.drain();
}

/** What was asked of the targets' mailboxes since the last time. */
function takeOperations(): string[] {
  return world
    .takeCalls()
    .filter(({ mailbox }) => targets.includes(mailbox))
    .map(({ operation }) => operation);
}

test('edits, additions and removals are taken back, and nothing is read until the list is unpinned', async () => {
  await begin(3, 2);
  const before = content();
  const head = (await world.head()) ?? 0;
  const [first = '', second = ''] = contacts;
  edit(first, { department: 'Board' });
  world.source.remove(second);
  world.addContacts(2, 'Wrong');
  await world.sync();
  expect(content()).not.toEqual(before);

  await rollBackTo(head);
  expect(content()).toEqual(before);
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls(world.sourceId)).toEqual([]);
  expect(content()).toEqual(before);

  await unpin();
  expect(world.targetNames(targets[0] ?? '')).toEqual(['Contact 1', 'Contact 3', 'Wrong 1', 'Wrong 2']);
  expect(world.target(targets[0] ?? '')?.['Contact 1']?.department).toBe('Board');
});

test('a rollback of a rollback brings back what was taken back', async () => {
  await begin(3, 1);
  const head = (await world.head()) ?? 0;
  edit(contacts[0] ?? '', { department: 'Board' });
  world.source.remove(contacts[1] ?? '');
  await world.sync();
  const changed = content();
  const changedAt = (await world.head()) ?? 0;
  await rollBackTo(head);
  await rollBackTo(changedAt);
  expect(content()).toEqual(changed);
  expect((await world.app.readList('staff'))?.contacts).toBe(2);
});

test('600 contacts in 20 mailboxes are as they were, with what users made of them since, for the writes that this takes', async () => {
  await begin(600, 20);
  const head = (await world.head()) ?? 0;
  const before = content();
  for (const [index, id] of contacts.entries()) {
    if (index < 400) edit(id, { department: 'Wrong', jobTitle: `Wrong ${index}` });
    else if (index < 500) world.source.remove(id);
  }
  world.addContacts(100, 'Wrong');
  await world.sync();
  for (const target of targets) {
    const mailbox = world.graph.mailbox(target);
    const id = world.targetId(target, 'Contact 1');
    mailbox.edit(id, { ...mailbox.contact(id).contact, mobilePhone: '+44 1', personalNotes: 'met in Turin' });
  }
  world.takeCalls();

  await rollBackTo(head);
  expect(world.graph.calls.filter(({ mailbox }) => mailbox === world.sourceId)).toEqual([]);
  const operations = takeOperations();
  expect(Object.groupBy(operations, each => each)).toEqual({
    patch: Array(400 * 20).fill('patch'),
    create: Array(100 * 20).fill('create'),
    delete: Array(100 * 20).fill('delete'),
  });
  const kept = { mobilePhone: '+44 1', personalNotes: 'met in Turin' };
  expect(content()).toEqual(before.map(each => ({ ...each, 'Contact 1': { ...each?.['Contact 1'], ...kept } })));
  await world.resync(undefined, 'full');
  await world.drain();
  expect(takeOperations().filter(each => ['create', 'patch', 'delete'].includes(each))).toEqual([]);
});

test('a run is taken back by its id, and what came before it stays', async () => {
  await begin(3, 1);
  edit(contacts[0] ?? '', { department: 'Board' });
  await world.sync();
  const before = content();
  edit(contacts[0] ?? '', { department: 'Wrong' });
  const { id } = await world.sync();
  await world.clock.advance(1000);
  expect(await world.app.rollBack({ id: 'staff' }, { run: id })).toMatchObject({ kind: 'asked' });
  await world.drain();
  expect(content()).toEqual(before);
  const idle = await world.sync();
  expect(await world.app.rollBack({ id: 'staff' }, { run: idle.id })).toEqual({ kind: 'unchangedByRun' });
  expect(await world.app.rollBack({ id: 'staff' }, { run: 'none' })).toEqual({ kind: 'unknownRun' });
});

test('of people of several sources who has an id of another by now, the one who comes back has it', async () => {
  const mailbox = 'directory@contoso.com';
  const ada = { displayName: 'Ada', emailAddresses: [{ address: 'ada@contoso.example' }] };
  const where = { field: 'department', in: ['Law'] };
  const sources = [
    { name: 'staff', mailbox, folders: ['Staff'] },
    { name: 'partners', mailbox: 'partners@contoso.com', folders: ['Lawyers'], where },
  ];
  world = createWorld(listOf({ sources, match: 'email', ...permissive }));
  targets = world.addTargets(1);
  const partners = world.graph.mailbox(world.graph.addUser('partners@contoso.com'));
  const lawyer = partners.add(partners.addFolder('Lawyers'), { ...ada, department: 'Law' });
  const colleague = world.source.add(world.sourceFolder, { ...ada, jobTitle: 'Engineer' });
  await world.sync();
  const before = content();
  const head = (await world.head()) ?? 0;
  world.source.remove(colleague);
  partners.edit(lawyer, { ...ada, department: 'Sales' });
  await world.sync();
  expect(content()).toEqual([{}]);
  partners.edit(lawyer, { ...ada, department: 'Law' });
  world.source.add(world.sourceFolder, { ...ada, jobTitle: 'Director' });
  await world.sync();

  await rollBackTo(head);
  expect(content()).toEqual(before);
  await unpin();
  expect(content()).toEqual([{ Ada: { ...ada, department: 'Law', jobTitle: 'Director' } }]);
  expect(world.handlerErrors).toEqual([]);
});

test('what is older than 30 days cannot be taken back, and the oldest position that can is named', async () => {
  await begin(3, 1);
  await world.clock.advance(31 * 24 * hour);
  edit(contacts[0] ?? '', { department: 'Board' });
  await world.sync();
  await world.clock.advance(minute);
  expect(await world.app.rollBack({ id: 'staff' }, { position: 1 })).toEqual({ kind: 'untold', oldest: 3 });
  expect(await world.app.forgetChanges()).toBe(3);
  expect(await world.app.rollBack({ id: 'staff' }, { position: 0 })).toEqual({ kind: 'untold', oldest: 3 });
  expect(await world.app.rollBack({ id: 'staff' }, { position: 9 })).toEqual({ kind: 'notReached', newest: 4 });
  await rollBackTo(3);
  expect(world.target(targets[0] ?? '')?.['Contact 1']?.department).toBe('Sales');
});

test('what became private meanwhile is shown to nobody again', async () => {
  await begin(2, 1);
  const head = (await world.head()) ?? 0;
  world.source.markPrivate(contacts[0] ?? '');
  await world.sync();
  world.source.remove(contacts[0] ?? '');
  await world.sync();
  await rollBackTo(head);
  expect(world.targetNames(targets[0] ?? '')).toEqual(['Contact 2']);
});

test('who was forgotten does not come back', async () => {
  await begin(2, 1);
  const head = (await world.head()) ?? 0;
  world.source.remove(contacts[0] ?? '');
  await world.sync();
  expect(await world.app.forgetPerson({ id: 'staff', list: staff }, contacts[0] ?? '')).toMatchObject({
    kind: 'forgotten',
  });
  await rollBackTo(head);
  expect(world.targetNames(targets[0] ?? '')).toEqual(['Contact 2']);
});

test('removals that wait for a decision wait no more, and are asked about anew once the list is unpinned', async () => {
  await begin(30, 1, listOf());
  const head = (await world.head()) ?? 0;
  for (const id of contacts.slice(0, 20)) world.source.remove(id);
  await world.sync();
  expect((await world.app.readList('staff'))?.state).toBe('held');
  await rollBackTo(head);
  expect((await world.app.readList('staff'))?.hold).toBeNull();
  await unpin();
  expect((await world.app.readList('staff'))?.hold).toMatchObject({ removals: 20 });
  expect(world.targetNames(targets[0] ?? '')).toHaveLength(30);
});

/** The process dies at one of its writes to the list's rows, after it was done or before. Resolves with whether it came to that. */
function dieAt(index: number, isDone: boolean): () => boolean {
  const { sources } = world.tables;
  const { write } = sources;
  let writes = 0;
  sources.write = async (...args) => {
    const dies = writes++ === index;
    if (dies && !isDone) return crash();
    const etags = await write(...args);
    return dies ? crash() : etags;
  };
  return () => writes > index;
}

test.each([true, false])(
  'a process that dies at any of its writes leaves a rollback that goes on (written: %s)',
  async isDone => {
    for (let index = 0, isOver = false; !isOver; index++) {
      await begin(90, 1);
      const head = (await world.head()) ?? 0;
      const before = content();
      for (const id of contacts.slice(0, 45)) edit(id, { department: 'Wrong' });
      for (const id of contacts.slice(45)) world.source.remove(id);
      world.addContacts(45, 'Wrong');
      await world.sync();
      await world.clock.advance(1000);
      const hasDied = dieAt(index, isDone);
      const ask = () => world.app.rollBack({ id: 'staff' }, { position: head });
      await ask().catch(ask);
      await world.drain();
      isOver = !hasDied();
      expect(content()).toEqual(before);
      expect((await world.app.readList('staff'))?.contacts).toBe(90);
    }
  },
);

test('a contact that was the users own is taken over again, and given back when the list goes on without it', async () => {
  const own: Contact = {
    displayName: 'Ada (work)',
    personalNotes: 'met in Turin',
    emailAddresses: [{ address: 'ada@contoso.com' }],
  };
  world = createWorld(listOf({ ...permissive, existing: 'adoptInFolder' }));
  targets = world.addTargets(1);
  const [target = ''] = targets;
  const mailbox = world.graph.mailbox(target);
  const id = mailbox.add(mailbox.addFolder('Company'), own);
  const ada = world.source.add(world.sourceFolder, {
    displayName: 'Ada Lovelace',
    emailAddresses: own.emailAddresses ?? [],
  });
  await world.sync();
  const before = content();
  const head = (await world.head()) ?? 0;
  world.source.remove(ada);
  await world.sync();
  expect(mailbox.contact(id).contact).toEqual(own);

  await rollBackTo(head);
  expect(content()).toEqual(before);
  expect([...mailbox.contacts.keys()]).toEqual([id]);
  await unpin();
  expect(mailbox.contact(id).contact).toEqual(own);
});

test('a photo comes back with its contact, and another one is taken back', async () => {
  const jpeg = (content: number) => Uint8Array.from([0xff, 0xd8, 0xff, content]);
  await begin(0, 1, listOf({ ...permissive, photos: true }));
  contacts = world.addContacts(2);
  for (const id of contacts) world.source.setPhoto(id, jpeg(1));
  await world.sync();
  const head = (await world.head()) ?? 0;
  world.source.setPhoto(contacts[0] ?? '', jpeg(2));
  world.source.remove(contacts[1] ?? '');
  await world.sync();
  await world.clock.advance(48 * hour);
  await world.app.forgetPhotos();
  const photoOf = (name: string) =>
    world.graph.mailbox(targets[0] ?? '').contact(world.targetId(targets[0] ?? '', name)).photo;

  await rollBackTo(head);
  expect([photoOf('Contact 1'), photoOf('Contact 2')]).toEqual([jpeg(1), jpeg(1)]);
  await unpin();
  expect(photoOf('Contact 1')).toEqual(jpeg(2));
  expect(world.targetNames(targets[0] ?? '')).toEqual(['Contact 1']);
});

test('the preview tells what happens to the list and to its mailboxes, and changes nothing', async () => {
  await begin(3, 2);
  const head = (await world.head()) ?? 0;
  edit(contacts[0] ?? '', { department: 'Wrong' });
  world.source.remove(contacts[1] ?? '');
  world.addContacts(1, 'Wrong');
  await world.sync();
  const after = content();
  const answer = await world.drive(world.app.previewRollback(staff, { position: head }));

  expect(answer).toMatchObject({
    kind: 'possible',
    preview: {
      position: head,
      contacts: { added: 1, changed: 1, removed: 1, leftOut: 0 },
      creates: 2,
      patches: 2,
      deletes: 2,
      mailboxes: { total: 2, changed: 2 },
      notes: [],
      operations: expect.arrayContaining([
        { action: 'patch', sourceKey: contacts[0], displayName: 'Contact 1', fields: ['department'] },
        { action: 'create', sourceKey: contacts[1], displayName: 'Contact 2' },
        { action: 'delete', sourceKey: expect.any(String), displayName: 'Wrong 1' },
      ]),
    },
  });
  expect((await world.app.readList('staff'))?.state).toBe('ok');
  await world.sync();
  expect(content()).toEqual(after);
  expect(await world.app.previewUnpin(staff)).toBeUndefined();

  await rollBackTo(head);
  const back = await world.drive(world.app.previewUnpin(staff));
  expect(back).toMatchObject({ contacts: { added: 1, changed: 1, removed: 1 }, creates: 2, patches: 2, deletes: 2 });
  expect((await world.app.readList('staff'))?.state).toBe('pinned');
});

test('the preview of an unpinning tells of removals that would wait', async () => {
  await begin(30, 1, listOf());
  const head = (await world.head()) ?? 0;
  for (const id of contacts.slice(0, 20)) world.source.remove(id);
  await world.sync();
  await rollBackTo(head);
  const preview = await world.drive(world.app.previewUnpin(listOf()));
  expect(preview).toMatchObject({ contacts: { removed: 0 }, held: 20, deletes: 0 });
  expect(preview?.operations.map(({ action }) => action)).toEqual(Array(20).fill('hold'));
});

test('the status, an explanation and a preview say that the list is pinned, and a notice does daily', async () => {
  await begin(1, 1);
  await rollBackTo(0);
  expect(await world.app.readList('staff')).toMatchObject({
    state: 'pinned',
    contacts: 0,
    pinned: { position: 0, rollingBack: false },
  });
  const { statuses } = await world.sync();
  expect(statuses).toMatchObject([{ list: 'staff', state: 'pinned' }]);
  expect(noticeCausesOf(statuses, 20)).toEqual([{ kind: 'pinned', list: 'staff' }]);
  const explained = await world.explain(targets[0] ?? '', 'Contact 1');
  expect(explained.contacts[0]?.reason).toMatch(
    /^a rollback took it out of the list on .*; .* is not read until it is unpinned/,
  );
  expect((await world.previewList()).notes).toEqual([expect.stringMatching(/^The list is pinned/)]);
});

test('what halted the list is lifted by its rollback; what halted everything is not, and it waits for that', async () => {
  await begin(1, 1);
  await world.app.halt('staff');
  await rollBackTo(0);
  expect(world.targetNames(targets[0] ?? '')).toEqual([]);
  await unpin();
  await world.app.halt(undefined);
  await rollBackTo(0);
  expect(world.targetNames(targets[0] ?? '')).toEqual(['Contact 1']);
  expect(await world.app.readList('staff')).toMatchObject({ state: 'halted', pinned: { rollingBack: true } });
  await world.clock.advance(1000);
  await world.app.release(undefined);
  await world.drain();
  expect(world.targetNames(targets[0] ?? '')).toEqual([]);
});

describe('in rings', () => {
  const rollout = { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 };
  const ringed = listOf({ ...permissive, rollout });
  let head: number;

  function departments(): unknown[] {
    return targets.map(id => world.target(id)?.['Contact 1']?.department);
  }

  beforeEach(async () => {
    world = createWorld(ringed);
    targets = world.addTargets(3);
    world.graph.setGroup('pilot@contoso.com', targets.slice(0, 1));
    contacts = world.addContacts(4);
    await world.sync();
    head = (await world.head()) ?? 0;
    world.addContacts(4, 'Wrong');
    edit(contacts[0] ?? '', { department: 'Wrong' });
    await world.sync();
  });

  test('a change that only the first has is taken back there at once, and the others never see it', async () => {
    expect(departments()).toEqual(['Wrong', 'Sales', 'Sales']);
    world.takeCalls();
    await rollBackTo(head);
    expect(departments()).toEqual(['Sales', 'Sales', 'Sales']);
    await world.clock.advance(2 * hour);
    await world.sync();
    await world.sync();
    const [pilot, ...others] = targets;
    const calls = world.takeCalls().filter(({ operation }) => ['create', 'patch', 'delete'].includes(operation));
    expect(calls.filter(({ mailbox }) => mailbox === pilot)).toHaveLength(5);
    expect(calls.filter(({ mailbox }) => others.includes(mailbox))).toEqual([]);
    expect((await world.app.readList('staff'))?.rollout).toBeUndefined();
  });

  test('a change that halted is taken back, and is not sent on by a release', async () => {
    const [pilot = ''] = targets;
    world.graph.mailbox(pilot).failure = failure('overQuota');
    await world.resync(undefined, 'full');
    await world.drain();
    await world.sync();
    // Until every host knows.
    await world.clock.advance(10_000);
    expect((await world.app.readList('staff'))?.state).toBe('halted');
    world.graph.mailbox(pilot).failure = undefined;

    await rollBackTo(head);
    expect(departments()).toEqual(['Sales', 'Sales', 'Sales']);
    expect(await world.app.readList('staff')).toMatchObject({
      state: 'pinned',
      rollout: { state: 'rolling', ring: 1 },
    });
    await world.clock.advance(1000);
    await world.app.release('staff');
    await world.drain();
    expect(targets.map(id => world.targetNames(id)?.length)).toEqual([4, 4, 4]);
  });

  test('a change that everybody has is taken back ring by ring', async () => {
    await world.clock.advance(2 * hour);
    await world.sync();
    expect(departments()).toEqual(['Wrong', 'Wrong', 'Wrong']);
    await rollBackTo(head);
    expect(departments()).toEqual(['Sales', 'Wrong', 'Wrong']);
    await world.clock.advance(2 * hour);
    await world.sync();
    expect(departments()).toEqual(['Sales', 'Sales', 'Sales']);
  });

  test('the journal keeps what is above the lowest ceiling, however long a ring waits', async () => {
    await world.clock.advance(31 * 24 * hour);
    expect(await world.app.forgetChanges()).toBe(head);
  });
});

describe('of a run that began with new settings', () => {
  const changed = { mapping: { department: null }, defaults: { companyName: 'Wrong' } };

  function companies(): unknown[] {
    return targets.map(id => world.target(id)?.['Contact 1']?.companyName);
  }

  async function rollBackRun(run: string): Promise<void> {
    await world.clock.advance(1000);
    expect(await world.app.rollBack({ id: 'staff' }, { run })).toMatchObject({ kind: 'asked' });
    await world.drain();
  }

  test('contacts are written as they were defined before, in every process, until the list is unpinned', async () => {
    await begin(2, 2);
    const before = content();
    world.setLists(listOf({ ...permissive, ...changed }));
    const { id } = await world.sync();
    expect(companies()).toEqual(['Wrong', 'Wrong']);
    const preview = await world.drive(world.app.previewRollback(world.lists[0] ?? staff, { run: id }));
    expect(preview).toMatchObject({ preview: { patches: 4, contacts: { changed: 0 } } });

    await rollBackRun(id);
    expect(content()).toEqual(before);
    world.restart();
    world.takeCalls();
    await world.sync();
    await world.resync(undefined, 'full');
    await world.drain();
    expect(takeOperations().filter(each => ['create', 'patch', 'delete'].includes(each))).toEqual([]);
    expect(await world.app.readList('staff')).toMatchObject({
      state: 'pinned',
      pinned: { earlierSettings: true },
      mailboxes: { current: 2 },
    });
    expect(await world.previewList()).toMatchObject({
      patches: 0,
      notes: [expect.stringMatching(/settings of before/)],
    });

    await unpin();
    expect(companies()).toEqual(['Wrong', 'Wrong']);
  });

  test('the rollback of that rollback writes them as the list is defined', async () => {
    await begin(1, 1);
    world.setLists(listOf({ ...permissive, ...changed }));
    const { id } = await world.sync();
    await rollBackRun(id);
    const [back] = await world.app.readLatestRuns(1);
    await rollBackRun(back?.id ?? '');
    expect(companies()).toEqual(['Wrong']);
  });

  test('in rings those that have it are taken back, and the others never see it', async () => {
    const rollout = { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 };
    world = createWorld(listOf({ ...permissive, rollout }));
    targets = world.addTargets(2);
    world.graph.setGroup('pilot@contoso.com', targets.slice(0, 1));
    contacts = world.addContacts(2);
    await world.sync();
    world.setLists(listOf({ ...permissive, rollout, ...changed }));
    const { id } = await world.sync();
    expect(companies()).toEqual(['Wrong', undefined]);
    world.takeCalls();
    await rollBackRun(id);
    await world.clock.advance(2 * hour);
    await world.sync();
    await world.sync();
    expect(companies()).toEqual([undefined, undefined]);
    expect(world.takeCalls(targets[1]).filter(({ operation }) => operation === 'patch')).toEqual([]);
  });
});
