import type { ContactExplanation } from '../../../../shared/api/explain.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../world.ts';

let world: World;
let target: string;
let other: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = '', other = ''] = world.addTargets(2);
  ids = ['ann', 'bob', 'ann'].map((name, index) =>
    world.source.add(world.sourceFolder, {
      displayName: `Contact ${index + 1}`,
      emailAddresses: [{ address: `${name}@example.com` }],
    }),
  );
});

async function explain(contact = ids[0] ?? ''): Promise<ContactExplanation> {
  const { contacts } = await world.explain(target, contact);
  const [first] = contacts;
  if (!first || contacts.length > 1) throw new Error(`${contacts.length} answers`);
  return first;
}

function edit(index: number, changes: Record<string, unknown>): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

const time = (at: number) => new Date(at).toISOString();

test('before the first run', async () => {
  expect(await explain()).toMatchObject({ present: false, state: 'neverRead' });
});

test('there, as the source has it, and since when', async () => {
  const at = world.clock.now() + 1000;
  await world.sync();
  await world.clock.advance(hour);
  expect(await explain()).toEqual({
    present: true,
    state: 'present',
    reason: `it is there as the source has it, last written on ${time(at)}`,
    sourceKey: ids[0],
    displayName: 'Contact 1',
    position: 1,
  });
});

test('there, as the source had it when it was last read, while it cannot be read', async () => {
  const at = world.clock.now() + 1000;
  await world.sync();
  await world.clock.advance(hour);
  world.source.failure = failure('accessDenied');
  await world.capture();
  expect(await explain()).toMatchObject({
    present: true,
    state: 'present',
    reason: `it is there as the source had it when it was last read, last written on ${time(at)}; the source cannot be read now (ErrorAccessDenied), and was last read on ${time(at)}`,
  });
});

test('by address, whatever its case, one answer for each contact that has it', async () => {
  await world.sync();
  const { contacts } = await world.explain(target, 'ANN@Example.com');
  expect(contacts.map(({ sourceKey }) => sourceKey).sort()).toEqual([ids[0], ids[2]].sort());
  expect(contacts.map(({ state }) => state)).toEqual(['present', 'present']);
  expect((await explain('bob@example.com')).sourceKey).toBe(ids[1]);
});

test('by name: the whole one before its words, whatever case and accents, of who was removed, too', async () => {
  const [zoe = '', zoeAnn = ''] = ['Zoé Müller', 'Zoé Ann Müller'].map(displayName =>
    world.source.add(world.sourceFolder, { displayName, companyName: 'Contoso' }),
  );
  await world.sync();
  const keysOf = async (name: string) =>
    (await world.explain(target, name)).contacts.map(({ sourceKey }) => sourceKey).sort();
  expect(await keysOf('zoe muller')).toEqual([zoe]);
  expect(await keysOf('Müller contoso')).toEqual([zoe, zoeAnn].sort());
  expect(await keysOf('ann@exam')).toEqual([ids[0], ids[2]].sort());
  world.source.remove(zoe);
  await world.sync();
  expect(await explain('ZOÉ MÜLLER')).toMatchObject({ sourceKey: zoe, displayName: 'Zoé Müller', state: 'removed' });
  expect(await explain('Nobody at all')).toMatchObject({ state: 'notInSource' });
});

test('of many that are meant some, and how many more', async () => {
  world.addContacts(12, 'Namesake');
  await world.sync();
  const { contacts, more } = await world.explain(target, 'namesake');
  expect([contacts.length, more]).toEqual([10, 2]);
});

test('not in the source', async () => {
  await world.sync();
  expect(await explain('ghost@example.com')).toMatchObject({ present: false, state: 'notInSource' });
  expect(await explain('a key/with\\odd#signs?')).toMatchObject({ present: false, state: 'notInSource' });
});

