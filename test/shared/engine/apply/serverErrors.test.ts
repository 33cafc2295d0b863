import { createWorld, hour, minute, type World } from '../world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
});

const serverError = { status: 500, code: 'ErrorItemSave' };
const always = Number.POSITIVE_INFINITY;

/** Graph answers every write of it so, whatever is written. */
function poison(...names: string[]): void {
  for (const displayName of names) world.graph.fail({ on: { displayName }, answer: serverError, times: always });
}

function edit(index: number, department: string): void {
  const id = ids[index] ?? '';
  world.source.edit(id, { ...world.source.contact(id).contact, department });
}

function editAll(department: string): void {
  for (const index of ids.keys()) edit(index, department);
}

/** Every write to the mailbox fails from now on. */
function breakMailbox(): void {
  for (const operation of ['create', 'patch', 'delete']) {
    world.graph.fail({ on: { operation, mailbox: target }, answer: serverError, times: always });
  }
}

function operations(): string[] {
  return world.takeCalls(target).map(({ operation }) => operation);
}

describe('a few contacts among many whose writes Graph answers with a server error for good', () => {
  const poisoned = ['Contact 1', 'Contact 50', 'Contact 120'];
  const mailboxes = 20;
  let targets: string[];

  beforeEach(() => {
    targets = world.addTargets(mailboxes);
    ids = world.addContacts(120);
  });

  async function expectOnlyThoseFailed(): Promise<void> {
    for (const mailbox of targets) {
      expect(await world.progress(mailbox)).toMatchObject({
        state: 'current',
        position: await world.head(),
        failed: 3,
      });
      expect((await world.mailboxState(mailbox)).lease?.lease.working).toBe(false);
    }
    const run = await world.latestRun();
    expect(run).toMatchObject({ mailboxes: { done: mailboxes }, contacts: { failed: 3 * mailboxes } });
    expect(run?.problems).toHaveLength(3);
    const keys = [0, 49, 119].map(index => ids[index] ?? '');
    for (const key of keys) {
      const detail = `Graph refused the contact ${key} (in 20 of 20 mailboxes)`;
      expect(run?.problems).toContainEqual({ list: 'staff', code: 'ErrorItemSave', detail });
    }
  }

  test('created: the others arrive as if those were not there, and those are failed by name', async () => {
    const before = world.clock.now();
    poison(...poisoned);
    await world.sync();
    // The clock stood still but for the second between two runs: nobody waited for anything.
    expect(world.clock.now() - before).toBe(1000);
    for (const mailbox of targets) expect(world.targetNames(mailbox)).toHaveLength(117);
    await expectOnlyThoseFailed();
  });

  test('patched: the others arrive as if those were not there, and those are failed by name', async () => {
    await world.sync();
    const before = world.clock.now();
    editAll('Engines');
    poison(...poisoned);
    await world.sync();
    expect(world.clock.now() - before).toBe(1000);
    for (const mailbox of targets) {
      const arrived = Object.values(world.target(mailbox) ?? {}).filter(({ department }) => department === 'Engines');
      expect(arrived).toHaveLength(117);
    }
    await expectOnlyThoseFailed();
  });

  test('have their next turn after the others, which cost one write each', async () => {
    poison(...poisoned);
    await world.sync();
    const written = world.takeCalls(targets[0]).flatMap(({ displayName }) => displayName ?? []);
    expect(new Set(written.slice(0, 120)).size).toBe(120);
    expect(written.slice(120).sort()).toEqual([...poisoned, ...poisoned].sort());
  });
});

test('a contact whose writes fail is tried less and less often, with one write and its look-ups each time, and end well', async () => {
  ids = world.addContacts(30);
  poison('Contact 7');
  await world.sync();
  world.takeCalls();
  const waits: number[] = [];
  for (let round = 0; round < 6; round++) {
    const dueAt = (await world.progress(target))?.dueAt ?? 0;
    waits.push(Math.round((dueAt - world.clock.now()) / minute));
    await world.clock.advance(dueAt - world.clock.now());
    await world.sync();
    expect(world.takeCalls(target).map(({ operation }) => operation)).toEqual(['findStamped', 'create', 'findStamped']);
  }
  expect(waits).toEqual([5, 20, 80, 320, 1280, 1440]);
  world.graph.stopFailing();
  edit(6, 'Mended');
  await world.sync();
  expect(world.target(target)?.['Contact 7']?.department).toBe('Mended');
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0, dueAt: 0, contacts: 30 });
});

