import { rememberTargets } from '../../../../shared/engine/fan-out/rememberTargets.ts';
import { isMissing, readGroups } from '../../../../shared/engine/receivers/readGroups.ts';
import type { TargetReading } from '../../../../shared/engine/receivers/resolveTargets.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, hour, listOf, type World } from '../world.ts';

let world: World;
let targets: string[];

/** 8 mailboxes, all of which might go without asking. */
beforeEach(async () => {
  world = createWorld();
  world.addContacts(2);
  targets = world.addTargets(8);
  await world.sync();
});

function setMembers(members: readonly string[], group = 'all@contoso.com'): string {
  return world.graph.setGroup(group, members);
}

function served(): number {
  return targets.filter(target => world.targetNames(target) !== undefined).length;
}

async function heldNumber(): Promise<number | undefined> {
  return (await world.openListPartition('staff').readLeavingHold())?.hold.removals;
}

describe('a group of targets', () => {
  test.each([
    ['reads as empty', 0],
    ['lost more than half of its members', 3],
  ])('that %s is held, however small it is: its mailboxes are served, and the hold names it', async (_, left) => {
    const group = setMembers(targets.slice(0, left));
    world.addContacts(1, 'New');
    const { problems } = await world.sync();
    const gone = 8 - left;
    expect(problems).toMatchObject([{ code: 'TooManyMailboxesLeaving', detail: expect.stringContaining(group) }]);
    expect(problems[0]?.detail).toMatch(new RegExp(`^${gone} of 8 mailboxes`));
    expect((await world.openListPartition('staff').readLeavingHold())?.hold).toMatchObject({
      removals: gone,
      groups: [group],
    });
    expect(targets.map(target => world.targetNames(target)?.length)).toEqual(Array(8).fill(3));
    world.restart();
    await world.clock.advance(2 * hour);
    await world.sync();
    expect([served(), await heldNumber()]).toEqual([8, gone]);
  });

  test('that has its members back is released by itself', async () => {
    setMembers([]);
    await world.sync();
    setMembers(targets);
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([8, undefined]);
    setMembers(targets.slice(1));
    await world.sync();
    expect(served()).toBe(7);
  });

  test('that loses half of its members or fewer is followed', async () => {
    setMembers(targets.slice(4));
    expect((await world.sync()).problems).toEqual([]);
    expect(served()).toBe(4);
  });

  test('that is emptied in steps is held from the step on that is too large', async () => {
    setMembers(targets.slice(4));
    await world.sync();
    setMembers(targets.slice(7));
    await world.sync();
    setMembers([]);
    await world.sync();
    expect([served(), await heldNumber()]).toEqual([4, 4]);
  });

  test('is let go by approval, with the number that was shown', async () => {
    setMembers([]);
    await world.sync();
    expect(await world.decide({ kind: 'mailboxes', decision: 'approve', removals: 7 })).toMatchObject({ shown: 8 });
    expect(await world.decide({ kind: 'mailboxes', decision: 'approve', removals: 8 })).toEqual({ kind: 'decided' });
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([0, undefined]);
    expect((await world.sync()).problems).toEqual([]);
  });

  test('that was rejected leaves its mailboxes as they are, and follows them again when they are back', async () => {
    setMembers([]);
    await world.sync();
    await world.decide({ decision: 'reject', removals: 8 });
    expect((await world.sync()).problems).toEqual([]);
    world.addContacts(1, 'New');
    await world.sync();
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(2);
    setMembers(targets);
    await world.sync();
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(3);
  });

  test('that cannot be read while some of its members wait keeps them', async () => {
    setMembers([]);
    await world.sync();
    world.graph.fail({ on: { operation: 'groupMembers' }, answer: failure('unavailable'), times: 2 });
    await world.sync();
    await world.sync();
    await world.sync();
    expect([served(), await heldNumber()]).toEqual([8, 8]);
  });

  test('is held also where mailboxes that leave are left as they are: they go on to be served', async () => {
    world.setLists(listOf({ whenTargetLeaves: 'leave' }));
    setMembers([]);
    world.addContacts(1, 'New');
    expect((await world.sync()).problems).toMatchObject([{ code: 'TooManyMailboxesLeaving' }]);
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(3);
    await world.decide({ decision: 'approve', removals: 8 });
    world.addContacts(1, 'Newer');
    await world.sync();
    expect(world.targetNames(targets[0] ?? '')).toHaveLength(3);
  });
});

