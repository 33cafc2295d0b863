import { createWorld, hour, listOf, type World } from '../world.ts';

const desk = 'desk@contoso.com';
const ada = 'target1@contoso.com';
const ben = 'target2@contoso.com';
const withOwners = (owners: object = {}, changes: object = {}) =>
  listOf({ owners: { from: 'userField1', ...owners }, ...changes });

let world: World;
/** Of Ada, Ben and somebody who owns nothing; the desk is a target of its own. */
let [adaId, benId, thirdId, deskId] = ['', '', '', ''];

async function start(list = withOwners()): Promise<void> {
  world = createWorld(list);
  [adaId = '', benId = '', thirdId = ''] = world.addTargets(3);
  deskId = world.graph.addUser(desk);
  world.graph.setGroup('all@contoso.com', [adaId, benId, thirdId, deskId]);
  add('Common', undefined);
  await world.sync();
}

function add(displayName: string, owner: string | undefined): string {
  return world.source.add(world.sourceFolder, { displayName, ...(owner !== undefined && { userField1: owner }) });
}

function own(id: string, owner: string): void {
  world.source.edit(id, { ...world.source.contact(id).contact, userField1: owner });
}

function everybodysNames(): (string[] | undefined)[] {
  return [adaId, benId, thirdId, deskId].map(id => world.targetNames(id));
}

const common = ['Common'];

test('a contact goes to those whom it names, one that names nobody to everybody', async () => {
  await start();
  add('Customer', ada);
  add('Both', `${ada}; Ben <${ben.toUpperCase()}>`);
  await world.sync();
  expect(everybodysNames()).toEqual([['Both', 'Common', 'Customer'], ['Both', 'Common'], common, common]);
});

test('a change of owner moves it in the same run', async () => {
  await start();
  const id = add('Customer', ada);
  await world.sync();
  own(id, ben);
  await world.sync();
  expect(everybodysNames()).toEqual([common, ['Common', 'Customer'], common, common]);
  own(id, '');
  await world.sync();
  expect(everybodysNames().map(names => names?.length)).toEqual([2, 2, 2, 2]);
  expect((await world.sync()).sent).toBe(0);
});

test('an owner is found by the id and by every address, without a request a contact', async () => {
  await start();
  world.graph.setProxyAddresses(adaId, ['maiden@contoso.com', 'second@contoso.com']);
  for (const name of [adaId, 'maiden@contoso.com', 'Second@contoso.com']) add(`By ${name}`, name);
  world.takeCalls();
  await world.sync();
  expect(world.targetNames(adaId)).toHaveLength(4);
  expect(world.takeCalls().filter(({ operation }) => operation === 'findUser')).toEqual([]);
  expect(world.targetNames(benId)).toEqual(common);
});

test('who is a target by name is looked up once with the addresses', async () => {
  await start(withOwners({}, { targets: { mailboxes: [ada, ben], groups: [] } }));
  add('Customer', ada);
  world.takeCalls();
  await world.sync();
  expect(world.targetNames(adaId)).toEqual(['Common', 'Customer']);
  expect(world.targetNames(benId)).toEqual(common);
  expect(world.takeCalls().filter(({ operation }) => operation === 'findUser')).toEqual([]);
});

describe('a contact of which no owner is a target', () => {
  beforeEach(() => start(withOwners({ unassigned: [desk] })));

  test('goes to the mailboxes of those without an owner', async () => {
    add('Orphan', 'gone@contoso.com');
    add('Customer', ada);
    await world.sync();
    expect(everybodysNames()).toEqual([['Common', 'Customer'], common, common, ['Common', 'Orphan']]);
    expect((await world.sync()).sent).toBe(0);
  });

  test('goes to its owner in the run in which that one becomes a target, and back', async () => {
    const newcomer = world.graph.addUser('new@contoso.com');
    add('Customer', 'new@contoso.com');
    await world.sync();
    expect(world.targetNames(deskId)).toEqual(['Common', 'Customer']);
    world.graph.setGroup('all@contoso.com', [adaId, benId, thirdId, deskId, newcomer]);
    await world.sync();
    expect([world.targetNames(newcomer), world.targetNames(deskId)]).toEqual([['Common', 'Customer'], common]);
    world.graph.setGroup('all@contoso.com', [adaId, benId, thirdId, deskId]);
    await world.sync();
    expect([world.targetNames(newcomer), world.targetNames(deskId)]).toEqual([undefined, ['Common', 'Customer']]);
    expect((await world.sync()).sent).toBe(0);
  });

  test('goes to those mailboxes also while their leaving waits for a decision, and nothing is sent again and again', async () => {
    add('Customer', ada);
    await world.sync();
    world.graph.setEnabled(adaId, false);
    world.graph.setGroup('all@contoso.com', [adaId]);
    await world.sync();
    expect(await world.app.readList('staff')).toMatchObject({ hold: { reason: 'TooManyMailboxesLeaving' } });
    expect(world.targetNames(deskId)).toEqual(['Common', 'Customer']);
    await world.clock.advance(2 * hour);
    expect((await world.sync()).sent).toBe(0);
  });

  test('is left with nobody where the list has no such mailboxes', async () => {
    world.setLists(withOwners());
    add('Orphan', 'gone@contoso.com');
    await world.sync();
    expect(everybodysNames()).toEqual([common, common, common, common]);
  });
});

test('with ownersOnly a contact that names nobody goes to the mailboxes of those without an owner alone', async () => {
  await start(withOwners({ ownersOnly: true, unassigned: [desk] }));
  expect(everybodysNames()).toEqual([[], [], [], common]);
});

