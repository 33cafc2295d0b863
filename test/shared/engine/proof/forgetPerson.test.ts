import { openLocalSecrets } from '../../../../shared/key-vault/secrets.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const address = 'Grace@Partner.example';
const grace = { displayName: 'Grace', emailAddresses: [{ address }], personalNotes: 'met in Graz' };
let world: World;
let targets: string[];
let key: string;

async function begin(list = listOf()): Promise<void> {
  world = createWorld(list);
  world.addContacts(3);
  key = world.source.add(world.sourceFolder, grace);
  targets = world.addTargets(2);
  await world.sync();
}

beforeEach(() => begin());

function forget(contact = address) {
  return world.app.forgetPerson({ id: 'staff', list: world.lists[0] }, contact);
}

async function removeFromSource(): Promise<void> {
  world.source.edit(key, { ...grace, displayName: 'Grace G.' });
  await world.sync();
  world.source.remove(key);
  await world.sync();
}

async function storedText(): Promise<string> {
  const tables = await Promise.all([
    world.tables.sources.query('staff'),
    world.tables.tombstones.query('staff'),
    ...targets.map(id => world.tables.mailboxes.query(id)),
  ]);
  return JSON.stringify(tables);
}

test('nothing that is stored tells any more who the person was, and a proof finds them all the same', async () => {
  await removeFromSource();
  expect(await storedText()).toMatch(/Grace/);
  expect(await forget()).toEqual({
    kind: 'forgotten',
    forgotten: { contacts: 1, changes: 3, photos: 0, stillThere: 0 },
  });
  expect((await storedText()).toLowerCase()).not.toMatch(/grace|graz|partner/);
  expect(await world.app.proveRemoval({ id: 'staff', list: world.lists[0] }, address)).toMatchObject({
    proof: {
      contacts: [{ sourceKey: key, inSource: false, removedAt: expect.any(String) }],
      totals: { removed: 2 },
    },
  });
});

test('a change of the person is forgotten also where something else of it cannot be read', async () => {
  await removeFromSource();
  const [change] = (await world.tables.sources.query('staff', { from: 'change:', to: 'change;' })).filter(
    ({ properties }) => properties.sourceKey === key,
  );
  const { rowKey = '', properties = {} } = change ?? {};
  await world.tables.sources.write('staff', [
    { kind: 'replace', rowKey, properties: { ...properties, at: 'damaged' } },
  ]);
  expect(await forget()).toMatchObject({ forgotten: { changes: 3 } });
  expect((await storedText()).toLowerCase()).not.toMatch(/grace|graz|partner/);
});

test('again it does the same, and the other contacts go on as they were', async () => {
  await removeFromSource();
  const first = await forget();
  expect(await forget()).toEqual(first);
  world.addContacts(1, 'New');
  const late = world.graph.addUser('late@contoso.com');
  world.graph.setGroup('all@contoso.com', [...targets, late]);
  await world.sync();
  for (const id of [...targets, late]) {
    expect(world.targetNames(id)).toEqual(['Contact 1', 'Contact 2', 'Contact 3', 'New 1']);
  }
});

test('it is refused while the source has the person, or a decision keeps them', async () => {
  expect(await forget()).toEqual({ kind: 'inSource', removal: 'none' });
  world.setLists(listOf({ safeguards: { maxRemovals: 0, maxRemovalShare: 0 } }));
  await world.sync();
  world.source.remove(key);
  await world.sync();
  expect(await forget()).toEqual({ kind: 'inSource', removal: 'held' });
  await world.decide({ kind: 'contacts', decision: 'reject', removals: 1 });
  expect(await forget()).toEqual({ kind: 'inSource', removal: 'rejected' });
  expect(await storedText()).toMatch(/Grace/);
});

test('of somebody whom the list never had nothing is removed', async () => {
  expect(await forget('nobody@partner.example')).toEqual({ kind: 'unknown' });
  expect(await forget('a-key')).toEqual({ kind: 'unknown' });
});

test('without the secret of the index nothing is removed: nobody could find the person any more', async () => {
  await removeFromSource();
  const app = world.openApp({}, { readSecret: openLocalSecrets(new Map()) });
  const detail = expect.stringContaining('address-index');
  expect(await app.forgetPerson({ id: 'staff' }, key)).toEqual({ kind: 'noAddressIndex', detail });
  expect(await storedText()).toMatch(/Grace/);
});

test('a mailbox that was behind is told of, and takes the removal', async () => {
  const [late = '', kept = ''] = targets;
  world.source.remove(key);
  await world.run();
  for (const { body, complete } of world.queues.syncQueue.receive()) {
    if (body.mailbox === kept) await world.drive(world.app.syncMailbox(body, 'sync'));
    complete();
  }
  expect(world.targetNames(late)).toContain('Grace');
  expect(await forget()).toMatchObject({ forgotten: { stillThere: 1 } });
  world.restart();
  await world.clock.advance(2 * hour);
  await world.sync();
  expect(world.targetNames(late)).not.toContain('Grace');
});