describe('a server error that passes', () => {
  test.each([
    ['create', false],
    ['create that was done all the same', true],
  ])('to a %s is made good in the same pass, without a wait', async (_, committed) => {
    ids = world.addContacts(30);
    world.graph.fail({ on: { displayName: 'Contact 7' }, answer: serverError, committed });
    const before = world.clock.now();
    await world.sync();
    expect(world.clock.now() - before).toBe(1000);
    expect(world.targetNames(target)).toHaveLength(30);
    expect(await world.latestRun()).toMatchObject({ contacts: { created: 30, failed: 0 }, problems: [] });
  });

  test('to a delete is made good in the same pass', async () => {
    ids = world.addContacts(30);
    await world.sync();
    world.source.remove(ids[6] ?? '');
    edit(0, 'Engines');
    world.graph.fail({ on: { operation: 'delete' }, answer: serverError });
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(29);
    expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0 });
  });
});

describe('a patch that fails for good', () => {
  beforeEach(async () => {
    ids = world.addContacts(30);
    await world.sync();
    editAll('Engines');
  });

  test('may have been done: taken back at the source, it is written again', async () => {
    world.graph.fail({ on: { displayName: 'Contact 7' }, answer: serverError, times: 3, committed: true });
    await world.sync();
    expect(await world.progress(target)).toMatchObject({ failed: 1 });
    edit(6, 'Sales');
    await world.sync();
    expect(world.target(target)?.['Contact 7']?.department).toBe('Sales');
    expect(await world.progress(target)).toMatchObject({ failed: 0 });
  });

  test('leaves other fields to the user, also when it is mended', async () => {
    poison('Contact 7');
    await world.sync();
    const id = world.targetId(target, 'Contact 7');
    world.graph.mailbox(target).edit(id, { displayName: 'Contact 7', department: 'Sales', nickName: 'Mine' });
    world.graph.stopFailing();
    edit(6, 'Mended');
    await world.sync();
    const mended = { displayName: 'Contact 7', department: 'Mended', nickName: 'Mine' };
    expect(world.target(target)?.['Contact 7']).toEqual(mended);
  });
});

test('a contact whose removal fails for good is named, and the others go on', async () => {
  ids = world.addContacts(30);
  await world.sync();
  world.source.remove(ids[6] ?? '');
  edit(0, 'Engines');
  world.graph.fail({ on: { operation: 'delete' }, answer: serverError, times: always });
  await world.sync();
  expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
  expect(await world.progress(target)).toMatchObject({
    state: 'current',
    failed: 1,
    problem: { code: 'ErrorItemSave', detail: expect.stringContaining(ids[6] ?? '') },
  });
  world.graph.stopFailing();
  await world.clock.advance(5 * minute);
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(29);
});

test('contacts that fail in the last batch alone are failed once the mailbox shows that it takes writes', async () => {
  ids = world.addContacts(21);
  poison('Contact 21');
  await world.sync();
  expect(world.targetNames(target)).toHaveLength(20);
  expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 1 });
});

describe('a mailbox in which every write fails', () => {
  test.each([3, 30, 130])('waits, and none of its %i contacts is marked', async contacts => {
    ids = world.addContacts(contacts);
    breakMailbox();
    await world.run();
    await world.deliver();
    const progress = await world.progress(target);
    expect(progress).toMatchObject({ state: 'waiting', failed: 0, problem: { code: 'ErrorItemSave' } });
    expect(progress?.dueAt).toBeGreaterThan(world.clock.now());
    world.graph.stopFailing();
    await world.drain();
    await world.sync();
    expect(world.targetNames(target)).toHaveLength(contacts);
    expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0 });
  });

  test('from the middle of a pass on waits, and no contact is marked', async () => {
    ids = world.addContacts(30);
    world.graph.fail({ on: { displayName: 'Contact 15' }, meanwhile: async () => breakMailbox() });
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({ state: 'waiting', failed: 0 });
    expect(world.targetNames(target)?.length).toBeGreaterThan(0);
    expect(world.targetNames(target)?.length).toBeLessThan(30);
    world.graph.stopFailing();
    await world.drain();
    expect(world.targetNames(target)).toHaveLength(30);
  });
});

