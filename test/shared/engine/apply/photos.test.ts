import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { nothingBeside } from '../../../memory/adapters.ts';
import { crash, failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, timing, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

const withPhotos = (changes: Record<string, unknown> = {}): ContactList => listOf({ photos: true, ...changes });
const jpeg = (content: number, length = 40) => Uint8Array.from({ length }, (_, i) => [0xff, 0xd8, 0xff][i] ?? content);

beforeEach(() => {
  world = createWorld(withPhotos());
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(3);
});

function photoOf(displayName: string, mailboxId = target): Uint8Array | undefined {
  const mailbox = world.graph.mailbox(mailboxId);
  return mailbox.contact(world.targetId(mailboxId, displayName)).photo;
}

function show(index: number, photo: Uint8Array): void {
  world.source.setPhoto(ids[index] ?? '', photo);
}

function edit(index: number, jobTitle: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, jobTitle });
}

async function syncAndCount(): Promise<unknown> {
  await world.sync();
  return (await world.latestRun())?.contacts;
}

function operations(mailboxId = target): string[] {
  return world.takeCalls(mailboxId).map(({ operation }) => operation);
}

test('contacts arrive with the photos of the source, each one request more, and none later', async () => {
  show(0, jpeg(1));
  show(1, jpeg(1));
  expect(await syncAndCount()).toEqual({ created: 3, updated: 0, deleted: 0, failed: 0, photos: 2 });
  expect([photoOf('Contact 1'), photoOf('Contact 2'), photoOf('Contact 3')]).toEqual([jpeg(1), jpeg(1), undefined]);
  expect(operations().filter(name => name === 'photo')).toHaveLength(2);
  expect(world.photos.kept.size).toBe(1);
  await world.resync(undefined, 'full');
  await world.drain();
  expect(operations().filter(name => name === 'photo')).toEqual([]);
});

test('a halt stops photos, too, and the release brings the rest', async () => {
  ids = world.addContacts(45, 'More');
  for (const [index] of ids.entries()) show(index, jpeg(index + 1));
  const meanwhile = async () => {
    await world.app.halt('staff');
  };
  world.graph.fail({ on: { operation: 'photo' }, meanwhile });
  await world.sync();
  const written = operations().filter(name => name === 'photo').length;
  expect(written).toBeLessThan(45);
  await world.sync();
  expect(operations()).toEqual([]);

  await world.app.release('staff');
  await world.drain();
  expect(ids.map((_, index) => photoOf(`More ${index + 1}`))).toEqual(ids.map((_, index) => jpeg(index + 1)));
});

test('another photo is written alone, and a contact that changes keeps the one it has', async () => {
  show(0, jpeg(1));
  await world.sync();
  operations();
  show(0, jpeg(2));
  expect(await syncAndCount()).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0, photos: 1 });
  expect(photoOf('Contact 1')).toEqual(jpeg(2));
  expect(operations()).toEqual(['photo']);
  edit(0, 'Head');
  expect(await syncAndCount()).toEqual({ created: 0, updated: 1, deleted: 0, failed: 0 });
  expect(operations()).toEqual(['patch']);
});

test('a contact that is made again gets its photo again', async () => {
  show(0, jpeg(1));
  await world.sync();
  world.graph.mailbox(target).purge(world.targetId(target, 'Contact 1'));
  edit(0, 'Head');
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test('a photo that the source lost stays where it was written, and nobody new gets it', async () => {
  show(0, jpeg(1));
  await world.sync();
  operations();
  show(0, new Uint8Array());
  await world.sync();
  expect(operations()).toEqual([]);
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
  const late = world.graph.addUser('late@contoso.com');
  world.graph.setGroup('all@contoso.com', [target, late]);
  // What was read for others is shared for some minutes.
  world.restart();
  await world.sync();
  expect(world.targetNames(late)).toHaveLength(3);
  expect(photoOf('Contact 1', late)).toBeUndefined();
});

test('what is no JPEG or too large is left out and named, and the contact arrives', async () => {
  show(0, Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  show(1, jpeg(1, 5 * 1024 * 1024));
  show(2, Uint8Array.from([...Buffer.from('GIF89a'), 1, 0, 1, 0]));
  expect(await syncAndCount()).toEqual({ created: 3, updated: 0, deleted: 0, failed: 0 });
  const notes = (await world.openListPartition('staff').readCheckpoint())?.checkpoint.notes ?? [];
  expect(notes.map(({ code, detail }) => [code, detail.slice(0, 16)])).toEqual([
    ['PhotosLeftOut', '1 photo left out'],
    ['PhotosLeftOut', '1 photo left out'],
  ]);
  expect(world.photos.kept.size).toBe(0);
});

test.each([
  ['refuses', { status: 400, code: 'ErrorInvalidProperty' }],
  ['fails at', { status: 500, code: 'ErrorInternalServerError' }],
  ['gives no answer to', failure('unavailable')],
])(
  'a photo that Graph %s fails no contact, is counted and told, and is tried again after five minutes, alone',
  async (_, answer) => {
    show(0, jpeg(1));
    world.graph.fail({ on: { operation: 'photo' }, answer });
    expect(await syncAndCount()).toEqual({ created: 3, updated: 0, deleted: 0, failed: 0, photosFailed: 1 });
    expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: world.clock.now() + 5 * minute });
    operations();
    await world.sync();
    expect(operations()).toEqual([]);
    await world.clock.advance(5 * minute);
    expect(await world.previewList()).toMatchObject({ photos: 1 });
    expect(await syncAndCount()).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0, photos: 1 });
    expect(operations()).toEqual(['photo']);
    expect(photoOf('Contact 1')).toEqual(jpeg(1));
    expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
  },
);