describe('only the mailboxes of the group in doubt wait', () => {
  test('and others leave as the admin asked', async () => {
    const [named = '', ofOther = ''] = [
      world.graph.addUser('named@contoso.com'),
      world.graph.addUser('other@contoso.com'),
    ];
    setMembers(
      [ofOther, world.graph.addUser('another@contoso.com'), world.graph.addUser('third@contoso.com')],
      'others@contoso.com',
    );
    const groups = ['all@contoso.com', 'others@contoso.com'];
    world.setLists(listOf({ targets: { groups, mailboxes: ['named@contoso.com'] } }));
    await world.sync();
    expect(world.targetNames(named)).toHaveLength(2);
    await world.clock.advance(hour);
    // The group reads as empty while the settings drop a name and another group loses a member.
    setMembers([]);
    world.exclude(ofOther);
    world.setLists(listOf({ targets: { groups, exclude: { mailboxes: [ofOther] } } }));
    await world.sync();
    expect([named, ofOther].map(id => world.targetNames(id))).toEqual([undefined, undefined]);
    expect([served(), await heldNumber()]).toEqual([8, 8]);
  });

  test('and a group that the settings drop leaves within the limits', async () => {
    setMembers([world.graph.addUser('other@contoso.com')], 'others@contoso.com');
    setMembers([]);
    await world.sync();
    world.setLists(listOf({ targets: { groups: ['others@contoso.com'] } }));
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([0, undefined]);
  });

  test('and a mailbox that is a target by another way stays one without a word', async () => {
    setMembers(targets, 'others@contoso.com');
    world.setLists(listOf({ targets: { groups: ['all@contoso.com', 'others@contoso.com'] } }));
    await world.sync();
    setMembers([]);
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([8, undefined]);
  });
});

describe('a group of exclusions', () => {
  const list = listOf({ targets: { groups: ['all@contoso.com'], exclude: { groups: ['board@contoso.com'] } } });
  let board: string;

  beforeEach(async () => {
    board = setMembers(targets.slice(0, 3), 'board@contoso.com');
    world.setLists(list);
    await world.sync();
    expect(served()).toBe(5);
  });

  test('that reads as empty goes on to exclude its last members, and says so', async () => {
    setMembers([], 'board@contoso.com');
    const { problems } = await world.sync();
    expect(problems).toMatchObject([{ code: 'TooManyMailboxesLeaving', detail: expect.stringContaining(board) }]);
    expect([served(), await heldNumber()]).toEqual([5, 3]);
  });

  test('lets them in by approval', async () => {
    setMembers([], 'board@contoso.com');
    await world.sync();
    await world.decide({ decision: 'approve', removals: 3 });
    expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([8, undefined]);
  });

  test('keeps them out for good once that is rejected, until somebody is a member again', async () => {
    setMembers([], 'board@contoso.com');
    await world.sync();
    await world.decide({ decision: 'reject', removals: 3 });
    for (let run = 0; run < 2; run += 1) expect((await world.sync()).problems).toEqual([]);
    expect([served(), await heldNumber()]).toEqual([5, undefined]);
    setMembers(targets.slice(0, 3), 'board@contoso.com');
    await world.sync();
    setMembers(targets.slice(1, 3), 'board@contoso.com');
    expect((await world.sync()).problems).toEqual([]);
    expect(served()).toBe(6);
  });

  test('that loses one of three members lets that one in', async () => {
    setMembers(targets.slice(1, 3), 'board@contoso.com');
    expect((await world.sync()).problems).toEqual([]);
    expect(served()).toBe(6);
  });
});

test('what is remembered of a group of 40,000 members is read only when they change', async () => {
  const members = Array.from({ length: 40_000 }, (_, index) => `member-${index}`);
  const partition = world.openListPartition('staff');
  await remember(await read(members));
  expect(await world.tables.sources.query('staff', { from: 'members:G:', to: 'members:G;' })).toHaveLength(3);
  const queries = countQueries();
  expect((await read(members)).groups).toMatchObject([{ changed: undefined }]);
  expect(queries()).toBe(0);
  const [emptied] = (await read([])).groups;
  expect([emptied?.missing.size, queries()]).toEqual([40_000, 1]);
  expect(members.every(id => emptied && isMissing(emptied, id))).toBe(true);
  await remember(await read(members.slice(0, 12_000)));
  expect(await world.tables.sources.query('staff', { from: 'members:G:', to: 'members:G;' })).toHaveLength(2);

  async function read(ids: readonly string[]): Promise<TargetReading> {
    const stored = await partition.readTargets();
    const found = { id: 'G', members: ids.map(id => ({ id, accountEnabled: true })) };
    const name = { setting: 'targets.groups[0]', name: 'G' };
    const groups = await readGroups([name], async () => found, stored?.targets.members ?? {}, partition);
    return {
      stored,
      names: { checkedAt: 0, users: {}, groups: {}, doubted: [] },
      groups,
      excludedGroups: [],
      ruleGroups: [],
    };
  }

  function remember(reading: TargetReading): Promise<void> {
    return rememberTargets(reading, 'wait', [], partition);
  }

  function countQueries(): () => number {
    let count = 0;
    const { query } = world.tables.sources;
    world.tables.sources.query = (...question) => {
      count += 1;
      return query(...question);
    };
    return () => count;
  }
});
