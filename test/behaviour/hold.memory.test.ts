import { setImmediate } from 'node:timers/promises';
import type { DecidedKind, HoldAnswer, HoldKind } from '../../shared/domain/hold.ts';
import { decideHold } from '../../shared/engine/holds/decideHold.ts';
import type { Table } from '../../shared/ports/tableStorage.ts';
import { type ListPartition, openListPartition as openStoredPartition } from '../../shared/store/listPartition.ts';
import { failure } from '../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, timing, type World } from '../shared/engine/world.ts';

/** 20 contacts, of which 4 may go without asking; 10 mailboxes, of which 2 may leave. */
const list = listOf({ safeguards: { maxRemovalShare: 0.2, maxRemovals: 2 } });

let world: World;
let ids: string[];
let targets: string[];

beforeEach(async () => {
  world = createWorld(list);
  ids = world.addContacts(20);
  targets = world.addTargets(10);
  await world.sync();
});

function remove(from: number, to: number): void {
  for (const id of ids.slice(from, to)) world.source.remove(id);
}

function setMembers(from: number): void {
  world.graph.setGroup('all@contoso.com', targets.slice(from));
}

function left(target = targets.at(-1) ?? ''): number | undefined {
  return world.targetNames(target)?.length;
}

function served(): number {
  return targets.filter(target => world.targetNames(target) !== undefined).length;
}

describe('a slow deletion adds up within an hour', () => {
  test('over restarts, and what was held goes by itself once it is no mass removal any more', async () => {
    for (const [from, to] of [[0, 2] as const, [2, 4] as const]) {
      remove(from, to);
      expect((await world.sync()).problems).toEqual([]);
      world.restart();
      await world.clock.advance(25 * minute);
    }
    expect(left()).toBe(16);
    remove(4, 6);
    expect((await world.sync()).problems).toMatchObject([
      { code: 'TooManyRemovals', detail: expect.stringContaining('and the 4 of the last hour count as well') },
    ]);
    expect(left()).toBe(16);
    // The first two are an hour ago: the two later ones and the two that wait are 4 of 18.
    await world.clock.advance(11 * minute);
    world.restart();
    expect((await world.sync()).problems).toMatchObject([{ code: 'TooManyRemovals' }]);
    await world.clock.advance(25 * minute);
    expect((await world.sync()).problems).toEqual([]);
    expect(left()).toBe(14);
  });

  test('and no longer: two an hour never are held', async () => {
    for (let from = 0; from < 10; from += 2) {
      remove(from, from + 2);
      expect((await world.sync()).problems).toEqual([]);
      await world.clock.advance(hour);
    }
    expect(left()).toBe(10);
  });
});

describe('mailboxes that leave one by one', () => {
  test('add up within an hour, over restarts', async () => {
    setMembers(2);
    expect((await world.sync()).problems).toEqual([]);
    world.restart();
    await world.clock.advance(30 * minute);
    setMembers(3);
    expect((await world.sync()).problems).toMatchObject([
      { code: 'TooManyMailboxesLeaving', detail: expect.stringContaining('and the 2 of the last hour count as well') },
    ]);
    expect(served()).toBe(8);
    await world.clock.advance(31 * minute);
    expect((await world.sync()).problems).toEqual([]);
    expect(served()).toBe(7);
  });
});

describe('a list that vanished', () => {
  test('is not forgotten where a mailbox could not be cleaned up at once', async () => {
    setMembers(8);
    await world.sync();
    await world.clock.advance(hour);
    await world.decide({ decision: 'approve', removals: 8 });
    await world.sync();
    expect(served()).toBe(2);
    const [gone = ''] = targets.slice(-1);
    world.graph.mailbox(gone).failure = failure('noMailbox');
    world.setLists();
    world.restart();
    await world.sync();
    expect(served()).toBe(1);
    world.graph.mailbox(gone).failure = undefined;
    await world.sync();
    expect(served()).toBe(1);
    // A user without a mailbox is looked at again after a day.
    await world.clock.advance(24 * hour);
    await world.sync();
    expect(served()).toBe(0);
    expect(await world.progress(gone)).toMatchObject({ state: 'cleared' });
  });
});

describe('holds of both kinds at once', () => {
  test('are decided each by its kind and number, and once', async () => {
    remove(0, 8);
    setMembers(5);
    expect((await world.sync()).problems.map(({ code }) => code).sort()).toEqual([
      'TooManyMailboxesLeaving',
      'TooManyRemovals',
    ]);
    const decide = (decision: 'approve' | 'reject', removals: number, kind?: HoldKind) =>
      world.decide({ kind, decision, removals });
    expect(await decide('approve', 8)).toEqual({ kind: 'severalHeld' });
    expect(await decide('approve', 8, 'mailboxes')).toEqual({ kind: 'otherNumber', shown: 5 });
    expect(await decide('reject', 5, 'mailboxes')).toEqual({ kind: 'decided' });
    expect(await decide('approve', 5, 'mailboxes')).toEqual({ kind: 'alreadyDecided', kept: 0 });
    // The only one that is open by now.
    expect(await decide('approve', 8)).toEqual({ kind: 'decided' });
    expect(await decide('reject', 8)).toEqual({ kind: 'alreadyDecided', kept: 0 });
    expect((await world.sync()).problems).toEqual([]);
    expect(served()).toBe(10);
    expect([left(targets[0]), left(targets[9])]).toEqual([20, 12]);
  });
});

