import {
  goOn,
  type RingStanding,
  type Rollout,
  release,
  ringOf,
  type Stage,
  stageOf,
  takeBack,
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
  [
    'goes on where fields were edited that nobody counts',
    { patchedFields: 10, editedFields: 10 },
    1000,
    { kind: 'rolling', ring: 1 },
  ],
  ['is halted where nobody is in it', { mailboxes: 0, contacts: 0 }, 1000, { kind: 'halted', ring: 0 }],
  ['is halted where a hold came up', { heldSince: 1 }, 2, { kind: 'halted', ring: 0 }],
  ['goes on with the hold of its own round', { heldSince: -1 }, 1000, { kind: 'rolling', ring: 1 }],
])('a ring %s', (_what, changes, now, expected) => {
  expect(goOn(rolling, { ...fine, ...changes }, policy, now)).toMatchObject(expected);
});

test('a later ring goes on though nobody is in it, and the first one is waited for before it is called empty', () => {
  const empty = { ...fine, mailboxes: 0, contacts: 0 };
  expect(goOn({ ...rolling, ring: 1 }, empty, policy, 1000)).toEqual({ kind: 'none', reached: to });
  expect(goOn(rolling, empty, policy, 999)).toBe(rolling);
});

test.each<[string, Partial<RingStanding>, string]>([
  ['contacts', { failedContacts: 200 }, '200 of the 2200 contacts in its mailboxes were refused'],
  ['fields', { patchedFields: 10, editedFields: 6 }, '6 of the 10 fields that it wrote had been edited by users'],
  ['removals', { heldSince: 1 }, 'meanwhile removals wait for a decision'],
  ['nobody', { mailboxes: 0, contacts: 0 }, 'no mailbox is in it that would show whether the change is good'],
])('a halt because of %s says why', (_what, changes, why) => {
  const halting = { ...policy, haltWhen: { failedShare: 0.05, editedShare: 0.5 } };
  const detail = `The change stopped at ring 1 of 3: ${why}. Nothing is read and nothing is written until POST /api/lists/{list}/release, which goes on with the next ring`;
  expect(goOn(rolling, { ...fine, ...changes }, halting, 1000)).toHaveProperty('halt.detail', detail);
});

test('as many edited fields as were agreed are no reason to halt', () => {
  const halting = { ...policy, haltWhen: { failedShare: 0.05, editedShare: 0.5 } };
  expect(goOn(rolling, { ...fine, patchedFields: 10, editedFields: 5 }, halting, 1000)).toMatchObject({ ring: 1 });
});

test('what is not on its way does not go on, is not taken back and need not be released', () => {
  expect(goOn(none, { ...fine, failed: 20 }, policy, 1000)).toBe(none);
  expect(takeBack(none, to, policy, 5)).toBe(none);
  expect(release(none, 'b', policy, 5)).toBe(none);
  expect(stageOf(none, 0, true)).toBe(old);
});

test('in place of a change that was taken back the rings that it reached get what the list is since', () => {
  const newest = { ...old, head: 250 };
  const halted = goOn({ ...rolling, ring: 1 }, { ...fine, failed: 20 }, policy, 1);
  const expected = { ...rolling, ring: 1, to: newest, since: 5, waitUntil: 1005 };
  for (const change of [{ ...rolling, ring: 1 }, halted]) expect(takeBack(change, newest, policy, 5)).toEqual(expected);
});

test('another journal ends a change that is on its way, but for one that is halted', () => {
  const begunAgain = { ...old, head: 3, epoch: 2 };
  expect(takeUp(rolling, begunAgain, policy, 5)).toEqual({ kind: 'none', reached: begunAgain });
  const halted = goOn(rolling, { ...fine, failed: 20 }, policy, 1);
  expect(takeUp(halted, begunAgain, policy, 5)).toBe(halted);
});

test('settings that are mended back to those of before begin with the first ring, however small that is', () => {
  const changed = { ...rolling, to: { ...to, definition: 'b' } };
  expect(takeUp(changed, { ...old, head: 110 }, policy, 5)).toMatchObject({ kind: 'rolling', ring: 0, from: old });
});

test('after the last ring everybody has it', () => {
  expect(goOn({ ...rolling, ring: 1 }, fine, policy, 1000)).toEqual({ kind: 'none', reached: to });
});

test('who releases a change that was halted sends it to the next ring', () => {
  const halted = goOn(rolling, { ...fine, failed: 20 }, policy, 1);
  expect(halted).toMatchObject({ kind: 'halted', halt: { at: 1, code: 'RolloutHalted' } });
  expect(halted).toHaveProperty('halt.detail', expect.stringContaining('ring 1 of 3: 20 of its 20 mailboxes failed'));
  expect(takeUp(halted, { ...to, head: 300 }, policy, 5)).toBe(halted);
  expect(goOn(halted, fine, policy, 5000)).toBe(halted);
  expect(release(halted, 'a', policy, 9)).toEqual({ ...rolling, ring: 1, since: 9, waitUntil: 1009 });
});

test('who mends the settings and releases begins with the first ring again', () => {
  const halted = goOn({ ...rolling, ring: 1 }, { ...fine, failed: 20 }, policy, 1);
  const released = release(halted, 'b', policy, 9);
  expect(released).toEqual({ ...rolling, ring: 1 });
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

test('a change that has come to the second ring is the ceiling of the first two', () => {
  expect([0, 1, 2].map(ring => stageOf({ ...rolling, ring: 1 }, ring, false))).toEqual([to, to, old]);
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
