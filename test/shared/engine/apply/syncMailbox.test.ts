import { openProgress } from '../../../../shared/store/progress.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
});

function edit(index: number, changes: object): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

function operations(): string[] {
  return world.takeCalls(target).map(({ operation }) => operation);
}

describe('an initial fill', () => {
  test('makes the folder and every contact in it, and reads nothing else', async () => {
    await world.sync();
    expect(world.target(target)).toEqual({
      'Contact 1': { displayName: 'Contact 1', department: 'Sales' },
      'Contact 2': { displayName: 'Contact 2', department: 'Sales' },
      'Contact 3': { displayName: 'Contact 3', department: 'Sales' },
    });
    expect(operations()).toEqual(['findFolder', 'createFolder', 'create', 'create', 'create']);
    expect(await world.progress(target)).toMatchObject({
      state: 'current',
      position: 3,
      contacts: 3,
      failed: 0,
      dueAt: 0,
    });
  });

  test('stamps each contact with its list and source key', async () => {
    await world.sync();
    const stored = [...world.graph.mailbox(target).contacts.values()];
    expect(stored.map(({ stamp }) => stamp?.key)).toEqual(ids.map(id => `staff:${id}`));
  });

  test('of an empty source makes an empty folder', async () => {
    for (const id of ids) world.source.remove(id);
    await world.sync();
    expect(world.target(target)).toEqual({});
  });

  test('of many contacts goes in batches of 20', async () => {
    world.addContacts(200, 'More');
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(203);
    expect((await world.latestRun())?.contacts).toEqual({ created: 203, updated: 0, deleted: 0, failed: 0 });
  });
});

