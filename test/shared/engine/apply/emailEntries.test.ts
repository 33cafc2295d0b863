import { createWorld, type World } from '../world.ts';

let world: World;
let target: string;
let refusing: string;
let id: string;

const addressed = { name: 'Ada', address: 'ada@contoso.example' };
const unaddressed = { name: 'Ada at the club' };

beforeEach(() => {
  world = createWorld();
  [target = '', refusing = ''] = world.addTargets(2);
  world.graph.mailbox(refusing).refusesEmptyAddresses = true;
  world.addContacts(3);
  id = world.source.add(world.sourceFolder, { displayName: 'Ada', emailAddresses: [unaddressed, addressed] });
});

function edit(changes: object): void {
  world.source.edit(id, { ...world.source.contact(id).contact, ...changes });
}

function ada(mailboxId: string) {
  return world.target(mailboxId)?.Ada;
}

async function problems() {
  const run = await world.latestRun();
  return run?.problems.map(({ mailbox, code, detail }) => ({ mailbox, code, named: detail.includes(id) }));
}

const named = () => [{ mailbox: refusing, code: 'EmailEntryWithoutAddress', named: true }];

test('an e-mail entry with a name and no address is mirrored where Graph takes it, else the contact arrives without', async () => {
  await world.sync();
  expect(ada(target)?.emailAddresses).toEqual([unaddressed, addressed]);
  expect(ada(refusing)?.emailAddresses).toEqual([addressed]);
  expect(await problems()).toEqual(named());
  for (const mailbox of [target, refusing]) {
    expect(await world.progress(mailbox)).toMatchObject({ state: 'current', contacts: 4, failed: 0, dueAt: 0 });
  }
});

test('such an entry that comes with a change leaves nothing else of it out', async () => {
  edit({ emailAddresses: [addressed] });
  await world.sync();
  edit({ emailAddresses: [unaddressed], jobTitle: 'Countess' });
  await world.sync();
  expect(ada(target)).toMatchObject({ emailAddresses: [unaddressed], jobTitle: 'Countess' });
  expect(ada(refusing)).toEqual({ displayName: 'Ada', jobTitle: 'Countess' });
  expect(await problems()).toEqual(named());
});

test('what was left out is not tried again, stays known while other fields change, and ends with the entry', async () => {
  await world.sync();
  world.takeCalls();
  edit({ jobTitle: 'Countess' });
  await world.sync();
  expect(world.takeCalls(refusing)).toMatchObject([{ operation: 'patch', fields: ['jobTitle'] }]);
  expect(await problems()).toEqual(named());
  edit({ emailAddresses: [addressed] });
  await world.sync();
  expect(ada(refusing)?.emailAddresses).toEqual([addressed]);
  expect(await problems()).toEqual([]);
});

test('a contact that is refused all the same is failed as any other', async () => {
  const on = { operation: 'create', mailbox: refusing, displayName: 'Ada' };
  world.graph.fail({ on, answer: { status: 400, code: 'ErrorInvalidProperty' }, times: 2 });
  await world.sync();
  expect(await world.progress(refusing)).toMatchObject({ failed: 1, problem: { code: 'ErrorInvalidProperty' } });
});

test('a server error for good is taken for a refusal of the entry, too', async () => {
  const on = { operation: 'create', mailbox: target, displayName: 'Ada' };
  world.graph.fail({ on, answer: { status: 500, code: 'ErrorItemSave' }, times: 3 });
  await world.sync();
  expect(ada(target)?.emailAddresses).toEqual([addressed]);
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0 });
});