describe('a decision while another is carried out', () => {
  test.each(['approve', 'reject'] as const)(
    'after %s: the first one wins as a whole, the other is refused',
    async first => {
      ids.push(...world.addContacts(280, 'More'));
      await world.sync();
      remove(0, 250);
      await world.sync();
      const second = first === 'approve' ? 'reject' : 'approve';
      let late: Promise<HoldAnswer> | undefined;
      const openListPartition = (listId: string): ListPartition => {
        const { sources } = world.tables;
        const write: Table['write'] = async (...transaction) => {
          const etags = await sources.write(...transaction);
          late ??= world.decide({ kind: 'contacts', decision: second, removals: 250 }, listId);
          await setImmediate();
          return etags;
        };
        return openStoredPartition({ ...sources, write }, listId);
      };
      const decision = { kind: 'contacts', decision: first, removals: 250 } as const;
      const services = { ...world, openListPartition, leaseMilliseconds: timing.leaseSeconds * 1000 };
      expect(await world.drive(decideHold('staff', decision, services))).toEqual({ kind: 'decided' });
      expect(await world.drive(late ?? Promise.reject(new Error('nothing was written')))).toMatchObject({
        kind: 'alreadyDecided',
      });
      expect((await world.sync()).problems).toEqual([]);
      expect(left()).toBe(first === 'approve' ? 50 : 300);
    },
  );

  test('no capture begins in the middle of a rejection, however short leases are', async () => {
    const leaseMilliseconds = 1000;
    ids.push(...world.addContacts(280, 'More'));
    await world.sync();
    remove(0, 250);
    await world.sync();
    const begun: string[] = [];
    const openListPartition = (listId: string): ListPartition => {
      const { sources } = world.tables;
      const write: Table['write'] = async (...transaction) => {
        const etags = await sources.write(...transaction);
        const policies = { whenTargetLeaves: 'leave', maxRemovalShare: 0, maxRemovals: 0 } as const;
        const capture = openStoredPartition(sources, listId).takeCapture(policies, world.clock, leaseMilliseconds);
        begun.push((await capture).kind);
        await world.clock.advance(leaseMilliseconds - 1);
        return etags;
      };
      return openStoredPartition({ ...sources, write }, listId);
    };
    const decision = { kind: 'contacts', decision: 'reject', removals: 250 } as const;
    expect(await decideHold('staff', decision, { ...world, openListPartition, leaseMilliseconds })).toEqual({
      kind: 'decided',
    });
    expect(begun).toEqual(['busy', 'busy', 'taken']);
  });

  test('with the kind of the hold that was rejected never approves what is kept by now', async () => {
    remove(0, 8);
    await world.sync();
    const decide = (decision: 'approve' | 'reject', removals: number) =>
      world.decide({ kind: 'contacts', decision, removals });
    expect(await decide('reject', 8)).toEqual({ kind: 'decided' });
    remove(8, 15);
    await world.sync();
    expect(await decide('reject', 7)).toEqual({ kind: 'decided' });
    expect(await decide('approve', 15)).toEqual({ kind: 'alreadyDecided', kept: 15 });
    await world.sync();
    expect(left()).toBe(20);
  });
});

describe('a second decision', () => {
  const decide = (decision: 'approve' | 'reject', removals: number, kind?: DecidedKind) =>
    world.decide({ kind, decision, removals });

  test.each([undefined, 'contacts'] as const)('to reject is told that it is decided (kind %s)', async kind => {
    remove(0, 8);
    await world.sync();
    expect(await decide('reject', 8, kind)).toEqual({ kind: 'decided' });
    expect(await decide('reject', 8, kind)).toEqual({ kind: 'alreadyDecided', kept: 8 });
  });

  test('to remove what was kept is told that it is decided, also once it is carried out', async () => {
    remove(0, 8);
    await world.sync();
    await decide('reject', 8);
    expect(await decide('approve', 8, 'kept')).toEqual({ kind: 'decided' });
    expect(await decide('approve', 8, 'kept')).toEqual({ kind: 'alreadyDecided', kept: 0 });
    await world.sync();
    expect(left()).toBe(12);
    expect(await decide('approve', 8, 'kept')).toEqual({ kind: 'alreadyDecided', kept: 0 });
  });

  test('of a kind that does not wait is told which does', async () => {
    remove(0, 8);
    await world.sync();
    expect(await decide('approve', 8, 'mailboxes')).toEqual({ kind: 'anotherWaits', waiting: 'contacts' });
  });

  test.each(['before', 'after'] as const)(
    'without a kind is for no other hold of that number (%s the run)',
    async when => {
      remove(0, 5);
      setMembers(5);
      await world.sync();
      expect(await decide('approve', 5, 'contacts')).toEqual({ kind: 'decided' });
      if (when === 'after') await world.sync();
      expect(await decide('approve', 5)).toEqual({ kind: 'maybeRepeated', waiting: 'mailboxes' });
      expect(await decide('approve', 5, 'mailboxes')).toEqual({ kind: 'decided' });
      await world.sync();
      expect([served(), left(targets[9])]).toEqual([5, 15]);
      expect(await decide('approve', 5, 'mailboxes')).toEqual({ kind: 'alreadyDecided', kept: 0 });
      await world.clock.advance(hour);
      expect(await decide('approve', 5, 'mailboxes')).toEqual({ kind: 'nothingHeld' });
    },
  );
});
