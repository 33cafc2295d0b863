import type { Proof } from '../../../../shared/api/proof.ts';
import { GraphFailure } from '../../../../shared/ports/contactMailbox.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, type World } from '../world.ts';

const address = 'Grace@Partner.example';
const grace = { displayName: 'Grace', emailAddresses: [{ address, name: 'Grace' }] };
let world: World;
let targets: string[];
let key: string;

beforeEach(async () => {
  world = createWorld();
  world.addContacts(3);
  key = world.source.add(world.sourceFolder, grace);
  targets = world.addTargets(3);
  await world.sync();
});

async function start(contact = address): Promise<string> {
  const answer = await world.app.startVerification({ id: 'staff', list: world.lists[0] }, contact);
  if (answer.kind === 'unknown') throw new Error('nobody is known by that');
  return answer.run;
}

async function resultOf(run: string): Promise<Proof> {
  const result = await world.app.readProofResult(run);
  if (result?.kind !== 'finished') throw new Error(`The run is ${result?.kind}`);
  return result.proof;
}

async function verify(contact?: string): Promise<Proof> {
  const run = await start(contact);
  await world.drain();
  return resultOf(run);
}

function stateOf(proof: Proof, mailboxId = ''): string {
  const { state, because = '' } = proof.mailboxes.find(({ id }) => id === mailboxId) ?? {};
  return `${state} ${because}`.trim();
}

async function removeFromSource(): Promise<void> {
  world.source.remove(key);
  await world.sync();
}

test('a removed contact is in Deleted Items until the user empties it, and then gone', async () => {
  await removeFromSource();
  const [first = '', second = ''] = targets;
  world.graph.mailbox(first).purge(world.targetId(first, 'Grace'));

  const proof = await verify();
  expect(stateOf(proof, first)).toBe('removed removed');
  expect(stateOf(proof, second)).toBe('inDeletedItems');
  expect(proof).toMatchObject({
    verified: true,
    contacts: [{ sourceKey: key, inSource: false, removedAt: expect.any(String) }],
    totals: { mailboxes: 3, removed: 1, inDeletedItems: 2, there: 0 },
  });
  expect(proof.mailboxes.find(({ id }) => id === second)?.places).toMatchObject([{ kind: 'deletedItems' }]);
});

test('a copy, a contact of the user’s own with the address, and one in a folder that was thrown away are found', async () => {
  await removeFromSource();
  for (const id of targets) world.graph.mailbox(id).purge(world.targetId(id, 'Grace'));
  const [copied = '', own = '', thrown = ''] = targets.map(id => id);
  const mailbox = world.graph.mailbox(copied);
  mailbox.add(mailbox.addFolder('Golf'), { displayName: 'G' }, { key: `staff:${key}`, version: '1.x' });
  world.graph.mailbox(own).add(world.graph.mailbox(own).defaultFolderId, {
    displayName: 'Friend',
    emailAddresses: [{ address: 'grace@PARTNER.example' }],
  });
  const bin = world.graph.mailbox(thrown);
  const folder = bin.addFolder('Old');
  bin.add(folder, { displayName: 'Friend', emailAddresses: [{ address }] });
  bin.binFolder(folder);

  const proof = await verify();
  expect(stateOf(proof, copied)).toBe('there copy');
  expect(stateOf(proof, own)).toBe('there usersOwn');
  expect(stateOf(proof, thrown)).toBe('inDeletedItems');
  expect(proof.mailboxes.map(({ places }) => places?.map(({ kind }) => kind).join())).toEqual(
    expect.arrayContaining(['otherFolder', 'defaultFolder', 'deletedItems']),
  );
});

test('the folder of the list is told from other folders, by whoever still has the contact in it', async () => {
  const [first = ''] = targets;
  const mailbox = world.graph.mailbox(first);
  mailbox.add(mailbox.addFolder('Golf'), { displayName: 'Friend', emailAddresses: [{ address }] });
  const { places } = (await verify()).mailboxes.find(({ id }) => id === first) ?? {};
  expect(places).toHaveLength(2);
  expect(places).toEqual(
    expect.arrayContaining([
      { folder: expect.any(String), kind: 'otherFolder', ofList: true },
      { folder: expect.any(String), kind: 'otherFolder' },
    ]),
  );
});

