import {
  addStandings,
  type CountedMailbox,
  hasArrived,
  noMailboxes,
  standingOf,
} from '../../../shared/domain/listStanding.ts';

const now = 10_000_000;
const goal = { head: 7, epoch: 5, settings: 's', now, messagePatience: 3_600_000 };
const current: CountedMailbox = {
  wanted: 'target',
  state: 'current',
  position: 7,
  epoch: 5,
  settings: 's',
  sentHead: 7,
  sentSettings: 's',
  sentAt: 0,
  behindSince: 0,
  failed: 0,
  goneAt: 0,
};

describe('a list', () => {
  test('counts each mailbox once, and those that leave or keep what they have not among its targets', () => {
    const standing = standingOf(
      [
        current,
        { ...current, position: 6 },
        { ...current, position: 6, sentAt: now - 1000 },
        { ...current, settings: 'old' },
        { ...current, state: 'waiting', position: 3 },
        { ...current, state: 'failed', position: 2, failed: 4 },
        { ...current, state: 'skipped' },
        { ...current, wanted: 'skipped' },
        { ...current, wanted: 'leaving' },
        { ...current, wanted: 'leaving', state: 'cleared' },
        { ...current, wanted: 'leaving', state: 'cleared', goneAt: now },
        { ...current, wanted: 'kept', failed: 9 },
      ],
      goal,
    );
    expect(standing).toMatchObject({
      mailboxes: 8,
      current: 1,
      behind: 3,
      waiting: 1,
      failed: 1,
      skipped: 2,
      leaving: 1,
      gone: 1,
      failedContacts: 4,
    });
  });

  test('owes from the lowest position of those it works on, and apart from them of those that failed', () => {
    const { late, refused } = standingOf(
      [
        current,
        { ...current, state: 'waiting', position: 4 },
        { ...current, position: 5 },
        { ...current, state: 'failed', position: 1 },
        { ...current, state: 'skipped', position: 0 },
        { ...current, wanted: 'leaving', position: 0 },
      ],
      goal,
    );
    expect(late).toEqual({ lowestPosition: 4, waitingSince: undefined });
    expect(refused).toEqual({ lowestPosition: 1, waitingSince: undefined });
  });

  test.each<[string, Partial<CountedMailbox>]>([
    ['is behind', {}],
    ['a message is on its way to', { sentAt: now - 1000 }],
    ['waits', { state: 'waiting' }],
  ])('owes to a mailbox that %s from its position, be it the first', (_, changed) => {
    const { late } = standingOf([{ ...current, ...changed, position: 0, behindSince: 100 }], goal);
    expect(late).toEqual({ lowestPosition: 0, waitingSince: undefined });
  });

  test('owes a mailbox without a position everything since it has waited', () => {
    const { late } = standingOf(
      [
        { ...current, state: 'behind', position: -1, behindSince: 900 },
        { ...current, state: 'waiting', position: -1, behindSince: 400 },
        { ...current, state: 'behind', position: -1 },
      ],
      goal,
    );
    expect(late).toEqual({ lowestPosition: undefined, waitingSince: 400 });
  });

  test('owes nothing to a mailbox that is at the head and behind the settings alone', () => {
    expect(standingOf([{ ...current, settings: 'old' }], goal).late.lowestPosition).toBeUndefined();
  });
});

test('a list that is read in parts stands as it does as a whole', () => {
  const mailboxes: CountedMailbox[] = [
    { ...current, position: 6, failed: 2 },
    { ...current, position: -1, behindSince: 500 },
    current,
    { ...current, state: 'failed', position: 3, failed: 4 },
    { ...current, position: 2 },
    { ...current, position: -1, behindSince: 400 },
    { ...current, wanted: 'leaving' },
  ];
  const whole = standingOf(mailboxes, goal);
  for (let end = 0; end <= mailboxes.length; end++) {
    const parts = [mailboxes.slice(0, end), mailboxes.slice(end)].map(part => standingOf(part, goal));
    expect(parts.reduce(addStandings, noMailboxes)).toEqual(whole);
  }
});

test.each<[string, Partial<CountedMailbox>, boolean]>([
  ['where the last message led', {}, true],
  ['further, by another message', { position: 9 }, true],
  ['not there yet', { position: 6 }, false],
  ['there with other settings', { settings: 'old' }, false],
  ['there and failed', { state: 'failed' }, false],
])('a mailbox %s', (_, changed, arrived) => {
  expect(hasArrived({ ...current, ...changed })).toBe(arrived);
});
