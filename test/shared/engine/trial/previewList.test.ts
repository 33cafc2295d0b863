import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let targets: string[];
let ids: string[];

beforeEach(() => {
  world = createWorld();
  targets = world.addTargets(4);
  ids = world.addContacts(3);
});

function edit(index: number, changes: Record<string, unknown>): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

/** The totals, and that a run right after does exactly that. */
async function previewAndRun(): Promise<Awaited<ReturnType<World['previewList']>>> {
  world.takeCalls();
  const shown = await world.previewList();
  const read = new Set(world.takeCalls().map(({ mailbox }) => mailbox));
  expect(targets.filter(id => read.has(id))).toEqual([]);
  await world.clock.advance(hour);
  await world.sync();
  const { creates: created, patches: updated, deletes: deleted } = shown;
  expect((await world.latestRun())?.contacts).toMatchObject({ created, updated, deleted });
  return shown;
}

test('before the first run everything is new everywhere', async () => {
  expect(await previewAndRun()).toMatchObject({
    creates: 12,
    patches: 0,
    mailboxes: { total: 4, changed: 4, waiting: 0 },
    estimated: false,
    operations: [],
    problems: [],
  });
});

test('changes count in each mailbox, less what users and policies keep away', async () => {
  await world.sync();
  const [first = ''] = targets;
  world.graph.mailbox(first).remove(world.targetId(first, 'Contact 2'));
  await world.resync(first, 'full');
  await world.drain();
  edit(0, { department: 'Research' });
  world.source.remove(ids[1] ?? '');
  world.addContacts(1, 'New');
  expect(await previewAndRun()).toMatchObject({ creates: 4, patches: 4, deletes: 3, kept: 0 });
});

test('contacts that users deleted stay away when settings change', async () => {
  await world.sync();
  const [first = ''] = targets;
  world.graph.mailbox(first).remove(world.targetId(first, 'Contact 2'));
  await world.resync(first, 'full');
  await world.drain();
  world.setLists(listOf({ destination: { folder: 'Company', category: 'Company' } }));
  expect(await previewAndRun()).toMatchObject({ creates: 0, patches: 11, kept: 1, mailboxes: { changed: 4 } });
});

test('nothing changed, and no ledger is read', async () => {
  await world.sync();
  const query = jest.spyOn(world.tables.mailboxes, 'query');
  const pick = jest.spyOn(world.tables.mailboxes, 'pick');
  expect(await world.previewList()).toMatchObject({ creates: 0, patches: 0, deletes: 0, mailboxes: { changed: 0 } });
  expect([query.mock.calls, pick.mock.calls]).toEqual([[], []]);
});

test('mailboxes that leave lose what was written there, and who joins gets everything', async () => {
  await world.sync();
  const newcomer = world.graph.addUser('new@contoso.com');
  world.graph.setGroup('all@contoso.com', [...targets.slice(1), newcomer]);
  expect(await previewAndRun()).toMatchObject({ creates: 3, deletes: 3, mailboxes: { total: 5, changed: 2 } });
});

test('in each language the same is wanted again', async () => {
  const destination = { folder: { default: 'Company', de: 'Firma' } };
  world.setLists(listOf({ destination }));
  for (const id of targets.slice(1)) world.graph.setLanguage(id, 'de');
  expect(await previewAndRun()).toMatchObject({ creates: 12 });
  world.setLists(listOf({ destination, mapping: { department: null } }));
  expect(await previewAndRun()).toMatchObject({ creates: 0, patches: 0 });
});

test('whom a list takes over is not known without a look, and is given back where the mailbox leaves', async () => {
  const [first = ''] = targets;
  const id = ids[0] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, emailAddresses: [{ address: 'ada@x.example' }] });
  const mailbox = world.graph.mailbox(first);
  mailbox.add(mailbox.addFolder('Company'), { displayName: 'Mine', emailAddresses: [{ address: 'ada@x.example' }] });
  world.setLists(listOf({ existing: 'adoptInFolder' }));
  expect((await world.previewList()).notes).toContainEqual(expect.stringContaining('taken over instead of made'));
  await world.sync();
  world.graph.setGroup('all@contoso.com', targets.slice(1));
  const shown = await previewAndRun();
  expect(shown).toMatchObject({ givesBack: 1, deletes: 2 });
  expect((await world.latestRun())?.contacts).toMatchObject({ givenBack: 1 });
});

test('mailboxes that wait for a time are named, and not counted', async () => {
  const [first = ''] = targets;
  world.graph.removeUser(first);
  await world.sync();
  world.graph.setGroup('all@contoso.com', targets);
  edit(0, { department: 'Research' });
  const shown = await world.previewList();
  expect(shown.patches).toBe(3);
});

test('held removals are said once, and delete nothing', async () => {
  ids.push(...world.addContacts(20, 'More'));
  await world.sync();
  for (const id of ids.slice(0, 12)) world.source.remove(id);
  expect(await previewAndRun()).toMatchObject({
    deletes: 0,
    held: 12,
    problems: [expect.objectContaining({ code: 'TooManyRemovals' })],
  });
});

test('beyond its budget it reads part of the ledgers, and says that the rest is estimated', async () => {
  await world.sync();
  edit(0, { department: 'Research' });
  const pick = jest.spyOn(world.tables.mailboxes, 'pick');
  const shown = await world.previewList(undefined, 2);
  expect(shown).toMatchObject({ patches: 4, estimated: true, mailboxes: { changed: 4 } });
  expect(pick).toHaveBeenCalledTimes(2);
});

test('the preview of ten thousand mailboxes reads each ledger row that may change, and no more', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => world.graph.addUser(`many${index}@contoso.com`));
  world.graph.setGroup('all@contoso.com', many);
  const reads = [world.tables.progress, world.tables.mailboxes].flatMap(table => [
    jest.spyOn(table, 'get'),
    jest.spyOn(table, 'query'),
    jest.spyOn(table, 'pick'),
  ]);
  expect(await world.previewList()).toMatchObject({ creates: 30_000, mailboxes: { total: 10_000, changed: 10_000 } });
  expect(reads.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBe(1);
});

test('counts the phone numbers that the list cannot write as it is told to', async () => {
  world.setLists(listOf({ phones: { format: 'e164', region: 'GB' }, mapping: { pager: 'pager' } }));
  const numbers = {
    mobilePhone: '020 7946 0018',
    businessPhones: ['07911 123456', 'ask Ada'],
    homePhones: ['tel:+442079460018', '12'],
  };
  world.source.add(world.sourceFolder, { displayName: 'Numbers', ...numbers });
  const { notes } = await world.previewList();
  expect(notes).toContainEqual(expect.stringMatching(/^Of 5 phone numbers 2 stay as they are: .*in GB/));
});