test('a mailbox that Exchange has none of is told in words, with the code', async () => {
  const [first = ''] = targets;
  world.graph.fail({
    on: { operation: 'listEverywhere', mailbox: first },
    answer: new GraphFailure('noMailbox', { status: 404, code: 'MailboxNotEnabledForRESTAPI' }),
    times: 100,
  });
  const { state, detail } = (await verify()).mailboxes.find(({ id }) => id === first) ?? {};
  expect([state, detail]).toEqual([
    'unknown',
    'Nobody can tell: the user has no mailbox in Exchange Online, or an inactive one (MailboxNotEnabledForRESTAPI)',
  ]);
});

test('of a person whom the source has, who deleted them is seen before the next reconcile', async () => {
  const [first = '', second = ''] = targets;
  world.graph.mailbox(first).purge(world.targetId(first, 'Grace'));
  const proof = await verify();
  expect(stateOf(proof, first)).toBe('removed deletedByUser');
  expect(stateOf(proof, second)).toBe('there inSource');
});

test('neither a message nor a row of the run names the person', async () => {
  await removeFromSource();
  const send = jest.spyOn(world.queues.syncQueue, 'send');
  const run = await start();
  const messages = JSON.stringify(send.mock.calls);
  await world.drain();
  const rows = JSON.stringify(await world.tables.runs.query(run));
  expect(messages).toContain('verifyRemoval');
  for (const text of [messages, rows]) expect(text.toLowerCase()).not.toMatch(/grace|partner|@/);
});

test('a mailbox that does not answer now is asked again, and one that never does says why', async () => {
  await removeFromSource();
  const [slow = '', gone = ''] = targets;
  world.graph.fail({
    on: { operation: 'listEverywhere', mailbox: slow },
    answer: failure('throttled', 60_000),
    times: 2,
  });
  world.graph.fail({ on: { operation: 'listEverywhere', mailbox: gone }, answer: failure('accessDenied'), times: 100 });
  const run = await start();
  await world.deliver();
  expect(await world.app.readRun(run)).toMatchObject({
    state: 'running',
    cause: 'proof',
    mailboxes: { total: 3, done: 1 },
  });
  expect(await world.app.readProofResult(run)).toEqual({ list: 'staff', kind: 'running' });
  await world.drain();
  const proof = await resultOf(run);
  expect(stateOf(proof, slow)).toBe('inDeletedItems');
  expect(stateOf(proof, gone)).toBe('unknown ErrorAccessDenied');
  expect(await world.app.readRun(run)).toMatchObject({
    state: 'finished',
    mailboxes: { total: 3, done: 2, failed: 1 },
    problems: [{ code: 'NotVerified' }],
  });
});

test('a handler whose time is over leaves the rest to another message', async () => {
  world.graph.fail({ on: { operation: 'listEverywhere' }, meanwhile: () => world.clock.advance(241_000) });
  const send = jest.spyOn(world.queues.syncQueue, 'send');
  const run = await start();
  await world.drain();
  expect(send).toHaveBeenCalledTimes(2);
  expect((await resultOf(run)).totals).toMatchObject({ mailboxes: 3, there: 3 });
});

test('a result is kept for seven days', async () => {
  const run = await start();
  await world.drain();
  await world.clock.advance(7 * 24 * hour - 1000);
  expect(await world.app.forgetRuns()).toBe(0);
  expect((await resultOf(run)).totals.there).toBe(3);
  await world.clock.advance(2000);
  expect(await world.app.readProofResult(run)).toBeUndefined();
  expect(await world.app.forgetRuns()).toBe(1);
  expect(await world.tables.runs.query(run)).toEqual([]);
});

test('messages that were lost end the run, which says how many mailboxes were not looked into', async () => {
  jest.spyOn(world.queues.syncQueue, 'send').mockResolvedValueOnce(undefined);
  const run = await start();
  await world.clock.advance(hour);
  expect(await world.app.readRun(run)).toMatchObject({ state: 'finished', mailboxes: { total: 3, waiting: 3 } });
  expect((await resultOf(run)).notes).toMatchObject([{ code: 'NotReached' }]);
});

test('an older run of another kind has no result', async () => {
  expect(await world.app.readProofResult(await world.resync())).toBeUndefined();
});
