import {
  goOn,
  type RingStanding,
  type Rollout,
  release,
  ringOf,
  type Stage,
  stageOf,
  takeUp,
} from '../../../shared/domain/rollout.ts';

const policy = { rings: 2, wait: 1000, from: 50, haltWhen: { failedShare: 0.05 } };
const old: Stage = { head: 100, epoch: 1, definition: 'a' };
const none: Rollout = { kind: 'none', reached: old };
const to: Stage = { ...old, head: 200 };
const rolling = { kind: 'rolling', ring: 0, from: old, to, since: 0, waitUntil: 1000 } as const;
const fine: RingStanding = { mailboxes: 20, behind: 0, waiting: 0, failed: 0, contacts: 2000, failedContacts: 0 };

test.each<[string, Partial<Stage>, Rollout]>([
  ['a small round', { head: 149 }, { kind: 'none', reached: { ...old, head: 149 } }],
  ['nothing', {}, none],
  ['another journal', { head: 3, epoch: 2 }, { kind: 'none', reached: { ...old, head: 3, epoch: 2 } }],
  ['a large round', { head: 150 }, { ...rolling, to: { ...old, head: 150 }, since: 5, waitUntil: 1005 }],
  ['other settings', { definition: 'b' }, { ...rolling, to: { ...old, definition: 'b' }, since: 5, waitUntil: 1005 }],
])('%s is taken up', (_what, changes, expected) => {
  expect(takeUp(none, { ...old, ...changes }, policy, 5)).toEqual(expected);
});

test('rounds wait behind the large one, and count together when it has arrived', () => {
  const later = { ...to, head: 230 };
  expect(takeUp(rolling, later, policy, 5)).toBe(rolling);
  const arrived = takeUp({ kind: 'none', reached: to }, later, policy, 5);
  expect(arrived).toEqual({ kind: 'none', reached: later });
  expect(takeUp({ kind: 'none', reached: to }, { ...to, head: 260 }, policy, 5)).toMatchObject({
    kind: 'rolling',
    from: to,
  });
});

test('settings that change meanwhile take the place of the change, and begin with the first ring', () => {
  const second = { ...rolling, ring: 1 };
  const mended = { ...to, head: 210, definition: 'b' };
  expect(takeUp(second, mended, policy, 7)).toEqual({ ...rolling, to: mended, since: 7, waitUntil: 1007 });
});

test.each<[string, Partial<RingStanding>, number, Partial<Rollout>]>([
  ['goes on', {}, 1000, { kind: 'rolling', ring: 1, since: 1000, waitUntil: 2000 }],
  ['waits for its time', {}, 999, { kind: 'rolling', ring: 0 }],
  ['waits for who is behind', { behind: 1 }, 5000, { kind: 'rolling', ring: 0 }],
  ['goes on though one waits', { waiting: 1 }, 1000, { kind: 'rolling', ring: 1 }],
  ['waits where too many wait', { waiting: 2 }, 1000, { kind: 'rolling', ring: 0 }],
  ['goes on though one failed', { failed: 1 }, 1000, { kind: 'rolling', ring: 1 }],
  ['is halted where too many failed, at once', { failed: 2, behind: 3 }, 1, { kind: 'halted', ring: 0 }],
  ['goes on though contacts were refused', { failedContacts: 100 }, 1000, { kind: 'rolling', ring: 1 }],
  ['is halted where too many contacts were refused', { failedContacts: 200 }, 1, { kind: 'halted', ring: 0 }],
  ['is halted where nobody is in it', { mailboxes: 0, contacts: 0 }, 1000, { kind: 'halted', ring: 0 }],
  ['is halted where a hold came up', { heldSince: 1 }, 2, { kind: 'halted', ring: 0 }],
  ['goes on with the hold of its own round', { heldSince: -1 }, 1000, { kind: 'rolling', ring: 1 }],
])('a ring %s', (_what, changes, now, expected) => {
  expect(goOn(rolling, { ...fine, ...changes }, policy, now)).toMatchObject(expected);
});

test('after the last ring everybody has it', () => {
  expect(goOn({ ...rolling, ring: 1 }, fine, policy, 1000)).toEqual({ kind: 'none', reached: to });
});

test('who releases a change that was halted sends it to the next ring', () => {
  const halted = goOn(rolling, { ...fine, failed: 20 }, policy, 1);
  expect(halted).toMatchObject({ kind: 'halted', halt: { at: 1, code: 'RolloutHalted' } });
  expect(halted).toHaveProperty('halt.detail', expect.stringContaining('ring 1 of 3: 20 of its 20 mailboxes failed'));
  expect(takeUp(halted, { ...to, head: 300 }, policy, 5)).toBe(halted);
  expect(release(halted, 'a', policy, 9)).toEqual({ ...rolling, ring: 1, since: 9, waitUntil: 1009 });
});

test('who mends the settings and releases begins with the first ring again', () => {
  const halted = goOn({ ...rolling, ring: 1 }, { ...fine, failed: 20 }, policy, 1);
  const released = release(halted, 'b', policy, 9);
  expect(takeUp(released, { ...to, definition: 'b' }, policy, 10)).toMatchObject({ ring: 0, from: old, since: 10 });
});

test.each<[string, number | undefined, boolean, Stage]>([
  ['of a ring that the change has reached', 0, false, to],
  ['of a later ring', 1, false, old],
  ['of no ring', 2, false, old],
  ['of which no ring is known', undefined, false, old],
  ['that is beyond it already', 2, true, to],
])('the ceiling of a mailbox %s', (_what, ring, isBeyond, expected) => {
  expect(stageOf(rolling, ring, isBeyond)).toBe(expected);
});

test('a mailbox is in the first ring that names it or whose share it falls into, and in the same each time', () => {
  const nobody = () => false;
  const rings = [
    { share: 0, isMember: (id: string) => id === 'pilot' },
    { share: 0.1, isMember: nobody },
    { share: 0.4, isMember: nobody },
  ];
  const ids = Array.from({ length: 5000 }, (_, index) => `mailbox-${index}`);
  const counts = Map.groupBy(ids, id => ringOf(id, rings));
  expect(ringOf('pilot', rings)).toBe(0);
  expect(counts.get(0)).toBeUndefined();
  expect((counts.get(1) ?? []).length / 5000).toBeCloseTo(0.1, 1);
  expect((counts.get(2) ?? []).length / 5000).toBeCloseTo(0.3, 1);
  expect((counts.get(3) ?? []).length / 5000).toBeCloseTo(0.6, 1);
});
