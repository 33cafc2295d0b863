import type { ContactList } from '../../../shared/settings/contactList.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from './world.ts';

const rollout = { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 };
const staff = listOf({ rollout });
let world: World;
let pilot: string;
let others: string[];
/** A contact of the source. */
let first: string;

async function begin(list = staff): Promise<void> {
  world = createWorld(list);
  [pilot = '', ...others] = world.addTargets(4);
  world.graph.setGroup('pilot@contoso.com', [pilot]);
  [first = ''] = world.addContacts(3);
  await world.sync();
}

beforeEach(() => begin());

function count(mailboxId: string): number | undefined {
  return world.targetNames(mailboxId)?.length;
}

/** How many contacts each mailbox has, the pilot's first. */
function counts(): (number | undefined)[] {
  return [pilot, ...others].map(count);
}

async function syncAfter(milliseconds: number): Promise<void> {
  await world.clock.advance(milliseconds);
  await world.sync();
}

test('a small round is everybodys at once', () => {
  expect(counts()).toEqual([3, 3, 3, 3]);
});

test('a large round comes to the first ring, waits, and goes on with everybody', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  expect(counts()).toEqual([8, 3, 3, 3]);

  world.restart();
  await syncAfter(50 * minute);
  expect(counts()).toEqual([8, 3, 3, 3]);

  await syncAfter(11 * minute);
  expect(counts()).toEqual([8, 8, 8, 8]);
});

test('a mailbox whose ring waits is told of: which ring, what it keeps and since when, and so is a contact that it lacks', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  const since = new Date(world.clock.now()).toISOString();
  const { lists } = await world.app.readMailbox(others[0] ?? '');
  expect(lists).toMatchObject([{ state: 'behind', position: 3, heldBack: { ring: 2, of: 2, position: 3 } }]);
  expect(Date.parse(lists[0]?.heldBack?.since ?? '')).toBeLessThanOrEqual(Date.parse(since));
  const known = await world.app.findKnownList('staff');
  if (!known) throw new Error('The list is not known');
  const { mailboxes } = await world.app.readListMailboxes({ ...known, id: 'staff' }, { limit: 10 });
  expect(
    mailboxes
      .filter(({ heldBack }) => heldBack)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...others].sort());
  const { contacts } = await world.explain(others[0] ?? '', 'New 1');
  expect(contacts).toMatchObject([{ state: 'behind', reason: expect.stringContaining('ring 2 of 2') }]);
  await syncAfter(2 * hour);
  expect((await world.app.readMailbox(others[0] ?? '')).lists[0]?.heldBack).toBeUndefined();
});

test('while a ring waits nobody gets a message', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  await syncAfter(10 * minute);
  const { sent } = await world.run();
  expect(sent).toBe(0);
});

test('a first sync comes in rings, and nobody else gets a folder', async () => {
  world = createWorld(staff);
  [pilot = '', ...others] = world.addTargets(3);
  world.graph.setGroup('pilot@contoso.com', [pilot]);
  world.addContacts(6);
  await world.sync();
  expect(counts()).toEqual([6, undefined, undefined]);
  await syncAfter(hour);
  expect(counts()).toEqual([6, 6, 6]);
});

test('no full reconcile carries a mailbox past its ceiling, and one that joins is brought to it', async () => {
  world.addContacts(5, 'New');
  world.source.edit(first, { ...world.source.contact(first).contact, department: 'Board' });
  await world.sync();
  const joined = world.graph.addUser('joined@contoso.com');
  world.graph.setGroup('all@contoso.com', [pilot, ...others, joined]);
  // Another process remembers no position of before.
  world.restart();
  await world.resync(undefined, 'full');
  await world.drain();
  expect([...counts(), count(joined)]).toEqual([8, 3, 3, 3, 3]);
  expect(world.target(joined)?.['Contact 1']?.department).toBe('Sales');
  expect(world.target(pilot)?.['Contact 1']?.department).toBe('Board');
});

test('rounds that come meanwhile wait behind the large one', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  world.addContacts(1, 'Late');
  await world.sync();
  expect(counts()).toEqual([8, 3, 3, 3]);
  await syncAfter(hour);
  expect(counts()).toEqual([9, 9, 9, 9]);
});