test('a photo that may have been written is written over, although the source is back at the one before', async () => {
  show(0, jpeg(1));
  await world.sync();
  show(0, jpeg(2));
  world.graph.fail({ on: { operation: 'photo' }, committed: true, answer: failure('unavailable') });
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(2));
  show(0, jpeg(1));
  await world.sync();
  await world.clock.advance(timing.graphGraceSeconds * 1000);
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test('a photo whose handler died before it noted it is written over, too', async () => {
  show(0, jpeg(1));
  await world.sync();
  show(0, jpeg(2));
  const meanwhile = async () => {
    show(0, jpeg(1));
    await world.run();
    await crash();
  };
  world.graph.fail({ on: { operation: 'photo' }, committed: true, meanwhile });
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test('photos that one handler has no time for come with the next, and no other again, also after a handler that died', async () => {
  ids.push(...world.addContacts(22, 'Other'));
  const showAll = (content: number) => ids.forEach((_, index) => void show(index, jpeg(content)));
  showAll(1);
  await world.sync();
  showAll(2);
  operations();
  world.graph.fail({ on: { operation: 'photo' }, meanwhile: crash });
  const meanwhile = () => world.clock.advance((timing.handlerSeconds / 20) * 1000);
  world.graph.fail({ on: { operation: 'photo' }, times: 100, meanwhile });
  await world.sync();
  expect(operations().filter(name => name === 'photo')).toHaveLength(1 + 25);
  expect(ids.map((_, index) => photoOf(index < 3 ? `Contact ${index + 1}` : `Other ${index - 2}`))).toEqual(
    ids.map(() => jpeg(2)),
  );
  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
});

describe('a photo that got no answer and lands late', () => {
  beforeEach(async () => {
    show(0, jpeg(1));
    world.graph.fail({ on: { operation: 'photo' }, answer: failure('unavailable') });
    await world.sync();
  });

  async function landLate(): Promise<void> {
    world.graph.mailbox(target).setPhoto(world.targetId(target, 'Contact 1'), jpeg(1));
    await world.clock.advance(timing.graphGraceSeconds * 1000);
    await world.sync();
  }

  test('covers no newer one', async () => {
    show(0, jpeg(2));
    await world.sync();
    await landLate();
    expect(photoOf('Contact 1')).toEqual(jpeg(2));
    expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
  });

  test('covers none that the source shows after it had none for a moment', async () => {
    show(0, new Uint8Array());
    edit(0, 'Head');
    await world.sync();
    show(0, jpeg(2));
    await world.sync();
    await landLate();
    expect(photoOf('Contact 1')).toEqual(jpeg(2));
  });
});

test('a photo that always fails is tried ever more seldom, and no more once the source has none', async () => {
  show(0, jpeg(1));
  for (const _ of [1, 2, 3])
    world.graph.fail({ on: { operation: 'photo' }, answer: { status: 400, code: 'ErrorInvalid' } });
  const waits: number[] = [];
  for (const _ of [1, 2, 3]) {
    await world.sync();
    const { dueAt = 0 } = (await world.progress(target)) ?? {};
    waits.push((dueAt - world.clock.now()) / minute);
    await world.clock.advance(dueAt - world.clock.now());
  }
  expect(waits).toEqual([5, 20, 80]);
  show(0, new Uint8Array());
  await world.sync();
  await world.sync();
  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
});

test('a photo that failed is tried no more once the user deleted its contact', async () => {
  show(0, jpeg(1));
  world.graph.fail({ on: { operation: 'photo' }, answer: { status: 400, code: 'ErrorInvalid' } });
  await world.sync();
  world.graph.mailbox(target).purge(world.targetId(target, 'Contact 1'));
  await world.clock.advance(5 * minute);
  await world.sync();
  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
});

test('a photo that failed is tried no more where the source removed its contact and the list keeps it', async () => {
  world.setLists(withPhotos({ removals: 'keep' }));
  show(0, jpeg(1));
  world.graph.fail({ on: { operation: 'photo' }, answer: { status: 400, code: 'ErrorInvalid' } });
  await world.sync();
  world.source.remove(ids[0] ?? '');
  await world.sync();
  await world.clock.advance(5 * minute);
  await world.sync();
  expect(await world.progress(target)).toMatchObject({ state: 'current', dueAt: 0 });
});

test('photos above what a mailbox takes in five minutes wait for the next five', async () => {
  const large = (index: number) => {
    const bytes = new Uint8Array(100 * 1024).fill(index % 256);
    bytes.set([0xff, 0xd8, 0xff, index >> 8]);
    return bytes;
  };
  const many = [...ids, ...world.addContacts(347, 'Other')];
  for (const [index, id] of many.entries()) world.source.setPhoto(id, large(index));
  await world.run();
  await world.deliver();
  const first = operations().filter(name => name === 'photo').length;
  // A handler that takes over at once, and one after it, stay below 150 MB together.
  expect(3 * ((first * 100 * 1024 * 4) / 3)).toBeLessThan(150_000_000);
  expect(await world.progress(target)).toMatchObject({ state: 'waiting', dueAt: world.clock.now() + 5 * minute });
  await world.drain();
  expect(operations().filter(name => name === 'photo')).toHaveLength(350 - first);
  expect((await world.progress(target))?.state).toBe('current');
});

test('a photo that cannot be read holds up no contact and is asked for again, alone, with the next run', async () => {
  show(0, jpeg(1));
  show(1, jpeg(2));
  world.graph.fail({ on: { operation: 'readPhotos', displayName: 'Contact 1' }, answer: failure('unavailable') });
  expect(await syncAndCount()).toMatchObject({ created: 3, photos: 1 });
  world.takeCalls();
  expect(await syncAndCount()).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0, photos: 1 });
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
  expect(operations(world.sourceId)).toEqual(['readChanges', 'readPhotos']);
  await world.sync();
  expect(operations(world.sourceId)).toEqual(['readChanges']);
});

test('a contact whose photo is owed and which is gone meanwhile is removed', async () => {
  show(0, jpeg(1));
  world.graph.fail({ on: { operation: 'readPhotos', displayName: 'Contact 1' }, answer: failure('unavailable') });
  await world.sync();
  world.source.remove(ids[0] ?? '');
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Contact 2', 'Contact 3']);
});

test('photos that Graph asks to wait for are written after the wait', async () => {
  show(0, jpeg(1));
  world.graph.fail({ on: { operation: 'photo' }, answer: failure('throttled', 120_000) });
  await world.sync();
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test("a user's own contact keeps the photo that it has, and is not looked at again", async () => {
  world.setLists(withPhotos({ existing: 'adoptInFolder' }));
  const mailbox = world.graph.mailbox(target);
  const own = mailbox.add(mailbox.addFolder('Company'), {
    displayName: 'Contact 1',
    emailAddresses: [{ address: 'a@b.example' }],
  });
  mailbox.setPhoto(own, jpeg(9));
  const first = ids[0] ?? '';
  world.source.edit(first, { displayName: 'Contact 1', emailAddresses: [{ address: 'a@b.example' }] });
  show(0, jpeg(1));
  expect(await syncAndCount()).toMatchObject({ adopted: 1 });
  expect(mailbox.contact(own).photo).toEqual(jpeg(9));
  operations();
  show(0, jpeg(2));
  edit(0, 'Head');
  await world.sync();
  expect(operations()).not.toContain('readPhotos');
  expect(mailbox.contact(own).photo).toEqual(jpeg(9));
});

test("a user's own contact without a photo gets one, and the next ones, and keeps it when it is given back", async () => {
  world.setLists(withPhotos({ existing: 'adoptInFolder' }));
  const mailbox = world.graph.mailbox(target);
  const contact = { displayName: 'Contact 1', emailAddresses: [{ address: 'a@b.example' }] };
  const own = mailbox.add(mailbox.addFolder('Company'), contact);
  const first = ids[0] ?? '';
  world.source.edit(first, { ...contact, jobTitle: 'Head' });
  show(0, jpeg(1));
  expect(await syncAndCount()).toMatchObject({ adopted: 1, photos: 1 });
  expect(mailbox.contact(own).photo).toEqual(jpeg(1));
  show(0, jpeg(2));
  await world.sync();
  expect(mailbox.contact(own).photo).toEqual(jpeg(2));
  world.source.remove(first);
  await world.sync();
  expect(mailbox.contact(own)).toMatchObject({ contact, photo: jpeg(2) });
});

test("a photo that was written to a user's own contact without an answer does not count as the user's", async () => {
  world.setLists(withPhotos({ existing: 'adoptInFolder' }));
  const mailbox = world.graph.mailbox(target);
  const contact = { displayName: 'Contact 1', emailAddresses: [{ address: 'a@b.example' }] };
  const own = mailbox.add(mailbox.addFolder('Company'), contact);
  world.source.edit(ids[0] ?? '', contact);
  show(0, jpeg(1));
  world.graph.fail({ on: { operation: 'photo' }, committed: true, answer: failure('unavailable') });
  await world.sync();
  expect(mailbox.contact(own).photo).toEqual(jpeg(1));
  show(0, jpeg(2));
  await world.sync();
  await world.clock.advance(5 * minute);
  await world.sync();
  expect(mailbox.contact(own).photo).toEqual(jpeg(2));
});

test('photos that are asked for later come to contacts that are there, and no contact is written for it', async () => {
  world.setLists(listOf());
  show(0, jpeg(1));
  await world.sync();
  expect(photoOf('Contact 1')).toBeUndefined();
  world.takeCalls();
  world.setLists(withPhotos());
  expect(await syncAndCount()).toEqual({ created: 0, updated: 0, deleted: 0, failed: 0, photos: 1 });
  expect(photoOf('Contact 1')).toEqual(jpeg(1));
});

test('a photo that no list needs or can be rolled back to any more is deleted, and no other', async () => {
  show(0, jpeg(1));
  show(1, jpeg(2));
  await world.sync();
  show(0, jpeg(3));
  await world.sync();
  expect(await world.app.forgetPhotos()).toBe(0);
  await world.clock.advance(29 * 24 * hour);
  await world.app.forgetChanges();
  expect(await world.app.forgetPhotos()).toBe(0);
  await world.clock.advance(2 * 24 * hour);
  await world.app.forgetChanges();
  expect(await world.app.forgetPhotos()).toBe(1);
  expect([...world.photos.kept.values()].map(({ bytes }) => bytes)).toEqual([jpeg(2), jpeg(3)]);
  world.setLists(listOf());
  await world.sync();
  expect(await world.app.forgetPhotos()).toBe(2);
});

test('storage is not asked for photos where no list ever read one', async () => {
  world.setLists(listOf());
  await world.sync();
  const app = world.openApp({}, { photos: nothingBeside.photos });
  expect(await app.forgetPhotos()).toBe(0);
});

test('a preview counts the photos of a mailbox and of the list, and keeps and writes none', async () => {
  show(0, jpeg(1));
  show(1, jpeg(2));
  await world.run();
  expect(await world.previewList()).toMatchObject({ creates: 3, photos: 2 });
  await world.drain();
  show(0, jpeg(3));
  expect(await world.previewMailbox(target)).toMatchObject({ patches: 0, photos: 1 });
  expect(await world.previewList()).toMatchObject({ patches: 0, photos: 1, mailboxes: { changed: 1 } });
  expect([photoOf('Contact 1'), world.photos.kept.size]).toEqual([jpeg(1), 2]);
  await world.sync();
  expect(await world.previewList()).not.toHaveProperty('photos');
});

test('a mailbox of 500 contacts with photos costs 500 requests more once, and none later', async () => {
  const others = world.addContacts(497, 'Other');
  for (const [index, id] of [...ids, ...others].entries()) world.source.setPhoto(id, jpeg(index % 256, 10_000));
  world.setLists(listOf());
  await world.sync();
  const without = operations();
  const late = world.graph.addUser('late@contoso.com');
  world.graph.setGroup('all@contoso.com', [late]);
  world.setLists(withPhotos());
  await world.sync();
  const asked = operations(late);
  expect(asked.filter(name => name === 'photo')).toHaveLength(500);
  expect(asked.filter(name => name !== 'photo')).toEqual(without);
  edit(0, 'Head');
  await world.sync();
  expect(operations(late)).toEqual(['patch']);
});

test('a list without photos asks for none', async () => {
  world.setLists(listOf());
  show(0, jpeg(1));
  await world.sync();
  const calls = world.takeCalls().map(({ operation }) => operation);
  expect(calls).not.toContain('readPhotos');
  expect(calls).not.toContain('photo');
});