describe('a change at the source', () => {
  beforeEach(() => world.sync());

  test('of one field is one patch with that field, and no read', async () => {
    edit(0, { department: 'Engines' });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toMatchObject([{ operation: 'patch', fields: ['department'] }]);
    expect(world.target(target)?.['Contact 1']).toEqual({ displayName: 'Contact 1', department: 'Engines' });
  });

  test('reads the lease, the checkpoint and the ledger row of the contact at once', async () => {
    edit(0, { department: 'Engines' });
    await world.run();
    const reads = (['get', 'query', 'pick'] as const).map(read => jest.spyOn(world.tables.mailboxes, read));
    await world.deliver();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
    expect(reads.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1]);
  });

  test('that clears a field clears it', async () => {
    world.source.edit(ids[0] ?? '', { displayName: 'Contact 1' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']).toEqual({ displayName: 'Contact 1' });
  });

  test('leaves what the user changed in other fields, and wins in the same one', async () => {
    const id = world.targetId(target, 'Contact 1');
    const mine = { displayName: 'Contact 1', department: 'Mine', mobilePhone: '1', nickName: 'C' };
    world.graph.mailbox(target).edit(id, mine);
    edit(0, { department: 'Engines', nickName: 'Countess' });
    await world.sync();
    const expected = { ...mine, department: 'Engines', nickName: 'Countess' };
    expect(world.target(target)?.['Contact 1']).toEqual(expected);
  });

  test('that was taken back before anyone looked writes nothing', async () => {
    edit(0, { department: 'Engines' });
    await world.capture();
    edit(0, { department: 'Sales' });
    world.takeCalls();
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ position: 5 });
  });

  test('that adds and removes contacts adds and removes them', async () => {
    world.source.remove(ids[0] ?? '');
    world.addContacts(1, 'New');
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3', 'New 1']);
    expect(await world.progress(target)).toMatchObject({ contacts: 3 });
    expect(await world.ledger(target)).toHaveLength(3);
  });

  test('that removes a contact keeps it where the list says so, and follows it when it is back', async () => {
    world.setLists(listOf({ removals: 'keep' }));
    world.source.remove(ids[0] ?? '');
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(3);
    world.source.move(ids[0] ?? '', world.sourceFolder);
    edit(0, { department: 'Engines' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
  });

  test('of nothing costs no call', async () => {
    world.takeCalls();
    await world.resync();
    await world.drain();
    expect(world.takeCalls(target)).toEqual([]);
  });

  test('that is larger than the journal is kept, or lost with it, is found in the snapshot', async () => {
    edit(0, { department: 'Engines' });
    world.source.remove(ids[1] ?? '');
    await world.capture();
    await world.tables.sources.write('staff', [{ kind: 'delete', rowKey: 'change:000000000004' }]);
    world.takeCalls();
    await world.sync();
    expect(operations().filter(operation => operation !== 'getFolder')).toEqual(['patch', 'delete']);
    expect(world.targetNames(target)).toEqual(['Contact 1', 'Contact 3']);
  });

  test('that an old message does not know of is not undone, nor compared again', async () => {
    await world.resync(target);
    await world.drain();
    edit(0, { department: 'Engines' });
    await world.sync();
    world.takeCalls();
    const lists = [{ list: 'staff', head: 3 }];
    const run = '0000000000000-00000000';
    const body = { kind: 'syncMailbox' as const, id: 'late', run, mailbox: target, lists, attempt: 0 };
    await world.queues.syncQueue.send([{ id: 'late', body }]);
    await world.drain();
    expect(world.takeCalls(target)).toEqual([]);
    expect(await world.progress(target)).toMatchObject({ position: 4 });
  });
});

describe('a contact that the user deleted', () => {
  beforeEach(async () => {
    await world.sync();
    world.graph.mailbox(target).remove(world.targetId(target, 'Contact 1'));
  });

  test('stays deleted while the source does not change it', async () => {
    edit(1, { department: 'Engines' });
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
  });

  test.each(['in Deleted Items', 'for good'])('comes back when the source changes it: %s', async where => {
    if (where === 'for good') world.graph.mailbox(target).contacts.delete(world.targetId(target, 'Contact 1'));
    edit(0, { department: 'Engines' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']).toEqual({ displayName: 'Contact 1', department: 'Engines' });
    edit(0, { department: 'Boats' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Boats');
  });

  test('is not missed when the source removes it', async () => {
    world.source.remove(ids[0] ?? '');
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
    expect(await world.ledger(target)).toHaveLength(2);
  });

  test('is recorded by a full reconcile as the user’s choice, and stays away also after other settings', async () => {
    await world.resync(undefined, 'full');
    await world.drain();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
    expect((await world.ledger(target)).map(({ state }) => state).sort()).toEqual([
      'deletedByUser',
      'written',
      'written',
    ]);
    world.setLists(listOf({ removals: 'keep' }));
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
  });

  test('stays deleted after a full reconcile when the source takes a change back before anyone looks', async () => {
    await world.resync(undefined, 'full');
    await world.drain();
    edit(0, { department: 'Engines' });
    await world.capture();
    edit(0, { department: 'Sales' });
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
  });

  test('is made again by a full reconcile where the list reverts', async () => {
    world.setLists(listOf({ userEdits: 'revert' }));
    const edited = world.targetId(target, 'Contact 2');
    world.graph.mailbox(target).edit(edited, { displayName: 'Contact 2', department: 'Mine' });
    await world.resync(undefined, 'full');
    await world.drain();
    expect(world.targetNames(target)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
    expect(world.target(target)?.['Contact 2']?.department).toBe('Sales');
  });
});

test('where the list reverts, a full reconcile puts back addresses that users changed, and no name that Exchange gave one', async () => {
  const wrote = { emailAddresses: [{ name: 'Ada', address: 'ada@contoso.com' }] };
  edit(0, wrote);
  edit(1, wrote);
  world.setLists(listOf({ userEdits: 'revert' }));
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  for (const [name, address] of Object.entries({ 'Contact 1': 'ada@home.example', 'Contact 2': 'ADA@contoso.com' })) {
    const id = world.targetId(target, name);
    const emailAddresses = [{ name: 'Ada King', address }];
    mailbox.edit(id, { ...mailbox.contact(id).contact, emailAddresses });
  }
  world.takeCalls();
  await world.resync(undefined, 'full');
  await world.drain();
  expect(world.target(target)?.['Contact 1']?.emailAddresses).toEqual(wrote.emailAddresses);
  expect(world.takeCalls(target).filter(({ operation }) => operation === 'patch')).toHaveLength(1);
});

describe('a contact that went to Deleted Items inside a folder of the user’s', () => {
  beforeEach(async () => {
    await world.sync();
    const mailbox = world.graph.mailbox(target);
    mailbox.move(world.targetId(target, 'Contact 1'), mailbox.addFolder('Mine/Old'));
    mailbox.deleteFolder(mailbox.findFolder(['Mine'])?.id ?? '');
  });

  test('is deleted by the user: other settings leave it away', async () => {
    world.setLists(listOf({ mapping: { profession: 'department' } }));
    await world.sync();
    expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
    expect((await world.ledger(target)).map(({ state }) => state).sort()).toEqual([
      'deletedByUser',
      'written',
      'written',
    ]);
  });

  test('comes back when the source changes it', async () => {
    edit(0, { department: 'Engines' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']).toEqual({ displayName: 'Contact 1', department: 'Engines' });
  });

  test('is found out by a full reconcile', async () => {
    await world.resync(undefined, 'full');
    await world.drain();
    expect((await world.ledger(target)).map(({ state }) => state).sort()).toEqual([
      'deletedByUser',
      'written',
      'written',
    ]);
    expect(await world.progress(target)).toMatchObject({ contacts: 2 });
  });
});

test('a contact that the user moved to another folder is followed there', async () => {
  await world.sync();
  const own = world.graph.mailbox(target).addFolder('Mine');
  world.graph.mailbox(target).move(world.targetId(target, 'Contact 1'), own);
  edit(0, { department: 'Engines' });
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
  expect(world.target(target, 'Mine')?.['Contact 1']?.department).toBe('Engines');
});

describe('other settings', () => {
  beforeEach(() => world.sync());

  test('patch only what differs', async () => {
    edit(0, { title: 'Countess' });
    await world.sync();
    world.takeCalls();
    world.setLists(listOf({ mapping: { profession: 'title' } }));
    await world.sync();
    const patches = world
      .takeCalls(target)
      .filter(({ operation }) => operation !== 'getFolder' && operation !== 'isDeleted');
    expect(patches).toMatchObject([{ operation: 'patch', displayName: 'Contact 1', fields: ['profession'] }]);
  });

  test('leave a field to the user that is not mapped any more', async () => {
    world.setLists(listOf({ mapping: { department: null } }));
    await world.sync();
    edit(0, { department: 'Engines', title: 'Countess' });
    await world.sync();
    expect(world.target(target)?.['Contact 1']).toMatchObject({ department: 'Sales', title: 'Countess' });
  });

  test('put a category beside the contact’s own', async () => {
    edit(0, { categories: ['VIP'] });
    world.setLists(listOf({ destination: { folder: 'Company', category: 'Company' } }));
    await world.sync();
    expect(world.target(target)?.['Contact 1']?.categories).toEqual(['VIP', 'Company']);
    expect(world.target(target)?.['Contact 2']?.categories).toEqual(['Company']);
  });

  test('that were interrupted are taken up again', async () => {
    world.setLists(listOf({ destination: { folder: 'Company', category: 'Company' } }));
    world.graph.fail({
      on: { operation: 'patch', displayName: 'Contact 2' },
      answer: { kind: 'throttled', retryAfter: hour },
    });
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({ state: 'waiting', position: -1, settings: '' });
    world.restart();
    await world.clock.advance(hour);
    await world.sync();
    const categories = Object.values(world.target(target) ?? {}).map(contact => contact.categories);
    expect(categories).toEqual([['Company'], ['Company'], ['Company']]);
  });

  test('that do not change a contact write nothing', async () => {
    world.takeCalls();
    world.setLists(listOf({ name: 'Staff of Contoso', safeguards: { maxRemovals: 99 } }));
    await world.sync();
    expect(world.takeCalls(target)).toEqual([]);
  });
});

test('a mailbox whose report was lost reports what it had done before', async () => {
  const { write } = world.tables.progress;
  world.tables.progress.write = async (partition, operations) => {
    if (operations.some(operation => 'properties' in operation && 'position' in operation.properties)) {
      world.tables.progress.write = write;
      throw new Error('storage is out of reach');
    }
    return write(partition, operations);
  };
  await world.sync();
  expect(world.handlerErrors).toHaveLength(1);
  expect(await world.progress(target)).toMatchObject({ state: 'current', position: 3, contacts: 3 });
  expect(await world.run()).toMatchObject({ sent: 0 });
});

test('a change that is captured while a mailbox is synced reaches it with the next run', async () => {
  world.graph.fail({
    on: { displayName: 'Contact 3' },
    meanwhile: async () => {
      edit(0, { department: 'Engines' });
      await world.capture();
    },
  });
  await world.sync();
  expect(world.target(target)?.['Contact 1']?.department).toBe('Sales');
  await world.sync();
  expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
});

test('a contact that lies there under another id than the ledger knows is found by its stamp', async () => {
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  const { id, folderId, contact, stamp } = mailbox.contact(world.targetId(target, 'Contact 1'));
  mailbox.contacts.delete(id);
  mailbox.add(folderId, contact, stamp);
  edit(0, { department: 'Engines' });
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(3);
  expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
});

test('a mailbox that leaves while its message is on its way is cleaned up by whoever takes the lease', async () => {
  await world.sync();
  edit(0, { department: 'Engines' });
  await world.run();
  const { pick } = world.tables.mailboxes;
  world.tables.mailboxes.pick = async (...question) => {
    world.tables.mailboxes.pick = pick;
    await openProgress(world.tables.progress).note('staff', [{ mailboxId: target, wanted: 'leaving' }]);
    return pick(...question);
  };
  await world.deliver();
  expect(world.targetNames(target)).toBeUndefined();
  expect(await world.progress(target)).toMatchObject({ state: 'cleared' });
});

test('two mailboxes do not wait for each other', async () => {
  const [first = '', second = ''] = world.addTargets(2);
  world.graph.mailbox(first).failure = failure('accessDenied');
  await world.sync();
  expect(world.targetNames(second)).toHaveLength(3);
  expect(await world.latestRun()).toMatchObject({ mailboxes: { total: 2, done: 1, failed: 1 } });
});