test('a mailbox that somebody asks for by name gets what the first ring has, and keeps it', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  const [named = ''] = others;
  await world.resync(named);
  await world.drain();
  expect(counts()).toEqual([8, 8, 3, 3]);
  await world.resync(undefined, 'full');
  await world.drain();
  expect(counts()).toEqual([8, 8, 3, 3]);
  expect((await world.run()).sent).toBe(0);
});

test('the same mailboxes are always first of a share, and stay first of a larger one', async () => {
  const withShare = (share: number) => listOf({ rollout: { ...rollout, rings: [{ share }] } });
  world = createWorld(withShare(0.25));
  const targets = world.addTargets(40);
  world.addContacts(3);
  const hadFirst = async (share: number) => {
    world.setLists(withShare(share));
    world.addContacts(5, `Of ${share} at ${world.clock.now()},`);
    await world.sync();
    const most = Math.max(...targets.map(id => count(id) ?? 0));
    const had = targets.filter(id => count(id) === most);
    await syncAfter(hour);
    expect(targets.every(id => count(id) === most)).toBe(true);
    return had;
  };
  const quarter = await hadFirst(0.25);
  expect(quarter.length).toBeGreaterThan(0);
  expect(quarter.length).toBeLessThan(20);
  expect(await hadFirst(0.25)).toEqual(quarter);
  const half = await hadFirst(0.5);
  expect(half).toEqual(expect.arrayContaining(quarter));
  expect(half.length).toBeLessThan(40);
});

describe('a contact that is hidden within a large round', () => {
  const visibility = [{ when: { field: 'department', in: ['Board'] }, to: { mailboxes: ['target1@contoso.com'] } }];
  const hasFirst = () => [pilot, ...others].map(id => world.target(id)?.['Contact 1'] !== undefined);
  const contact = () => world.source.contact(first).contact;

  beforeEach(() => begin(listOf({ rollout, visibility })));

  test.each([
    ['marked private', () => world.source.markPrivate(first), [false, false, false, false]],
    [
      'taken by a rule',
      () => world.source.edit(first, { ...contact(), department: 'Board' }),
      [true, false, false, false],
    ],
  ])('since it is %s goes from every ring in the same run, and nobody comes further for it', async (_, hide, kept) => {
    hide();
    world.addContacts(5, 'New');
    await world.sync();
    expect(hasFirst()).toEqual(kept);
    expect(counts()).toEqual([kept[0] ? 8 : 7, 2, 2, 2]);

    world.restart();
    expect((await world.run()).sent).toBe(0);
    await world.resync(undefined, 'full');
    await world.drain();
    expect(counts()).toEqual([kept[0] ? 8 : 7, 2, 2, 2]);

    await syncAfter(hour);
    expect(counts()).toEqual(kept.map(has => (has ? 8 : 7)));
    expect((await world.run()).sent).toBe(0);
  });

  test('goes from every ring also where it is hidden while the round waits', async () => {
    world.addContacts(5, 'New');
    await world.sync();
    world.source.markPrivate(first);
    await world.sync();
    expect(counts()).toEqual([7, 2, 2, 2]);
    world.source.markPrivate(first, false);
    await world.sync();
    await syncAfter(hour);
    expect(counts()).toEqual([8, 8, 8, 8]);
  });
});

test('new settings come in rings, however few contacts there are', async () => {
  world.setLists(listOf({ rollout, mapping: { department: null }, defaults: { companyName: 'Contoso' } }));
  await world.sync();
  const companies = () => [pilot, ...others].map(id => world.target(id)?.['Contact 1']?.companyName);
  expect(companies()).toEqual(['Contoso', undefined, undefined, undefined]);

  world.addContacts(1, 'Late');
  await world.sync();
  await world.resync(undefined, 'full');
  await world.drain();
  expect(companies()).toEqual(['Contoso', undefined, undefined, undefined]);
  await syncAfter(hour);
  expect(companies()).toEqual(['Contoso', 'Contoso', 'Contoso', 'Contoso']);
  expect(counts()).toEqual([4, 4, 4, 4]);
});