test('removed at the source, and when, by key and by the address that it had', async () => {
  await world.sync();
  world.source.remove(ids[1] ?? '');
  const at = world.clock.now() + 1000;
  await world.run();
  const behind = await explain(ids[1]);
  expect(behind).toMatchObject({ present: true, state: 'behind', reason: expect.stringContaining(time(at)) });
  await world.drain();
  const removed = { present: false, state: 'removed', reason: `it was removed at the source on ${time(at)}` };
  expect(await explain(ids[1])).toMatchObject(removed);
  expect(await explain('bob@example.com')).toMatchObject(removed);
});

test('held, and since when', async () => {
  ids.push(...world.addContacts(20, 'More'));
  await world.sync();
  for (const id of ids.slice(0, 12)) world.source.remove(id);
  const at = world.clock.now() + 1000;
  await world.sync();
  expect(await explain()).toMatchObject({ present: true, state: 'held', reason: expect.stringContaining(time(at)) });
});

test('kept by policy', async () => {
  world.setLists(listOf({ removals: 'keep' }));
  await world.sync();
  world.source.remove(ids[0] ?? '');
  await world.sync();
  expect(await explain()).toMatchObject({ present: true, state: 'kept' });
});

test('refused, with Graph’s reason and when it is tried again', async () => {
  const answer = { kind: 'refused', code: 'ErrorInvalidArgument', detail: 'birthday' } as const;
  world.graph.fail({ on: { operation: 'create', mailbox: target, displayName: 'Contact 1' }, answer });
  const at = world.clock.now() + 1000;
  await world.run();
  await world.deliver();
  expect(await explain()).toMatchObject({
    present: false,
    state: 'failed',
    reason: expect.stringContaining('ErrorInvalidArgument (birthday)'),
    retryAt: time(at + 5 * minute),
  });
});

test('deleted by the user, noticed or not', async () => {
  await world.sync();
  world.graph.mailbox(target).remove(world.targetId(target, 'Contact 1'));
  expect(await explain()).toMatchObject({ present: false, state: 'deletedByUser' });
  await world.clock.advance(hour);
  const at = world.clock.now();
  await world.resync(target, 'full');
  await world.drain();
  await world.clock.advance(hour);
  expect(await explain()).toMatchObject({
    present: false,
    state: 'deletedByUser',
    reason: expect.stringContaining(`known since ${time(at)}`),
  });
});

test('changed by the user: which fields, and what becomes of it, by reading that one contact', async () => {
  const targets = { groups: ['all@contoso.com'] };
  for (const [userEdits, until] of [
    ['keep', 'which stays until the source changes it'],
    ['revert', 'which a full reconcile puts back'],
  ] as const) {
    world = createWorld(listOf({ userEdits, targets }));
    [target = ''] = world.addTargets(1);
    ids = world.addContacts(2);
    await world.sync();
    const mailbox = world.graph.mailbox(target);
    const id = world.targetId(target, 'Contact 1');
    mailbox.edit(id, { ...mailbox.contact(id).contact, jobTitle: 'Chief', mobilePhone: '555' });
    world.takeCalls();
    expect(await explain()).toMatchObject({
      ...{ present: true, state: 'present', changedByUser: ['jobTitle', 'mobilePhone'] },
      reason: expect.stringMatching(new RegExp(`the user changed job title and mobile phone, ${until}$`)),
    });
    const reads = world.takeCalls(target).map(({ operation }) => operation);
    expect(reads.filter(operation => /^(getContact|list)/.test(operation))).toEqual(['getContact']);
    edit(0, { department: 'Research' });
    await world.capture();
    expect(await explain()).toMatchObject({ state: 'behind', changedByUser: ['jobTitle', 'mobilePhone'] });
    expect(await explain(ids[1])).not.toHaveProperty('changedByUser');
  }
});

test('moved by the user, and a folder that the user deleted', async () => {
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  mailbox.move(world.targetId(target, 'Contact 1'), mailbox.addFolder('Friends'));
  expect(await explain()).toMatchObject({ present: true, state: 'moved' });
  mailbox.deleteFolder(mailbox.findFolder(['Company'])?.id ?? '');
  expect(await explain(ids[1])).toMatchObject({ present: false, state: 'folderDeleted' });
});