test('a category names owners by what follows its beginning', async () => {
  await start(withOwners({ from: { category: 'Owner: ' } }));
  world.source.add(world.sourceFolder, { displayName: 'Customer', categories: ['VIP', `owner: ${ben}`] });
  await world.sync();
  expect(everybodysNames()).toEqual([common, ['Common', 'Customer'], common, common]);
});

test('a column of a file names owners, and is written nowhere', async () => {
  const source = { kind: 'csv', blob: 'customers.csv', columns: { owners: 'Account manager' } };
  world = createWorld(listOf({ source, owners: {} }));
  [adaId = '', benId = ''] = world.addTargets(2);
  const write = (owner: string) =>
    world.files.put('customers.csv', `Name,E-mail Address,Account manager\nIris,iris@fabrikam.com,"${owner}"\n`);
  write(ada);
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id))).toEqual([['Iris'], []]);
  expect(world.target(adaId)?.Iris).not.toHaveProperty('owners');
  write(`${ada}; ${ben}`);
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id)?.length)).toEqual([1, 1]);
});

test('a column of a query names owners, and is written nowhere', async () => {
  const source = { ...createWorld().places.sql.settings, columns: { owners: 'department', department: null } };
  world = createWorld(listOf({ source, owners: {} }));
  [adaId = '', benId = ''] = world.addTargets(2);
  const own = (department: string) =>
    world.places.sql.put('1', { address: 'iris@fabrikam.com', displayName: 'Iris', department });
  own(ada);
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id))).toEqual([['Iris'], []]);
  expect(JSON.stringify(world.target(adaId)?.Iris)).not.toContain(ada);
  own(`${ben}; ${ada}`);
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id)?.length)).toEqual([1, 1]);
});

test('many changes of owner at once wait for a decision like removals', async () => {
  await start(withOwners({}, { safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 } }));
  const ids = Array.from({ length: 10 }, (_, index) => add(`Customer ${index}`, ada));
  await world.sync();
  for (const id of ids) own(id, ben);
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id)?.length)).toEqual([11, 1]);
  await world.decide({ decision: 'approve', removals: 10 });
  await world.sync();
  expect([adaId, benId].map(id => world.targetNames(id)?.length)).toEqual([1, 11]);
});

test('nobody loses anything while addresses or the group cannot be read', async () => {
  await start(withOwners({ unassigned: [desk] }));
  add('Customer', ada);
  await world.sync();
  world.graph.hideAddresses();
  await world.sync();
  world.restart();
  await world.sync();
  expect(world.targetNames(adaId)).toEqual(['Common', 'Customer']);
  expect((await world.latestRun())?.problems).toMatchObject([{ code: 'OwnersUnknown' }]);
  add('New', ben);
  await world.sync();
  expect(everybodysNames()).toEqual([['Common', 'Customer'], ['Common', 'New'], common, common]);
});

test('a mailbox of those without an owner that is no target is a problem of the list', async () => {
  await start(withOwners({ unassigned: ['directory@contoso.com'] }));
  expect((await world.latestRun())?.problems).toMatchObject([{ code: 'UnassignedNotATarget' }]);
});

test('explain says whose it is', async () => {
  await start(withOwners({ unassigned: [desk] }));
  add('Customer', ada);
  add('Orphan', 'gone@contoso.com');
  await world.sync();
  const why = async (mailbox: string, name: string) => (await world.explain(mailbox, name)).contacts[0];
  expect(await why(benId, 'Customer')).toMatchObject({
    present: false,
    state: 'notForThisUser',
    reason: `not for this user: its owners are ${ada}`,
  });
  expect(await why(adaId, 'Customer')).toMatchObject({ present: true });
  expect(await why(deskId, 'Orphan')).toMatchObject({ present: true });
  expect(await why(deskId, 'Customer')).toMatchObject({ present: false, state: 'notForThisUser' });
});

test('previews show each mailbox its own, side by side', async () => {
  await start(withOwners({ unassigned: [desk] }));
  add('Customer', ada);
  add('Orphan', 'gone@contoso.com');
  const ids = [adaId, benId, deskId];
  const previews = await Promise.all(ids.map(id => world.previewMailbox(id)));
  const shown = previews.map(preview => ('operations' in preview ? preview.operations : []));
  expect(shown.map(operations => operations.map(({ displayName }) => displayName))).toEqual([
    ['Customer'],
    [],
    ['Orphan'],
  ]);
  expect(await world.previewList()).toMatchObject({ creates: 2, deletes: 0 });
});

test('a preview counts the contacts that have no owner among the targets', async () => {
  await start(withOwners({ unassigned: [desk] }));
  const noted = async () => (await world.previewList()).notes.filter(note => note.includes('owner'));
  add('Customer', ada);
  expect(await noted()).toEqual([]);
  for (const name of ['gone@contoso.com', 'left@contoso.com']) add(`Of ${name}`, name);
  expect(await noted()).toEqual([
    '2 contacts have no owner among the targets: 1 mailbox of owners.unassigned gets them',
  ]);
  world.setLists(withOwners({ ownersOnly: true }));
  expect(await noted()).toEqual([
    '3 contacts have no owner among the targets: nobody gets them, since owners.unassigned names no target',
  ]);
  world.graph.hideAddresses();
  world.graph.setGroup('all@contoso.com', [adaId, benId, thirdId, deskId, world.graph.addUser('new@contoso.com')]);
  expect(await noted()).toEqual([]);
});
