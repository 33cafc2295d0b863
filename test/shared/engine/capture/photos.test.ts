import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;

const withPhotos = (changes: Record<string, unknown> = {}): ContactList => listOf({ photos: true, ...changes });
const jpeg = (content: number) => Uint8Array.from([0xff, 0xd8, 0xff, content]);
const staff = { name: 'staff', mailbox: 'directory@contoso.com', folders: ['Staff'] };
const people = { name: 'people', kind: 'directory' };

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
});

function photoOf(displayName: string): Uint8Array | undefined {
  return world.graph.mailbox(target).contact(world.targetId(target, displayName)).photo;
}

/** Ids of users whose photos were asked for since the last call. */
function takeAsked(): string[] {
  return world.userPhotos.asked.splice(0);
}

function addUsers(count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  for (const id of ids) {
    world.places.directory.put(id, { address: `user${id}@contoso.com`, displayName: `User ${id}` });
    world.userPhotos.photos.set(id, jpeg(Number(id) % 250));
  }
  return ids;
}

describe('users of the directory', () => {
  beforeEach(() => world.setLists(withPhotos({ sources: [{ kind: 'directory' }] })));

  test('arrive with their photos, and whose row changed is asked for again at once, alone', async () => {
    addUsers(30);
    await world.sync();
    expect(takeAsked()).toHaveLength(30);
    expect(photoOf('User 7')).toEqual(jpeg(7));
    world.userPhotos.photos.set('7', jpeg(100));
    world.places.directory.put('7', { address: 'user7@contoso.com', displayName: 'User 7', department: 'Sales' });
    await world.sync();
    expect(takeAsked()).toEqual(['7']);
    expect(photoOf('User 7')).toEqual(jpeg(100));
  });

  test('whose photo alone changes get the new one within a day: each is asked for once, and a share of them in an hour', async () => {
    const ids = addUsers(240);
    await world.sync();
    takeAsked();
    world.takeCalls();
    world.userPhotos.photos.set('7', jpeg(251));
    const asked: string[][] = [];
    for (let hours = 0; hours < 24; hours += 0.5) {
      await world.clock.advance(hour / 2);
      await world.sync();
      asked.push(takeAsked());
    }
    expect(asked.flat().sort()).toEqual([...ids].sort());
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThan(30);
    expect(photoOf('User 7')).toEqual(jpeg(251));
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['photo']);
  });

  test('who are read from the start are not all asked for again', async () => {
    addUsers(240);
    await world.sync();
    takeAsked();
    world.places.directory.killCursors();
    world.places.directory.put('7', { address: 'user7@contoso.com', displayName: 'User 7', department: 'Sales' });
    await world.sync();
    expect(takeAsked()).toEqual(['7']);
    expect(world.photos.kept.size).toBe(240);
    expect((await world.openListPartition('staff').readPhotoHashes()).length).toBe(240);
  });

  test('photos that are asked for later arrive with the next run', async () => {
    world.setLists(listOf({ sources: [{ kind: 'directory' }] }));
    addUsers(3);
    await world.sync();
    expect(takeAsked()).toEqual([]);
    world.setLists(withPhotos({ sources: [{ kind: 'directory' }] }));
    await world.sync();
    expect(photoOf('User 3')).toEqual(jpeg(3));
  });
});

test('each of several sources gives the photos of its contacts, and a file has none', async () => {
  world.setLists(withPhotos({ sources: [staff, people, { ...world.places.csv.settings, name: 'file' }] }));
  const [first = ''] = world.addContacts(1);
  world.source.setPhoto(first, jpeg(9));
  addUsers(1);
  world.places.csv.put('1', { address: 'csv@contoso.com', displayName: 'From a file' });
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(3);
  expect([photoOf('Contact 1'), photoOf('User 1'), photoOf('From a file')]).toEqual([jpeg(9), jpeg(1), undefined]);
  world.source.setPhoto(first, jpeg(10));
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(10));
});

test('a person of several sources has the photo of the first that has one', async () => {
  world.setLists(withPhotos({ sources: [staff, people], match: 'email' }));
  const [first = ''] = world.addContacts(1);
  world.source.edit(first, { displayName: 'Contact 1', emailAddresses: [{ address: 'user1@contoso.com' }] });
  addUsers(1);
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Contact 1']);
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
  world.source.setPhoto(first, jpeg(9));
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(9));
  await world.clock.advance(25 * hour);
  await world.app.forgetPhotos();
  expect(world.photos.kept.size).toBe(2);
  world.source.setPhoto(first, new Uint8Array());
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test('what is left out stays in sight of the admin until it is mended', async () => {
  world.setLists(withPhotos());
  const [first = '', second = ''] = world.addContacts(2);
  world.source.setPhoto(first, Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  world.source.setPhoto(second, Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  await world.sync();
  expect(await details()).toEqual([expect.stringMatching(/^2 photos left out: not JPEG/)]);
  world.addContacts(1, 'Other');
  await world.sync();
  expect(await details()).toHaveLength(1);
  world.source.setPhoto(first, jpeg(1));
  await world.sync();
  expect(await details()).toEqual([expect.stringMatching(/^1 photo left out/)]);
  world.source.remove(second);
  await world.sync();
  expect(await details()).toEqual([]);
});

async function details(): Promise<string[]> {
  return ((await world.openListPartition('staff').readCheckpoint())?.checkpoint.notes ?? []).map(
    ({ detail }) => detail,
  );
}

test('a contact that moves to another folder while its photo is owed is as it is there', async () => {
  const other = world.source.addFolder('Partners');
  world.setLists(withPhotos({ source: { mailbox: 'directory@contoso.com', folders: ['Partners', 'Staff'] } }));
  const [first = ''] = world.addContacts(1);
  world.source.setPhoto(first, jpeg(1));
  world.graph.fail({ on: { operation: 'readPhotos' }, answer: failure('unavailable') });
  await world.sync();
  world.source.move(first, other);
  world.source.edit(first, { displayName: 'Moved' });
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Moved']);
  expect(photoOf('Moved')).toEqual(jpeg(1));
});

test('a mailbox that is full is listed each time, and its photos are not read each time', async () => {
  world.setLists(withPhotos());
  const ids = world.addContacts(48);
  for (const id of ids) world.source.setPhoto(id, jpeg(1));
  for (const _ of [1, 2]) world.graph.fail({ on: { operation: 'readChanges' }, answer: failure('overQuota') });
  await world.sync();
  world.takeCalls();
  await world.sync();
  expect(world.takeCalls(world.sourceId).map(({ operation }) => operation)).not.toContain('readPhotos');
});

test('the photo of a contact that waits for a decision about who sees it comes with the decision', async () => {
  const visibility = [{ when: { field: 'department', in: ['Board'] }, to: { mailboxes: ['target1@contoso.com'] } }];
  const world = createWorld(listOf({ photos: true, visibility, safeguards: { maxRemovalShare: 0, maxRemovals: 0 } }));
  const [reader = ''] = world.addTargets(2);
  const [id = ''] = world.addContacts(1);
  await world.sync();
  world.source.edit(id, { displayName: 'Contact 1', department: 'Board' });
  world.source.setPhoto(id, Uint8Array.of(0xff, 0xd8, 0xff, 1));
  await world.sync();
  await world.decide({ decision: 'approve', removals: 1 });
  await world.sync();
  await world.sync();
  const found = world.graph.mailbox(reader).contact(world.targetId(reader, 'Contact 1'));
  expect([found.contact.department, found.photo?.[3]]).toEqual(['Board', 1]);
});