test('a rollback leaves out who was forgotten, and brings back who was not', async () => {
  const head = (await world.head()) ?? 0;
  const other = world.source.add(world.sourceFolder, { displayName: 'Other' });
  await world.sync();
  world.source.remove(key);
  world.source.remove(other);
  await world.sync();
  const before = (await world.head()) ?? 0;
  await forget();
  await world.clock.advance(1000);
  await world.app.rollBack({ id: 'staff' }, { position: before - 2 });
  await world.drain();
  for (const id of targets) expect(world.targetNames(id)).toEqual(['Contact 1', 'Contact 2', 'Contact 3', 'Other']);
  await world.clock.advance(1000);
  await world.app.rollBack({ id: 'staff' }, { position: head });
  await world.drain();
  for (const id of targets) expect(world.targetNames(id)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
  expect(await storedText()).not.toMatch(/Grace/);
});

test('the photo goes at once, unless somebody else has the same', async () => {
  const photo = new Uint8Array([0xff, 0xd8, 0xff, 1]);
  world = createWorld(listOf({ photos: true }));
  key = world.source.add(world.sourceFolder, grace);
  const twin = world.source.add(world.sourceFolder, { displayName: 'Twin' });
  for (const id of [key, twin]) world.source.setPhoto(id, photo);
  targets = world.addTargets(1);
  await world.sync();
  world.source.remove(key);
  await world.sync();
  expect(await forget()).toMatchObject({ forgotten: { photos: 0 } });
  expect(await world.photos.list()).toHaveLength(1);

  const own = world.source.add(world.sourceFolder, {
    displayName: 'Own',
    emailAddresses: [{ address: 'o@x.example' }],
  });
  world.source.setPhoto(own, new Uint8Array([0xff, 0xd8, 0xff, 2]));
  await world.sync();
  expect(await world.photos.list()).toHaveLength(2);
  world.source.remove(own);
  await world.sync();
  await world.clock.advance(hour);
  expect(await forget('o@x.example')).toMatchObject({ forgotten: { photos: 1 } });
  expect(await world.photos.list()).toHaveLength(1);
});

test('a photo that the capture of another list has read, and names in a moment, stays', async () => {
  const photo = new Uint8Array([0xff, 0xd8, 0xff, 1]);
  const staff = listOf({ photos: true });
  await begin(staff);
  world.source.setPhoto(key, photo);
  await world.sync();
  world.source.remove(key);
  await world.sync();
  const twin = world.source.add(world.source.addFolder('Partners'), { displayName: 'Twin' });
  world.source.setPhoto(twin, photo);
  const source = { mailbox: 'directory@contoso.com', folders: ['Partners'] };
  world.setLists(staff, listOf({ id: 'partners', source, destination: { folder: 'Partners' }, photos: true }));
  const app = openInterrupted('sources', `contact:${twin}`, forget);
  await world.drive(app.scheduleSync());
  await world.drain();
  const [target = ''] = targets;
  expect(world.graph.mailbox(target).contact(world.targetId(target, 'Twin')).photo).toEqual(photo);
});

/** A process in which something else happens just before it writes a row. */
function openInterrupted(name: 'sources' | 'tombstones', rowKey: string, interrupt: () => Promise<unknown>) {
  const table = world.tables[name];
  let isInterrupted = false;
  const write: typeof table.write = async (partition, operations) => {
    if (!isInterrupted && operations.some(operation => operation.rowKey === rowKey)) {
      isInterrupted = true;
      await interrupt();
    }
    return table.write(partition, operations);
  };
  return world.openApp({}, { tables: { ...world.tables, [name]: { ...table, write } } });
}

test('whom a ring kept goes from every mailbox in the run that follows', async () => {
  await begin(listOf({ rollout: { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 } }));
  const [pilot = '', other = ''] = targets;
  world.graph.setGroup('pilot@contoso.com', [pilot]);
  await world.clock.advance(2 * hour);
  await world.sync();
  expect(world.targetNames(other)).toContain('Grace');
  world.addContacts(5, 'New');
  world.source.remove(key);
  await world.sync();
  expect(world.targetNames(pilot)).not.toContain('Grace');
  expect(world.targetNames(other)).toContain('Grace');

  const answer = await forget();
  expect(answer).toMatchObject({ forgotten: { stillThere: 1, runId: expect.any(String) } });
  await world.drain();
  expect(world.targetNames(other)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
  expect((await forget()).kind).toBe('forgotten');
});

describe('While the list is captured', () => {
  beforeEach(async () => {
    const head = (await world.head()) ?? 0;
    await removeFromSource();
    await world.app.rollBack({ id: 'staff' }, { position: head });
  });

  test('nobody is forgotten whom a rollback that is under way brings back', async () => {
    let forgetting: ReturnType<typeof forget> | undefined;
    const app = openInterrupted('sources', `contact:${key}`, async () => {
      forgetting = forget();
      for (let tick = 0; tick < 100; tick += 1) await new Promise(resolve => setImmediate(resolve));
    });
    await world.drive(app.scheduleSync());
    expect(forgetting && (await world.drive(forgetting)).kind).toMatch(/^(inSource|busy)$/);
    await world.drain();
    for (const id of targets) expect(world.targetNames(id)).toContain('Grace');
  });

  test('nobody is forgotten whom a rollback brings back at that moment', async () => {
    const app = openInterrupted('tombstones', `contact:${key}`, () => world.run());
    const forgetting = app.forgetPerson({ id: 'staff', list: world.lists[0] }, address);
    expect(await world.drive(forgetting)).toEqual({ kind: 'inSource', removal: 'none' });
    await world.drain();
    for (const id of targets) expect(world.targetNames(id)).toContain('Grace');
  });
});