describe('a contact that fails while there is no other write', () => {
  beforeEach(async () => {
    ids = world.addContacts(30);
    await world.sync();
    edit(6, 'Engines');
    poison('Contact 7');
  });

  async function tryAgain(): Promise<void> {
    const { dueAt = 0 } = (await world.progress(target)) ?? {};
    await world.clock.advance(Math.max(0, dueAt - world.clock.now()));
    world.restart();
    await world.run();
    await world.deliver();
  }

  test('leaves the mailbox waiting with its key and code, and its lease is free', async () => {
    await world.run();
    await world.deliver();
    expect(await world.progress(target)).toMatchObject({
      state: 'waiting',
      failed: 0,
      problem: { code: 'ErrorItemSave', detail: expect.stringContaining(ids[6] ?? '') },
    });
    expect((await world.mailboxState(target)).lease?.lease.working).toBe(false);
  });

  test('is failed after an hour, over any number of processes, with waits that grow to ten minutes', async () => {
    const before = world.clock.now();
    const waits: number[] = [];
    for (let tries = 0; tries < 40 && (await world.progress(target))?.failed === 0; tries++) {
      await tryAgain();
      const { state, dueAt = 0 } = (await world.progress(target)) ?? {};
      if (state === 'waiting') waits.push(dueAt - world.clock.now());
    }
    expect((world.clock.now() - before) / minute).toBeGreaterThanOrEqual(60);
    expect((world.clock.now() - before) / minute).toBeLessThan(75);
    expect(waits).toEqual([...waits].sort((first, second) => first - second));
    expect(waits.at(-1)).toBe(10 * minute);
    expect(await world.progress(target)).toMatchObject({ state: 'current', position: 31, failed: 1 });
  });

  test('is failed as soon as another write succeeds', async () => {
    await world.run();
    await world.deliver();
    edit(0, 'Engines');
    await tryAgain();
    // The edit has a message of its own, which has found the mailbox busy.
    await world.clock.advance(3000);
    await world.deliver();
    expect(world.target(target)?.['Contact 1']?.department).toBe('Engines');
    expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 1 });
  });

  test('is written when Graph takes it again', async () => {
    await world.run();
    await world.deliver();
    world.graph.stopFailing();
    await world.drain();
    expect(world.target(target)?.['Contact 7']?.department).toBe('Engines');
    expect(await world.progress(target)).toMatchObject({ state: 'current', failed: 0 });
    const entry = (await world.ledger(target)).find(({ sourceKey }) => sourceKey === ids[6]);
    expect(entry).not.toHaveProperty('failingSince');
  });
});

test('a create without an answer lets the others go on, and is looked up after its grace', async () => {
  ids = world.addContacts(60);
  const unavailable = { status: 503, code: 'MailboxInfoStale' };
  world.graph.fail({ on: { displayName: 'Contact 7' }, answer: unavailable, committed: true });
  await world.sync();
  expect(operations().slice(-2)).toEqual(['create', 'findStamped']);
  expect(world.targetNames(target)).toHaveLength(60);
});

test.each([
  [503, 'ErrorServerBusy'],
  [504, 'UnknownError'],
  [500, 'ErrorTimeoutExpired'],
])('%i %s is never the fault of a contact', async (status, code) => {
  ids = world.addContacts(30);
  world.graph.fail({ on: { displayName: 'Contact 7' }, answer: { status, code }, times: always });
  const end = world.clock.now() + 2 * hour;
  while (world.clock.now() < end) {
    await world.run();
    await world.deliver();
    await world.clock.advance(5 * minute);
  }
  expect(world.targetNames(target)).toHaveLength(29);
  expect(await world.progress(target)).toMatchObject({ state: 'waiting', failed: 0, problem: { code } });
});
