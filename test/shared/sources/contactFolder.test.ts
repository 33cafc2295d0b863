import { type ContactSource, SourceFailure } from '../../../shared/ports/contactSource.ts';
import { openListSources } from '../../../shared/sources/listSources.ts';
import { memorySourceAdapters } from '../../memory/adapters.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../engine/world.ts';

let world: World;
let source: ContactSource;

beforeEach(() => {
  world = createWorld();
  const { clock, graph } = world;
  source = openListSources(listOf(), [], memorySourceAdapters(graph, clock));
});

test('reads everything without a cursor, and with one what changed since', async () => {
  const [first = ''] = world.addContacts(2);
  const { scopes, cursor, problems } = await source.read(undefined);
  expect(scopes).toMatchObject([{ folderId: world.sourceFolder, complete: true, mayMiss: false, contacts: [{}, {}] }]);
  expect(problems).toEqual([]);
  world.source.remove(first);
  const next = await source.read(cursor);
  expect(next.scopes).toMatchObject([{ complete: false, contacts: [{ id: first, contact: null }] }]);
  expect((await source.read(next.cursor)).scopes).toMatchObject([{ complete: false, contacts: [] }]);
});

test('says the same again after a reading whose cursor was not kept', async () => {
  const { cursor } = await source.read(undefined);
  world.addContacts(1);
  const [once, again] = [await source.read(cursor), await source.read(cursor)];
  expect(again.scopes).toEqual(once.scopes);
});

test('reads everything where its cursor cannot be used any more', async () => {
  world.addContacts(2);
  const { cursor } = await source.read(undefined);
  world.source.killDeltaTokens();
  expect((await source.read(cursor)).scopes).toMatchObject([{ complete: true, contacts: [{}, {}] }]);
});

test('lists what a full mailbox does not give as changes, and tells who is there though a listing missed it', async () => {
  const [first = '', second = ''] = world.addContacts(2);
  world.source.overQuota = true;
  expect((await source.read(undefined)).scopes).toMatchObject([{ complete: true, mayMiss: true }]);
  world.source.remove(second);
  const standing = await source.readStanding(world.sourceFolder, [first, second]);
  expect([...standing.keys()]).toEqual([first]);
});

test('fails with what an admin can do, and never with an answer of Graph', async () => {
  world.source.failure = failure('accessDenied');
  const failed = source.read(undefined);
  await expect(failed).rejects.toThrow(SourceFailure);
  await expect(failed).rejects.toMatchObject({ problems: [{ code: failure('accessDenied').code }] });
});
