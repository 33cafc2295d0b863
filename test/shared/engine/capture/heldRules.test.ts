import { createWorld, hour, listOf, type World } from '../world.ts';

const visibility = [{ when: { field: 'department', in: ['Board'] }, to: { groups: ['board@contoso.com'] } }];
/** 20 contacts, of which a rule may begin to keep 4 from mailboxes without asking. */
const list = listOf({ visibility, safeguards: { maxRemovalShare: 0.2, maxRemovals: 3 } });

let world: World;
let ids: string[];
let outside = '';

beforeEach(async () => {
  world = createWorld(list);
  ids = world.addContacts(20);
  const [inside = '', other = ''] = world.addTargets(2);
  outside = other;
  world.graph.setGroup('board@contoso.com', [inside]);
  await world.sync();
});

function edit(from: number, to: number, department: string): void {
  for (const id of ids.slice(from, to)) {
    world.source.edit(id, { ...world.source.contact(id).contact, department });
  }
}

async function shown(): Promise<number | undefined> {
  await world.sync();
  return world.targetNames(outside)?.length;
}

async function hold() {
  return (await world.openListPartition('staff').readCheckpoint())?.checkpoint.hold;
}

test('few go at once, and count for those of the next hour', async () => {
  edit(0, 4, 'Board');
  expect([await shown(), await hold()]).toEqual([16, undefined]);
  edit(4, 5, 'Board');
  expect(await shown()).toBe(16);
  expect(await hold()).toMatchObject({ reason: 'TooManyRemovals', removals: 1 });
  await world.clock.advance(2 * hour);
  expect([await shown(), await hold()]).toEqual([15, undefined]);
});

describe('many', () => {
  beforeEach(async () => {
    edit(0, 20, 'Board');
    await world.sync();
  });

  test('wait as they were, are shown as such, and do not look like an empty source', async () => {
    expect(await shown()).toBe(20);
    expect(await hold()).toMatchObject({ reason: 'TooManyRemovals', removals: 20, of: 20, decision: 'open' });
    const [explained] = (await world.explain(outside, 'Contact 1')).contacts;
    expect(explained).toMatchObject({ present: true, state: 'held', reason: expect.stringMatching(/^a rule begins/) });
    expect(await world.previewMailbox(outside)).toMatchObject({ deletes: 0, held: 20 });
    expect(await hold()).toMatchObject({ removals: 20 });
  });

  test('go by approval', async () => {
    await world.decide({ decision: 'approve', removals: 20 });
    expect(await shown()).toBe(0);
    expect((await world.openListPartition('staff').readSnapshot()).map(({ contact }) => contact.department)).toEqual(
      Array(20).fill('Board'),
    );
    expect([await shown(), await hold()]).toEqual([0, undefined]);
  });

  test('stay by rejection, also when the source is read from the start, until the source changes them', async () => {
    await world.decide({ decision: 'reject', removals: 20 });
    world.source.killDeltaTokens();
    expect([await shown(), await hold()]).toEqual([20, undefined]);
    edit(0, 1, 'Board ');
    edit(1, 2, 'Legal');
    expect(await shown()).toBe(19);
    expect(world.target(outside)?.['Contact 2']).toMatchObject({ department: 'Legal' });
    await world.decide({ kind: 'kept', decision: 'approve', removals: 18 });
    expect(await shown()).toBe(1);
  });

  test.each(['by a delta', 'from the start'])(
    'that stay by rejection go once the source deletes them, read %s',
    async way => {
      await world.decide({ decision: 'reject', removals: 20 });
      if (way === 'from the start') world.source.killDeltaTokens();
      for (const id of ids.slice(0, 3)) world.source.remove(id);
      expect([await shown(), await hold()]).toEqual([17, undefined]);
      expect((await world.openListPartition('staff').readCheckpoint())?.checkpoint).toMatchObject({
        contacts: 17,
        kept: 17,
      });
      await world.decide({ kind: 'kept', decision: 'approve', removals: 17 });
      expect(await shown()).toBe(0);
      expect(await world.openListPartition('staff').readSnapshot()).toHaveLength(17);
    },
  );

  test('stay also when the source is read from the start meanwhile, and one that is deleted is', async () => {
    world.source.killDeltaTokens();
    world.source.remove(ids[0] ?? '');
    expect(await shown()).toBe(20);
    expect(await hold()).toMatchObject({ removals: 20 });
    await world.decide({ decision: 'approve', removals: 20 });
    expect(await shown()).toBe(0);
    expect(await world.openListPartition('staff').readSnapshot()).toHaveLength(19);
  });

  test('end their hold by themselves once the source is put right', async () => {
    edit(0, 20, 'Sales');
    expect([await shown(), await hold()]).toEqual([20, undefined]);
    expect((await world.sync()).sent).toBe(0);
  });

  test('do not keep a contact that becomes private', async () => {
    world.source.markPrivate(ids[0] ?? '');
    expect(await shown()).toBe(19);
  });

  test('are let go where the list has no such rule any more', async () => {
    world.setLists(listOf({ safeguards: list.safeguards }));
    expect([await shown(), await hold()]).toEqual([20, undefined]);
    expect(world.target(outside)?.['Contact 1']).toMatchObject({ department: 'Board' });
  });
});
