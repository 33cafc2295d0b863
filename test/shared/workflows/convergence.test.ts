import fc from 'fast-check';
import { crash, failure } from '../../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from './world.ts';

type Step = (world: World) => unknown;

/** A pair of lists that share a source mailbox and a target, with every removal allowed. */
const lists = ['staff', 'partners'].map(id =>
  listOf({
    id,
    source: { mailbox: 'directory@contoso.com', folders: id === 'staff' ? ['Staff', 'Interns'] : ['Partners'] },
    destination: { folder: id, category: null },
    safeguards: { maxRemovalShare: 1 },
  }),
);
const sourceFolders = ['Staff', 'Interns', 'Partners'];

function contactAt(world: World, index: number): string | undefined {
  const all = sourceFolders.flatMap(name => world.source.contactsIn(world.source.addFolder(name)));
  return all[index % Math.max(all.length, 1)]?.id;
}

function onContact(index: number, change: (world: World, id: string) => void): Step {
  return world => {
    const id = contactAt(world, index);
    if (id) change(world, id);
  };
}

const index = fc.nat(50);
const folder = fc.constantFrom(...sourceFolders);

const edits: fc.Arbitrary<[string, Step]> = fc.oneof(
  fc
    .tuple(folder, fc.constantFrom(1, 3, 25, 110))
    .map(([name, count]): [string, Step] => [
      `add ${count} to ${name}`,
      world => world.addContacts(count, `${name} ${world.source.contacts.size}`, world.source.addFolder(name)),
    ]),
  fc.tuple(index, fc.nat(3)).map(([at, value]): [string, Step] => [
    `edit ${at}`,
    onContact(at, (world, id) => {
      const { displayName = '' } = world.source.contact(id).contact;
      world.source.edit(id, value === 0 ? { displayName } : { displayName, department: `Department ${value}` });
    }),
  ]),
  index.map((at): [string, Step] => [`remove ${at}`, onContact(at, (world, id) => world.source.remove(id))]),
  fc
    .tuple(index, folder)
    .map(([at, name]): [string, Step] => [
      `move ${at} to ${name}`,
      onContact(at, (world, id) => world.source.move(id, world.source.addFolder(name))),
    ]),
  fc.constant<[string, Step]>(['kill delta tokens', world => world.source.killDeltaTokens()]),
);

const answers = fc.constantFrom(
  failure('unavailable'),
  failure('throttled', 5 * minute),
  failure('accessDenied'),
  { kind: 'throttled' as const, retryAfter: 2 * minute },
  { kind: 'notTried' as const },
);
const operation = fc.constantFrom('create', 'patch', 'delete');
const faults: fc.Arbitrary<[string, Step]> = fc.oneof(
  fc
    .tuple(operation, answers, fc.integer({ min: 1, max: 15 }))
    .map(([on, answer, times]): [string, Step] => [
      `${times} ${on} fail`,
      world => world.graph.fail({ on: { operation: on }, answer, times }),
    ]),
  fc
    .tuple(operation, fc.integer({ min: 1, max: 15 }))
    .map(([on, times]): [string, Step] => [
      `${times} answers to ${on} are lost`,
      world => world.graph.fail({ on: { operation: on }, committed: true, answer: failure('unavailable'), times }),
    ]),
  fc
    .tuple(fc.constantFrom('create', 'patch', 'delete', 'createFolder', 'listStamped', 'readChanges'), fc.boolean())
    .map(([on, committed]): [string, Step] => [
      `a process dies at ${on}`,
      world => world.graph.fail({ on: { operation: on }, committed, meanwhile: crash }),
    ]),
  fc
    .tuple(operation, fc.boolean())
    .map(([on, committed]): [string, Step] => [
      `an owner stalls at ${on}`,
      world => world.graph.fail({ on: { operation: on }, committed, meanwhile: () => world.clock.advance(4 * minute) }),
    ]),
);

const calmWorlds = new WeakSet<World>();

/** A write of a table fails, before or after it was done. */
function failStorage(world: World, table: keyof World['tables'], skipped: number, committed: boolean): void {
  const { write } = world.tables[table];
  let left = skipped;
  world.tables[table].write = async (...change) => {
    left -= 1;
    if (left !== 0 || calmWorlds.has(world)) return write(...change);
    if (committed) await write(...change);
    throw new Error('storage is out of reach');
  };
}

const storageFaults: fc.Arbitrary<[string, Step]> = fc
  .tuple(
    fc.constantFrom<(keyof World['tables'])[]>('sources', 'mailboxes', 'progress', 'runs'),
    fc.integer({ min: 1, max: 6 }),
    fc.boolean(),
  )
  .map(([table, number, committed]): [string, Step] => [
    `write ${number} of ${table} fails${committed ? ' after it was done' : ''}`,
    world => failStorage(world, table, number, committed),
  ]);

const passes: fc.Arbitrary<[string, Step]> = fc.oneof(
  fc.constant<[string, Step]>(['run', world => world.run().catch(() => undefined)]),
  fc.constant<[string, Step]>(['deliver', world => world.deliver()]),
  fc.constant<[string, Step]>(['resync', world => world.resync().catch(() => undefined)]),
  fc.constant<[string, Step]>(['new process', world => world.restart()]),
  fc
    .constantFrom(1000, minute, 10 * minute, hour)
    .map((time): [string, Step] => [`${time / 1000} s pass`, world => world.clock.advance(time)]),
);

const steps = fc.array(
  fc.oneof(
    { arbitrary: edits, weight: 3 },
    { arbitrary: faults, weight: 2 },
    { arbitrary: storageFaults, weight: 1 },
    { arbitrary: passes, weight: 4 },
  ),
  {
    minLength: 5,
    maxLength: 40,
  },
);

function inSource(world: World, names: readonly string[]) {
  const contacts = names.flatMap(name => world.source.contactsIn(world.source.addFolder(name)));
  return Object.fromEntries(contacts.map(({ contact }) => [contact.displayName, contact]));
}

test('whatever happens, every mailbox ends as its source is, with nothing doubled and nothing of the user’s touched', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async happened => {
      const world = createWorld(...lists);
      for (const name of sourceFolders) world.source.addFolder(name);
      const targets = world.addTargets(2);
      for (const id of targets)
        world.graph.mailbox(id).add(world.graph.mailbox(id).addFolder('partners'), { displayName: 'Mine' });
      for (const [, step] of happened) await step(world);

      world.graph.stopFailing();
      calmWorlds.add(world);
      for (let round = 0; round < 3; round++) {
        await world.clock.advance(25 * hour);
        await world.sync();
      }
      for (const id of targets) {
        expect(world.target(id, 'staff')).toEqual(inSource(world, ['Staff', 'Interns']));
        expect(world.target(id, 'partners')).toEqual({
          ...inSource(world, ['Partners']),
          Mine: { displayName: 'Mine' },
        });
        expect((await world.mailboxState(id)).lease?.lease.working).toBe(false);
      }
      world.takeCalls();
      await world.sync();
      expect(targets.flatMap(id => world.takeCalls(id))).toEqual([]);
    }),
    { numRuns: 60, reporter: report },
  );
});

/** Names the steps of the shortest counterexample. */
function report(run: fc.RunDetails<[[string, Step][]]>): void {
  if (!run.failed) return;
  const names = run.counterexample?.[0].map(([name]) => name).join(', ');
  throw new Error(`Seed ${run.seed}, path ${run.counterexamplePath}: ${names}\n${run.errorInstance}`);
}
