import { crash } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

/** A mailbox that was replaced behind its user: licence away for a month, restored, moved. */
let world: World;
let target: string;
let ids: string[];

const refusals = [
  { status: 404, code: 'ErrorInvalidMailboxItemId' },
  { status: 400, code: 'ErrorInvalidIdMalformed' },
  { status: 404, code: 'ErrorItemNotFound' },
];

beforeEach(async () => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(30);
  await world.sync();
});

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

async function expectFilled(): Promise<void> {
  const source = world.source.contactsIn(world.sourceFolder).map(({ contact }) => contact);
  expect(world.target(target)).toEqual(Object.fromEntries(source.map(contact => [contact.displayName, contact])));
  const progress = await world.progress(target);
  expect(progress).toMatchObject({ state: 'current', contacts: source.length, failed: 0 });
  expect(progress).not.toHaveProperty('problem');
}

const changes: [string, () => unknown][] = [
  ['changes a contact', () => edit(3, 'Engines')],
  ['removes a contact', () => world.source.remove(ids[3] ?? '')],
  ['adds a contact', () => world.addContacts(1, 'New')],
];

describe.each(refusals)('a mailbox that was replaced and answers $code', refusal => {
  beforeEach(() => world.graph.mailbox(target).replace(refusal));

  test.each(changes)('gets folder and contacts in the same pass when the source %s', async (_, change) => {
    change();
    await world.run();
    await world.deliver();
    await expectFilled();
    expect(await world.latestRun()).toMatchObject({ mailboxes: { done: 1, failed: 0 }, problems: [] });
  });

  test('gets them in a full reconcile', async () => {
    await world.resync(target, 'full');
    await world.drain();
    await expectFilled();
  });

  test('gets them when somebody asks for the mailbox', async () => {
    await world.resync(target);
    await world.drain();
    await expectFilled();
  });

  test('gets them once, also when the process dies in the middle', async () => {
    edit(3, 'Engines');
    world.graph.fail({ on: { displayName: 'Contact 20' }, committed: true, meanwhile: crash });
    await world.sync();
    await expectFilled();
  });

  test('has nothing of ours when it leaves, and is done', async () => {
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
    expect(await world.ledger(target)).toEqual([]);
  });
});

describe('a mailbox that is replaced while other settings are written', () => {
  const withCategory = listOf({ destination: { folder: 'Company', category: 'Firm' } });

  test('gets every contact again: none counts as deleted by the user', async () => {
    world.setLists(withCategory);
    const replace = async () => world.graph.mailbox(target).replace();
    world.graph.fail({ on: { operation: 'patch', displayName: 'Contact 4' }, meanwhile: replace });
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(30);
    expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 30 });
  });
});

describe('a single id that the mailbox does not know', () => {
  test.each(refusals)('as $code makes no new folder: the contact is made again', async refusal => {
    const folder = world.graph.mailbox(target).findFolder(['Company'])?.id;
    world.graph.mailbox(target).purge(world.targetId(target, 'Contact 4'));
    world.graph.fail({ on: { operation: 'patch', displayName: 'Contact 4' }, answer: refusal });
    edit(3, 'Engines');
    world.takeCalls();
    await world.sync();
    const calls = world.takeCalls(target).map(({ operation }) => operation);
    expect(calls).not.toContain('createFolder');
    expect(calls.filter(operation => operation === 'create')).toHaveLength(1);
    expect(world.graph.mailbox(target).findFolder(['Company'])?.id).toBe(folder);
    await expectFilled();
  });

  test('of a contact that the user deleted for good costs one look at the folder when the source removes it', async () => {
    world.graph.mailbox(target).purge(world.targetId(target, 'Contact 4'));
    world.source.remove(ids[3] ?? '');
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['delete', 'getFolder', 'isDeleted']);
    await expectFilled();
  });
});
