import type { RunView } from '../../../../shared/api/runs.ts';
import { contactIdOf } from '../../../../shared/domain/ledgerEntry.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];
let folder: string;

beforeEach(async () => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
  await world.sync();
  folder = mailbox().findFolder(['Company'])?.id ?? '';
});

function mailbox(): ReturnType<World['graph']['mailbox']> {
  return world.graph.mailbox(target);
}

async function reconcile(): Promise<RunView | undefined> {
  const run = await world.resync(target, 'full');
  await world.drain();
  return world.runView(run);
}

/** The user's copy of a contact of ours in our folder. @returns its id */
function copy(displayName: string, changes: object = {}): string {
  const id = mailbox().copy(world.targetId(target, displayName));
  mailbox().edit(id, { ...mailbox().contact(id).contact, ...changes });
  return id;
}

function editSource(index: number, changes: object): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

function names(): string[] {
  return mailbox()
    .contactsIn(folder)
    .map(({ contact }) => contact.displayName ?? '')
    .sort();
}

describe('a copy of our contact that the user made theirs', () => {
  test.each<[string, object]>([
    ['a field that is ours', { displayName: 'Contact 1 (private)' }],
    ['a field that is not ours', { spouseName: 'Sam' }],
    ['a category', { categories: ['Friends'] }],
    ['an address', { emailAddresses: [{ address: 'ada@home.example' }] }],
  ])('by %s stays without our stamp, and is left alone from then on', async (_, changes) => {
    world.setLists(listOf({ mapping: { spouseName: null } }));
    const id = copy('Contact 1', changes);
    const mine = mailbox().contact(id).contact;
    expect(await reconcile()).toMatchObject({ contacts: { deleted: 0 }, repaired: { doubled: 0 } });
    expect(mailbox().contact(id)).toEqual({ id, folderId: folder, contact: mine });
    editSource(0, { department: 'Engines' });
    await world.sync();
    world.source.remove(ids[0] ?? '');
    await world.sync();
    expect(mailbox().contact(id).contact).toEqual(mine);
    expect(mailbox().contactsIn(folder)).toHaveLength(3);
    world.takeCalls();
    await reconcile();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual([
      'getFolder',
      'isDeleted',
      'listStamped',
    ]);
  });

  test('stays when the mailbox leaves, and the folder with it', async () => {
    copy('Contact 1', { displayName: 'Mine' });
    world.exclude(target);
    await world.clock.advance(hour);
    await world.sync();
    expect(names()).toEqual(['Mine']);
    expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
  });

  test('is not taken for ours where the ledger is lost', async () => {
    const mine = copy('Contact 1', { displayName: 'Mine' });
    mailbox().edit(world.targetId(target, 'Contact 1'), { displayName: 'Contact 1', department: 'Sales' });
    const rows = await world.tables.mailboxes.query(target, { from: 'contact:', to: 'contact;' });
    await world.tables.mailboxes.write(
      target,
      rows.map(({ rowKey }) => ({ kind: 'delete' as const, rowKey })),
    );
    await reconcile();
    expect(names()).toEqual(['Contact 1', 'Contact 2', 'Contact 3', 'Mine']);
    expect(mailbox().contact(mine)).not.toHaveProperty('stamp');
  });
});

describe('a double that holds what we wrote', () => {
  test('is removed', async () => {
    copy('Contact 1');
    expect(await reconcile()).toMatchObject({ repaired: { doubled: 1 } });
    expect(names()).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
  });

  test('is removed also when the source changed the contact since', async () => {
    copy('Contact 1');
    editSource(0, { department: 'Engines' });
    await world.sync();
    await reconcile();
    expect(names()).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
  });

  test('costs no listing with content where there is none', async () => {
    world.takeCalls();
    await reconcile();
    expect(world.takeCalls(target).filter(({ operation }) => operation === 'listStamped')).toHaveLength(1);
  });

  test('goes when the user edited our contact itself, which keeps what they changed', async () => {
    copy('Contact 1');
    const id = contactIdOf((await world.ledger(target)).find(({ sourceKey }) => sourceKey === ids[0])) ?? '';
    mailbox().edit(id, { displayName: 'Contact 1', department: 'Sales', nickName: 'C' });
    await reconcile();
    expect(names()).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
    expect(mailbox().contact(id).contact.nickName).toBe('C');
  });
});

test('a preview shows a copy as kept', async () => {
  copy('Contact 1', { displayName: 'Mine' });
  await world.resync(target, 'full');
  await world.deliver();
  copy('Contact 2', { displayName: 'Mine, too' });
  await world.clock.advance(hour);
  const { progress } = world.tables;
  await progress.write('staff', [{ kind: 'merge', rowKey: target, properties: { fullDueAt: 1 } }]);
  const shown = await world.previewMailbox(target);
  expect(shown).toMatchObject({ deletes: 0, operations: [{ action: 'keep', reason: expect.stringMatching(/copy/) }] });
});
