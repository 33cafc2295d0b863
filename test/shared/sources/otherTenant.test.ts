import { failure } from '../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../engine/world.ts';

/** Two organisations that both run the product, each with a shared mailbox whose folder the other one reads. */
let ours: World;
let theirs: World;
let shared: { readonly ours: string; readonly theirs: string };

beforeEach(() => {
  [ours, theirs] = [createWorld(), createWorld()];
  shared = { ours: ours.graph.addUser('shared@contoso.com'), theirs: theirs.graph.addUser('shared@fabrikam.com') };
  ours.connectTo('fabrikam', 'fabrikam-id', theirs.graph);
  theirs.connectTo('contoso', 'contoso-id', ours.graph);
});

function sharedList(connection: string, mailbox: string, target: string) {
  return listOf({
    id: connection,
    source: { connection, mailbox, folders: ['Partners'] },
    targets: { mailboxes: [target] },
    destination: { folder: 'Partners', category: null },
  });
}

function addContact(world: World, mailboxId: string, displayName: string): string {
  const mailbox = world.graph.mailbox(mailboxId);
  return mailbox.add(mailbox.addFolder('Partners'), { displayName });
}

async function noteOf(world: World, list: string): Promise<unknown> {
  return (await world.app.readList(list))?.notes;
}

test('contacts of a mailbox of another tenant arrive, change and go, without a look at its directory', async () => {
  const ann = addContact(theirs, shared.theirs, 'Ann');
  addContact(theirs, shared.theirs, 'Bob');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  await ours.sync();
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Ann', 'Bob']);
  theirs.graph.mailbox(shared.theirs).edit(ann, { displayName: 'Anna' });
  await ours.sync();
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Anna', 'Bob']);
  theirs.graph.mailbox(shared.theirs).remove(ann);
  await ours.sync();
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Bob']);
  expect(theirs.takeCalls().filter(({ operation }) => operation === 'findUser')).toEqual([]);
});

test('two organisations share the same folder both ways, and nobody gets back what they gave', async () => {
  addContact(ours, shared.ours, 'Ours');
  addContact(theirs, shared.theirs, 'Theirs');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  theirs.setLists(sharedList('contoso', shared.ours, shared.theirs));
  for (let round = 0; round < 3; round += 1) {
    await ours.sync();
    await theirs.sync();
  }
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Ours', 'Theirs']);
  expect(theirs.targetNames(shared.theirs, 'Partners')).toEqual(['Ours', 'Theirs']);
  const leftOut = { code: 'WrittenByTheirSync', detail: expect.stringMatching(/^1 contact of the source is left out/) };
  expect([await noteOf(ours, 'fabrikam'), await noteOf(theirs, 'contoso')]).toEqual([[leftOut], [leftOut]]);

  ours.takeCalls();
  await ours.sync();
  const written = ours.takeCalls().filter(({ operation }) => /create|patch|delete/i.test(operation));
  expect(written).toEqual([]);
});

test('who leaves at the one side leaves at the other, and the note counts who is left out now', async () => {
  const gone = addContact(ours, shared.ours, 'Gone');
  addContact(ours, shared.ours, 'Stays');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  theirs.setLists(sharedList('contoso', shared.ours, shared.theirs));
  addContact(theirs, shared.theirs, 'Theirs');
  await theirs.sync();
  await ours.sync();
  expect(await noteOf(ours, 'fabrikam')).toMatchObject([{ detail: expect.stringMatching(/^2 contacts/) }]);
  ours.graph.mailbox(shared.ours).remove(gone);
  await theirs.sync();
  await ours.sync();
  expect(theirs.targetNames(shared.theirs, 'Partners')).toEqual(['Stays', 'Theirs']);
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Stays', 'Theirs']);
  expect(await noteOf(ours, 'fabrikam')).toMatchObject([{ detail: expect.stringMatching(/^1 contact /) }]);
});

test('an idle run asks the other tenant once a folder, and one change costs one look at its stamp', async () => {
  const ann = addContact(theirs, shared.theirs, 'Ann');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  await ours.sync();
  theirs.takeCalls();
  await ours.sync();
  expect(theirs.takeCalls().map(({ operation }) => operation)).toEqual(['readChanges']);
  theirs.graph.mailbox(shared.theirs).edit(ann, { displayName: 'Anna' });
  await ours.sync();
  expect(theirs.takeCalls().map(({ operation }) => operation)).toEqual(['readChanges', 'readExtended']);
});

test('a mailbox that the other tenant keeps to itself removes nobody, and the problem names no address', async () => {
  addContact(theirs, shared.theirs, 'Ann');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  await ours.sync();
  theirs.graph.mailbox(shared.theirs).failure = failure('accessDenied');
  const { problems } = await ours.sync();
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Ann']);
  expect(problems).toMatchObject([{ code: 'ErrorAccessDenied', detail: expect.stringMatching(/not in the scope/) }]);
  expect(JSON.stringify(problems)).not.toContain('@');
});

test('a connection that leads to another tenant from now on is read from the start', async () => {
  for (const name of ['Ann', 'Bob']) addContact(theirs, shared.theirs, name);
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  await ours.sync();
  const elsewhere = createWorld();
  const other = elsewhere.graph.addUser('shared@northwind.com');
  expect(other).toBe(shared.theirs);
  for (const name of ['Ann', 'Bea']) addContact(elsewhere, other, name);
  ours.connectTo('fabrikam', 'northwind-id', elsewhere.graph);
  await ours.sync();
  expect(ours.targetNames(shared.ours, 'Partners')).toEqual(['Ann', 'Bea']);
});

test('a preview and an explanation know of the other tenant', async () => {
  addContact(theirs, shared.theirs, 'Ann');
  ours.setLists(sharedList('fabrikam', shared.theirs, shared.ours));
  expect(await ours.previewMailbox(shared.ours)).toMatchObject({ creates: 1, operations: [{ displayName: 'Ann' }] });
});
