import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let target: string;
let mailbox: ReturnType<World['graph']['mailbox']>;
let ids: string[];

const settings = (removals: 'delete' | 'deleteForGood', changes: Record<string, unknown> = {}) =>
  listOf({ removals, safeguards: { maxRemovalShare: 1 }, ...changes });

beforeEach(async () => {
  world = createWorld(settings('deleteForGood'));
  [target = ''] = world.addTargets(1);
  mailbox = world.graph.mailbox(target);
  ids = world.addContacts(3);
  const [first = ''] = ids;
  world.source.edit(first, { ...world.source.contact(first).contact, birthday: '1815-12-10' });
  await world.sync();
});

function inDeletedItems(): number {
  return mailbox.contactsIn(mailbox.deletedItemsId).length;
}

async function removeAll(): Promise<unknown> {
  for (const id of ids) world.source.remove(id);
  await world.sync();
  return (await world.latestRun())?.contacts;
}

test("a list that deletes for good leaves nothing in the user's Deleted Items", async () => {
  expect(await removeAll()).toEqual({ created: 0, updated: 0, deleted: 3, failed: 0 });
  expect(world.targetNames(target)).toEqual([]);
  expect(inDeletedItems()).toBe(0);
});

test('what Exchange keeps there all the same is looked up and counted', async () => {
  mailbox.keepsBirthdays = true;
  world.takeCalls();
  expect(await removeAll()).toEqual({ created: 0, updated: 0, deleted: 3, failed: 0, leftInDeletedItems: 1 });
  // Of those without a birthday nobody asks.
  expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual([...Array(3).fill('delete'), 'getContact']);
});

test('a list that only deletes moves them to Deleted Items', async () => {
  world.setLists(settings('delete'));
  await removeAll();
  expect(inDeletedItems()).toBe(3);
});

test('a mailbox that leaves, or whose list moves to another folder, has nothing in Deleted Items either', async () => {
  world.setLists(settings('deleteForGood', { destination: { folder: 'Contacts', category: null } }));
  await world.sync();
  expect(mailbox.contactsIn(mailbox.defaultFolderId)).toHaveLength(3);
  world.exclude(target);
  await world.clock.advance(hour);
  await world.sync();
  expect(mailbox.contactsIn(mailbox.defaultFolderId)).toEqual([]);
  expect(inDeletedItems()).toBe(0);
});

test("a contact that was the user's is given back, not deleted", async () => {
  world.setLists(settings('deleteForGood', { existing: 'adoptAnywhere' }));
  const ada = { displayName: 'Ada', emailAddresses: [{ address: 'ada@contoso.com' }] };
  const id = mailbox.add(mailbox.defaultFolderId, ada);
  ids.push(world.source.add(world.sourceFolder, { ...ada, jobTitle: 'Analyst' }));
  await world.sync();
  expect(mailbox.contacts.get(id)?.contact.jobTitle).toBe('Analyst');
  await removeAll();
  expect(mailbox.contacts.get(id)?.contact).toEqual(ada);
});