test('a list without rings keeps no row of them', async () => {
  await begin(listOf());
  expect(await world.openListPartition('staff').readRollout()).toBeUndefined();
});

test('the status of the list tells how far a change has come', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  const since = new Date(world.clock.now()).toISOString();
  world.addContacts(1, 'Late');
  await world.sync();
  const { rollout: shown } = (await world.app.readList('staff')) ?? {};
  expect(shown).toMatchObject({ state: 'rolling', ring: 1, of: 2, head: 8, heldBackAt: 3, waiting: 1 });
  expect(new Date(shown?.waitUntil ?? '').getTime() - new Date(shown?.since ?? '').getTime()).toBe(hour);
  expect((shown?.since ?? '') <= since).toBe(true);
  expect(await world.app.findRolling([staff, listOf()])).toEqual(['staff']);

  await syncAfter(hour);
  expect((await world.app.readList('staff'))?.rollout).toBeUndefined();
});

test('a release sends a change on at once', async () => {
  world.addContacts(5, 'New');
  await world.sync();
  await world.clock.advance(1000);
  expect(await world.app.release('staff')).toEqual({ run: expect.any(String) });
  await world.drain();
  expect(counts()).toEqual([8, 8, 8, 8]);
  expect(await world.app.release('staff')).toBe('notHalted');
});

describe('where users had edited what a change writes', () => {
  const editing = (editedShare?: number) => listOf({ rollout: { ...rollout, haltWhen: { editedShare } } });

  async function changeAfterEdits(list: ContactList, edited: readonly string[]): Promise<void> {
    world = createWorld(list);
    [pilot = '', ...others] = world.addTargets(3);
    world.graph.setGroup('pilot@contoso.com', [pilot]);
    const sources = world.addContacts(6);
    await world.sync();
    await syncAfter(hour);
    const mailbox = world.graph.mailbox(pilot);
    for (const [id, { contact }] of mailbox.contacts) {
      if (edited.includes(contact.displayName ?? '')) mailbox.edit(id, { ...contact, department: 'Mine' });
    }
    for (const id of sources) world.source.edit(id, { ...world.source.contact(id).contact, department: 'Board' });
    await world.sync();
    await syncAfter(hour);
  }

  const departments = () =>
    [pilot, ...others].map(
      id => Object.values(world.target(id) ?? {}).filter(each => each.department === 'Board').length,
    );

  test('the list is halted above the share, with the numbers', async () => {
    await changeAfterEdits(editing(0.25), ['Contact 1', 'Contact 2']);
    expect(departments()).toEqual([6, 0, 0]);
    expect((await world.app.readList('staff'))?.problem).toEqual({
      code: 'RolloutHalted',
      detail: expect.stringContaining('2 of the 6 fields that it wrote had been edited by users'),
    });
  });

  test.each([
    ['the share is not exceeded', 0.25, 1],
    ['the list does not ask', undefined, 2],
  ])('it goes on where %s', async (_, share, edits) => {
    await changeAfterEdits(editing(share), ['Contact 1', 'Contact 2'].slice(0, edits));
    expect(departments()).toEqual([6, 6, 6]);
  });

  test('contacts are read in rings alone', async () => {
    await changeAfterEdits(editing(0.25), []);
    const reads = (id: string) =>
      world.graph.calls.filter(call => call.mailbox === id && call.operation === 'readContacts');
    expect([pilot, ...others].map(id => reads(id).length)).toEqual([6, 0, 0]);
  });
});

/** What an admin is told of the change that went wrong. */
async function haltedBecause(): Promise<string | undefined> {
  // Until every host knows.
  await world.clock.advance(10_000);
  const { state, problem } = (await world.app.readList('staff')) ?? {};
  expect([state, problem?.code]).toEqual(['halted', 'RolloutHalted']);
  return problem?.detail;
}

