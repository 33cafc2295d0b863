import { rewriteCheckpoint } from '../../../memory/rewriteCheckpoint.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

const week = 7 * 24 * hour;
const undecided = { code: 'PrivateContactsShared', detail: expect.stringMatching(/^1 contact is marked private/) };

let world: World;
let target = '';
let source = '';

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  [source = ''] = world.addContacts(2);
});

function names(): string[] | undefined {
  return world.targetNames(target);
}

async function notes(): Promise<unknown> {
  return (await world.app.readList('staff'))?.notes;
}

test('a contact that is marked private goes to nobody', async () => {
  world.source.markPrivate(source);
  await world.sync();
  expect(names()).toEqual(['Contact 2']);
  expect((await world.explain(target, 'Contact 1')).contacts).toMatchObject([
    { present: false, state: 'private', reason: 'for nobody: it is marked private at the source' },
  ]);
});

test('it stays hidden where the listing of a full mailbox misses it', async () => {
  world.source.markPrivate(source);
  await world.sync();
  world.source.overQuota = true;
  const list = world.source.list.bind(world.source);
  world.source.list = folderId => list(folderId).filter(({ id }) => id !== source);
  await world.sync();
  expect(world.takeCalls(world.sourceId).map(({ operation }) => operation)).toContain('getContact');
  expect(names()).toEqual(['Contact 2']);
});

test('whoever looks for it in the list sees that it is private', async () => {
  world.source.markPrivate(source);
  await world.sync();
  const found = await world.app.searchContacts('staff', { text: 'contact', from: 0, limit: 10 });
  expect(found?.contacts.filter(contact => contact.private).map(({ displayName }) => displayName)).toEqual([
    'Contact 1',
  ]);
});

test('the status of the list says how many are private', async () => {
  const count = async () => {
    await world.sync();
    return (await world.app.readList('staff'))?.private;
  };
  expect(await count()).toBeUndefined();
  world.source.markPrivate(source);
  expect(await count()).toBe(1);
  const other = world.source.add(world.sourceFolder, { displayName: 'Other' });
  world.source.markPrivate(other);
  expect(await count()).toBe(2);
  world.source.remove(other);
  expect(await count()).toBe(1);
  world.source.killDeltaTokens();
  expect(await count()).toBe(1);
  world.source.markPrivate(source, false);
  expect(await count()).toBeUndefined();
});

test('one that becomes private is gone in the same run, and comes back with the mark taken off', async () => {
  await world.sync();
  world.source.markPrivate(source);
  expect(await world.previewMailbox(target)).toMatchObject({
    deletes: 1,
    operations: [{ action: 'delete', displayName: 'Contact 1', reason: 'marked private at the source' }],
  });
  await world.sync();
  expect(names()).toEqual(['Contact 2']);
  world.source.markPrivate(source, false);
  await world.sync();
  expect(names()).toEqual(['Contact 1', 'Contact 2']);
});

test('it is gone also where the list keeps what is removed', async () => {
  world.setLists(listOf({ removals: 'keep' }));
  await world.sync();
  world.source.markPrivate(source);
  await world.sync();
  expect(names()).toEqual(['Contact 2']);
});

test('the mark is read for what changed alone, and not at all by a list that shares private contacts', async () => {
  world.setLists(listOf({ privateContacts: 'share' }));
  world.source.markPrivate(source);
  await world.sync();
  expect(names()).toEqual(['Contact 1', 'Contact 2']);
  const operations = () => world.takeCalls(world.sourceId).map(({ operation }) => operation);
  expect(operations()).not.toContain('listExtended');
  world.setLists(listOf());
  await world.sync();
  expect(operations()).toEqual(['readChanges', 'listExtended']);
  expect(names()).toEqual(['Contact 2']);
  world.addContacts(3, 'New');
  await world.sync();
  expect(operations()).toEqual(['readChanges', 'readExtended', 'readExtended', 'readExtended']);
});

test('what is written to a target does not say that it is private', async () => {
  world.setLists(listOf({ privateContacts: 'share' }));
  world.source.markPrivate(source);
  await world.sync();
  expect(world.target(target)?.['Contact 1']).toEqual({ displayName: 'Contact 1', department: 'Sales' });
});

describe('a list that an earlier version captured first', () => {
  /** As earlier versions wrote it. */
  beforeEach(async () => {
    world.setLists(listOf({ privateContacts: 'share' }));
    world.source.markPrivate(source);
    await world.sync();
    await rewriteCheckpoint(world.tables, 'staff', checkpoint => ({ ...checkpoint, hidesPrivate: false }));
    world.setLists(listOf());
  });

  test('goes on to share private contacts, and its status says how many they are', async () => {
    expect((await world.sync()).sent).toBe(0);
    expect([names(), await notes()]).toEqual([['Contact 1', 'Contact 2'], [undecided]]);
  });

  test('counts them once a week', async () => {
    const listings = async () => {
      world.takeCalls();
      await world.sync();
      return world.takeCalls().filter(({ operation }) => operation === 'listExtended').length;
    };
    expect([await listings(), await listings()]).toEqual([1, 0]);
    await world.clock.advance(week);
    expect(await listings()).toBe(1);
  });

  test.each([
    ['hide', ['Contact 2']],
    ['share', ['Contact 1', 'Contact 2']],
  ])('does what the setting %s says from then on', async (privateContacts, left) => {
    await world.sync();
    world.setLists(listOf({ privateContacts }));
    await world.sync();
    expect([names(), await notes()]).toEqual([left, []]);
  });
});
