import type { Clock } from '../../../shared/ports/clock.ts';
import { crash } from '../../memory/graphFaults.ts';
import { createWorld, hour, type World } from './world.ts';

let world: World;
let target: string;
let ids: string[];

beforeEach(() => {
  world = createWorld();
  [target = ''] = world.addTargets(1);
  ids = world.addContacts(30);
});

/** The clock of one process, off by so many milliseconds. */
function clockAhead(ahead: () => number): Clock {
  return { now: () => world.clock.now() + ahead(), wait: milliseconds => world.clock.wait(milliseconds) };
}

/** In the second batch. */
function inTheMiddle(meanwhile: () => Promise<void>): void {
  world.graph.fail({ on: { operation: 'create', displayName: 'Contact 26' }, meanwhile });
}

async function expectConverged(): Promise<void> {
  const wanted = world.source.contactsIn(world.sourceFolder).map(({ contact }) => [contact.displayName, contact]);
  expect(world.target(target)).toEqual(Object.fromEntries(wanted));
  expect(await world.progress(target)).toMatchObject({ state: 'current', contacts: 30 });
}

test.each([
  ['ahead', hour],
  ['behind', -hour],
])('a process whose clock is an hour %s does its work, and another goes on after it', async (_, ahead) => {
  world.restart({ clock: clockAhead(() => ahead) });
  await world.sync();
  await expectConverged();
  expect((await world.latestRun())?.contacts.created).toBe(30);
  world.source.edit(ids[0] ?? '', { displayName: 'Contact 1', department: 'Engines' });
  world.restart();

  await world.resync(target);
  await world.deliver();

  await expectConverged();
});

test('a lease that a clock an hour ahead took for its dead owner is not waited for', async () => {
  world.restart({ clock: clockAhead(() => hour) });
  inTheMiddle(() => {
    world.restart();
    return crash();
  });
  await world.run();

  await world.deliver();

  expect(world.handlerErrors).toHaveLength(1);
  await expectConverged();
});

test.each([
  ['forward', hour],
  ['back', -hour],
])('a clock that jumps %s by an hour in the middle of a run changes nothing of its outcome', async (_, jump) => {
  let ahead = 0;
  world.restart({ clock: clockAhead(() => ahead) });
  inTheMiddle(async () => {
    ahead = jump;
  });

  await world.sync();

  await expectConverged();
  expect(await world.latestRun()).toMatchObject({ state: 'finished', contacts: { created: 30 }, problems: [] });
});