test('where removals begin to wait for a decision meanwhile the list is halted, and goes on once both are decided', async () => {
  await begin(listOf({ rollout, safeguards: { maxRemovals: 0, maxRemovalShare: 0 } }));
  world.addContacts(5, 'New');
  await world.sync();
  await world.clock.advance(minute);
  world.source.remove(first);
  await world.sync();
  expect(await haltedBecause()).toContain('removals wait for a decision');
  await syncAfter(2 * hour);
  expect(counts()).toEqual([8, 3, 3, 3]);

  expect(await world.decide({ kind: 'contacts', decision: 'approve', removals: 1 })).toEqual({ kind: 'decided' });
  await world.app.release('staff');
  await world.drain();
  await syncAfter(hour);
  expect(counts()).toEqual([7, 7, 7, 7]);
});

test('where more contacts of the first ring are refused than may fail the list is halted, with the numbers', async () => {
  const answer = { status: 400, code: 'ErrorPropertyValidationFailure' };
  world.graph.fail({ on: { operation: 'create', mailbox: pilot }, answer, times: 100 });
  world.addContacts(5, 'New');
  await world.sync();
  await syncAfter(minute);
  expect(await haltedBecause()).toMatch(/5 of the \d+ contacts in its mailboxes were refused/);
  await syncAfter(2 * hour);
  expect(counts()).toEqual([3, 3, 3, 3]);
});

describe('where the first ring fails', () => {
  beforeEach(async () => {
    world.addContacts(5, 'New');
    await world.run();
    world.graph.mailbox(pilot).failure = failure('overQuota');
    await world.drain();
    await world.sync();
    // Until every host knows.
    await world.clock.advance(10_000);
  });

  test('the list is halted and says why', async () => {
    const { state, problem, rollout: shown } = (await world.app.readList('staff')) ?? {};
    expect(state).toBe('halted');
    expect(problem).toEqual({ code: 'RolloutHalted', detail: expect.stringContaining('1 of its 1 mailboxes failed') });
    expect(shown).toMatchObject({ state: 'halted', ring: 1 });
    world.graph.mailbox(pilot).failure = undefined;
    await syncAfter(2 * hour);
    expect(counts()).toEqual([3, 3, 3, 3]);
  });

  test('a release goes on with the next ring', async () => {
    await world.app.release('staff');
    await world.drain();
    expect(counts()).toEqual([3, 8, 8, 8]);
    expect((await world.app.readList('staff'))?.state).not.toBe('halted');
  });

  test('a release that was cut short sends it no further than one ring', async () => {
    const read = await world.openListPartition('staff').readRollout();
    const rings = [{ groups: ['pilot@contoso.com'] }, { mailboxes: ['target2@contoso.com'] }];
    world.setLists(listOf({ rollout: { ...rollout, rings } }));
    if (read?.rollout.kind !== 'halted') throw new Error('The change is not halted');
    await world.openListPartition('staff').writeRollout({ ...read.rollout, kind: 'rolling', ring: 1 }, read);
    await world.app.release('staff');
    await world.drain();
    expect(counts()).toEqual([3, 8, 3, 3]);
  });

  test('settings that mend it begin with the first ring again', async () => {
    world.graph.mailbox(pilot).failure = undefined;
    world.setLists(listOf({ rollout, defaults: { companyName: 'Contoso' } }));
    await world.app.release('staff');
    await world.drain();
    expect(counts()).toEqual([8, 3, 3, 3]);
    await syncAfter(hour);
    expect(counts()).toEqual([8, 8, 8, 8]);
  });
});

test('a round costs no request to Graph beside the reading of the rings group, and one of the tables a mailbox', async () => {
  async function costOf(list: ContactList): Promise<{ graph: number; tables: number }> {
    await begin(list);
    world.addContacts(1, 'One');
    const { sources, progress, mailboxes } = world.tables;
    const calls = [sources, progress, mailboxes].flatMap(table =>
      (['get', 'query', 'pick', 'write'] as const).map(name => jest.spyOn(table, name)),
    );
    const graphCalls = world.graph.calls.length;
    await world.sync();
    const tables = calls.reduce((count, { mock }) => count + mock.calls.length, 0);
    return { graph: world.graph.calls.length - graphCalls, tables };
  }
  const [without, withRings] = [await costOf(listOf()), await costOf(staff)];
  // Reads and writes how far the list is.
  const ofTheRun = 2;
  expect(withRings.tables - without.tables).toBe(ofTheRun + others.length + 1);
  expect(withRings.graph).toBe(without.graph + 1);
});
