import { askForFullReconcile } from '../../shared/engine/fan-out/fullReconcile.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { openProgress } from '../../shared/store/progress.ts';
import { readSettings } from '../local/settings.ts';
import { SAMPLE_SETTINGS_FILE } from '../local/startServices.ts';
import { failure } from '../memory/graphFaults.ts';
import { createWorld, hour, listOf, minute, type World } from '../shared/engine/world.ts';

const second = 1000;
const week = 7 * 24 * hour;

let world: World;

function ask(): Promise<number> {
  return askForFullReconcile([listOf()], openProgress(world.tables.progress), world.clock);
}

/** The mailboxes that were listed since the last time, each with how often. */
function takeListed(): Map<string, number> {
  const listed = new Map<string, number>();
  for (const { operation, mailbox } of world.takeCalls()) {
    if (operation === 'listStamped') listed.set(mailbox, (listed.get(mailbox) ?? 0) + 1);
  }
  return listed;
}

async function worldOf(targets: number): Promise<string[]> {
  world = createWorld(listOf());
  world.addContacts(3);
  const ids = world.addTargets(targets);
  await world.sync();
  world.takeCalls();
  return ids;
}

test('a full reconcile is weekly unless the settings say otherwise', async () => {
  const sample = await readSettings(SAMPLE_SETTINGS_FILE);
  const scheduleOf = (setting: string | undefined) =>
    parseSettings({ ...sample, FULL_RECONCILE_SCHEDULE: setting }, '.').schedules.FULL_RECONCILE_SCHEDULE;
  expect([scheduleOf(undefined), scheduleOf('')]).toEqual(['0 0 3 * * 0', '0 0 3 * * 0']);
  expect(scheduleOf('0 0 4 * * *')).toBe('0 0 4 * * *');
});

test('the mailboxes are compared one after the other over the time that they need, and each once', async () => {
  const targets = await worldOf(300);
  expect(await ask()).toBe(300);
  const sizes: number[] = [];
  const seen = new Set<string>();
  // 300 mailboxes, one every 2 seconds: ten minutes.
  for (let passed = 0; passed < 15 * minute; passed += minute) {
    await world.clock.advance(59 * second);
    await world.sync();
    const listed = takeListed();
    for (const [mailbox, times] of listed) {
      expect(seen.has(mailbox)).toBe(false);
      expect(times).toBe(1);
      seen.add(mailbox);
    }
    sizes.push(listed.size);
  }
  expect([...seen].sort()).toEqual([...targets].sort());
  expect(Math.max(...sizes)).toBeLessThan(60);
  expect(sizes.slice(11)).toEqual([0, 0, 0, 0]);
});

test('many thousands are spread over six hours at most, and a mailbox keeps its place from week to week', async () => {
  world = createWorld(listOf());
  const progress = openProgress(world.tables.progress);
  const ids = Array.from({ length: 20_000 }, (_, index) => `mailbox-${index}`);
  await progress.note(
    'staff',
    ids.map(mailboxId => ({ mailboxId, wanted: 'target' as const })),
  );
  const places = async () => {
    await ask();
    const now = world.clock.now();
    return new Map((await progress.readAll('staff')).map(({ mailboxId, fullDueAt }) => [mailboxId, fullDueAt - now]));
  };
  const first = await places();
  const perMinute = Array.from({ length: 360 }, () => 0);
  for (const place of first.values()) {
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(6 * hour);
    perMinute[Math.floor(place / minute)] = (perMinute[Math.floor(place / minute)] ?? 0) + 1;
  }
  // 56 a minute on average.
  expect(Math.max(...perMinute)).toBeLessThan(100);
  expect(Math.min(...perMinute)).toBeGreaterThan(20);
  await world.clock.advance(week);
  expect(await places()).toEqual(first);
});

test('a change meanwhile is not held up, and the full reconcile comes in its own time', async () => {
  await worldOf(50);
  await ask();
  world.addContacts(1, 'New');
  await world.sync();
  expect(takeListed().size).toBeLessThan(10);
  await world.clock.advance(hour);
  await world.sync();
  expect(takeListed().size).toBeGreaterThan(40);
});

test('a mailbox that cannot be reached at its time is compared once it can', async () => {
  const [target = '', other = ''] = await worldOf(2);
  const mailbox = world.graph.mailbox(target);
  mailbox.add(
    mailbox.findFolder(['Company'])?.id ?? '',
    { displayName: 'Orphan' },
    { key: 'staff:gone', version: '1' },
  );
  await ask();
  mailbox.failure = failure('mailboxMoving');
  await world.clock.advance(minute);
  await world.run();
  await world.deliver();
  expect([...takeListed().keys()]).toEqual([other]);
  expect(await world.progress(target)).toMatchObject({ state: 'waiting' });

  mailbox.failure = undefined;
  await world.clock.advance(hour);
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Contact 1', 'Contact 2', 'Contact 3']);
  await world.clock.advance(hour);
  takeListed();
  await world.sync();
  expect(takeListed().size).toBe(0);
});

test('whoever is no target any more is not asked', async () => {
  const targets = await worldOf(3);
  world.graph.setGroup('all@contoso.com', targets.slice(1));
  await world.sync();
  expect(await ask()).toBe(2);
});