test('behind: until when the mailbox waits and why', async () => {
  await world.sync();
  edit(0, { department: 'Research' });
  world.graph.mailbox(target).failure = failure('mailboxMoving');
  await world.run();
  await world.deliver();
  const dueAt = (await world.progress(target))?.dueAt ?? 0;
  expect(await explain()).toMatchObject({ present: null, state: 'unknown' });
  world.graph.mailbox(target).failure = undefined;
  expect(await explain()).toMatchObject({
    present: true,
    state: 'behind',
    reason: expect.stringMatching(/department changed since: the mailbox is waiting .*mailboxMoving/),
    retryAt: time(dueAt),
  });
});

test('new to the list: the next run brings it', async () => {
  await world.sync();
  const added = world.addContacts(1, 'New')[0] ?? '';
  await world.capture();
  expect(await explain(added)).toMatchObject({ present: false, state: 'behind' });
  const newcomer = world.graph.addUser('new@contoso.com');
  world.graph.setGroup('all@contoso.com', [target, newcomer]);
  const { contacts } = await world.explain(newcomer, added);
  expect(contacts).toMatchObject([
    { present: false, state: 'behind', reason: expect.stringContaining('new to the list') },
  ]);
});

describe('mailboxes that get nothing', () => {
  test('excluded by a group', async () => {
    world.graph.setGroup('robots@contoso.com', [target]);
    world.setLists(listOf({ targets: { groups: ['all@contoso.com'], exclude: { groups: ['robots@contoso.com'] } } }));
    await world.sync();
    const reason = 'the mailbox is excluded: targets.exclude names robots@contoso.com';
    expect(await explain()).toMatchObject({ present: false, state: 'excluded', reason });
  });

  test('no target, disabled, cleared', async () => {
    await world.sync();
    const ghost = world.graph.addUser('ghost@contoso.com');
    expect((await world.explain(ghost, ids[0] ?? '')).contacts).toMatchObject([
      { present: false, state: 'notATarget' },
    ]);
    await world.clear(target);
    expect(await explain()).toMatchObject({ present: true, state: 'cleared' });
    await world.drain();
    expect(await explain()).toMatchObject({ present: false, state: 'cleared' });
    world.graph.setEnabled(other, false);
    await world.clock.advance(hour);
    await world.sync();
    expect((await world.explain(other, ids[0] ?? '')).contacts).toMatchObject([{ present: true, state: 'disabled' }]);
  });

  test('leaving', async () => {
    await world.sync();
    world.graph.setGroup('all@contoso.com', [other]);
    await world.clock.advance(hour);
    await world.run();
    expect(await explain()).toMatchObject({ present: true, state: 'leaving' });
    await world.drain();
    expect(await explain()).toMatchObject({ present: false, state: 'notATarget' });
  });
});

test('of whom the list does not have nothing is said but that, also where the mailbox gets nothing of the list', async () => {
  await world.sync();
  const ghost = world.graph.addUser('ghost@contoso.com');
  for (const mailbox of [target, ghost]) {
    for (const contact of ['Zebulon', 'zebulon@example.com']) {
      const { contacts } = await world.explain(mailbox, contact);
      expect(contacts).toEqual([{ present: false, state: 'notInSource', reason: expect.any(String) }]);
    }
  }
  world.source.remove(ids[0] ?? '');
  await world.sync();
  expect((await world.explain(ghost, ids[0] ?? '')).contacts).toMatchObject([{ present: false, state: 'removed' }]);
});

test('nothing is written by asking', async () => {
  await world.sync();
  const writes = Object.values(world.tables).map(table => jest.spyOn(table, 'write'));
  world.takeCalls();
  await explain();
  expect(writes.flatMap(({ mock }) => mock.calls)).toEqual([]);
  const calls = world.takeCalls().map(({ operation }) => operation);
  expect(calls.filter(operation => !/^(find|get|list|group|isDeleted|deletedItemsId)/.test(operation))).toEqual([]);
});
