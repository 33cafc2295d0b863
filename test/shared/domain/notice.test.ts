import {
  claim,
  isSummaryDue,
  keyOf,
  type NoticedList,
  noticeCausesOf,
  noticeOf,
  settle,
  storedKey,
  summaryKey,
  summaryOf,
  type ToldNotices,
  testNotice,
  toldBy,
  untold,
} from '../../../shared/domain/notice.ts';

const hour = 3_600_000;
const day = 24 * hour;
const told = { at: 1, claimedUntil: 0 };
const sunday = Date.UTC(2026, 10, 29);
const monday = sunday + day;
const fine: NoticedList = {
  list: 'staff',
  state: 'ok',
  removalsHeld: 0,
  mailboxesHeld: 0,
  failed: 0,
  failingPercent: 0,
};

test.each<[string, Partial<NoticedList>, string[]]>([
  ['nothing', {}, []],
  ['a share of failing mailboxes that was agreed', { failed: 5, failingPercent: 5 }, []],
  ['a larger share', { failed: 6, failingPercent: 5.1 }, ['staff:mailboxesFailing 6 mailboxes fail (5.1 %)']],
  ['one mailbox', { failed: 1, failingPercent: 50 }, ['staff:mailboxesFailing 1 mailbox fails (50 %)']],
  ['removals', { state: 'held', removalsHeld: 42 }, ['staff:held held: 42 removals wait for a decision']],
  ['one removal', { state: 'held', removalsHeld: 1 }, ['staff:held held: 1 removal waits for a decision']],
  [
    'both kinds of hold',
    { state: 'held', removalsHeld: 2, mailboxesHeld: 1 },
    ['staff:held held: 2 removals and 1 mailbox that would leave wait for a decision'],
  ],
  [
    'a halt',
    { state: 'halted', code: 'Halted' },
    ['staff:Halted halted (Halted): nothing is read or written until it is released'],
  ],
  [
    'a list that was rolled back',
    { state: 'pinned' },
    ['staff:pinned pinned: it was rolled back, and nothing is read until it is unpinned'],
  ],
  ['an error of which nobody knows more', { state: 'error' }, ['staff:Unexpected in error (Unexpected)']],
  [
    'mailboxes alone that would leave',
    { state: 'held', mailboxesHeld: 2 },
    ['staff:held held: 2 mailboxes that would leave wait for a decision'],
  ],
  ['a refused list', { state: 'refused' }, ['staff:Refused in error (Refused)']],
  [
    'an error beside a hold',
    { state: 'error', code: 'SourceFolderNotFound', removalsHeld: 3 },
    ['staff:SourceFolderNotFound in error (SourceFolderNotFound)', 'staff:held held: 3 removals wait for a decision'],
  ],
])('what is told of %s', (_, found, expected) => {
  const causes = noticeCausesOf([{ ...fine, ...found }], 5);
  const { facts } = noticeOf(causes);
  expect(causes.map((cause, index) => `${keyOf(cause)} ${facts[index]?.value}`)).toEqual(expected);
  expect(facts.every(({ title }) => title === 'staff')).toBe(true);
});

test('one notice for many lists says how many it leaves out', () => {
  const lists = Array.from({ length: 50 }, (_, index) => ({
    ...fine,
    list: `list-${index}`,
    state: 'halted' as const,
  }));
  const notice = noticeOf(noticeCausesOf(lists, 5));
  expect(notice.title).toBe('Contact Folder Sync: 50 lists need attention');
  expect(notice.facts.length + notice.more).toBe(50);
  expect(noticeOf(noticeCausesOf(lists.slice(0, 1), 5)).title).toBe('Contact Folder Sync: 1 list needs attention');
  expect(notice.more).toBeGreaterThan(0);
});

describe('a cause', () => {
  const causes = noticeCausesOf([{ ...fine, state: 'halted', code: 'Halted' }], 5);
  const keys = causes.map(keyOf);
  const claimed = claim(keys, {}, sunday);

  test('is claimed by one for a minute', () => {
    expect(untold(causes, {}, sunday)).toHaveLength(1);
    expect(untold(causes, claimed, sunday + 59_999)).toHaveLength(0);
    expect(untold(causes, claimed, sunday + 60_000)).toHaveLength(1);
  });

  test('that was told is told again after a day, and one that was not at once', () => {
    const told = settle(keys, claimed, sunday);
    expect(untold(causes, told, sunday + day - 1)).toHaveLength(0);
    expect(untold(causes, told, sunday + day)).toHaveLength(1);
    const failedLater = settle(keys, claim(keys, told, sunday + day), undefined);
    expect(untold(causes, failedLater, sunday + day)).toHaveLength(1);
  });

  test('of long ago is forgotten', () => {
    const told = settle(keys, claimed, sunday);
    expect(claim(['other:held'], told, sunday + 13 * day)).toHaveProperty(['staff:Halted']);
    expect(claim(['other:held'], claimed, sunday + 13 * day)).toHaveProperty(['staff:Halted']);
    expect(claim(['other:held'], told, sunday + 14 * day)).not.toHaveProperty(['staff:Halted']);
  });
});

test.each<[string, ToldNotices, number, boolean]>([
  ['first on a Monday', {}, monday, true],
  ['at the end of it', {}, monday + day - 1, true],
  ['not on another day, where it never was', {}, sunday, false],
  ['not twice', { [summaryKey]: { at: monday, claimedUntil: 0 } }, monday + hour, false],
  ['not on the Sunday after', { [summaryKey]: { at: monday, claimedUntil: 0 } }, sunday + 7 * day, false],
  ['a week later', { [summaryKey]: { at: monday + hour, claimedUntil: 0 } }, monday + 7 * day, true],
  ['once another host failed to send it', { [summaryKey]: { at: 0, claimedUntil: monday } }, monday, true],
  ['not while another host sends it', { [summaryKey]: { at: 0, claimedUntil: monday + 1 } }, monday, false],
  ['on a Tuesday, where the Monday failed', { [summaryKey]: { at: 0, claimedUntil: 0 } }, monday + day, true],
])('the weekly summary is due %s', (_, told, now, expected) => {
  expect(isSummaryDue(told, now)).toBe(expected);
});

test('the summary says how each list stands, and of mailboxes what is not current only where there are some', () => {
  const mailboxes = { current: 24, behind: 0, waiting: 0, failed: 1 };
  const lists = [
    { id: 'staff', state: 'ok', contacts: 250, mailboxes },
    { id: null, state: 'refused', contacts: 0, mailboxes: { ...mailboxes, current: 0, failed: 0 } },
  ];
  expect(summaryOf(lists)).toMatchObject({ title: 'Contact Folder Sync, this week: 2 lists', more: 0 });
  expect(summaryOf(lists).facts).toEqual([
    { title: 'staff', value: 'ok; 250 contacts; mailboxes: 24 current, 1 failed' },
    { title: 'without an id', value: 'refused; 0 contacts; mailboxes: 0 current' },
  ]);
});

test('what is told by mail is remembered apart from what the webhook is told', () => {
  const both = { [storedKey('webhook', 'staff:held')]: told, [storedKey('mail', 'staff:Halted')]: { ...told, at: 2 } };
  expect(toldBy('webhook', both)).toEqual({ 'staff:held': told });
  expect(toldBy('mail', both)).toEqual({ 'staff:Halted': { ...told, at: 2 } });
});

test('a notice that somebody asks for as a test says that nothing is wrong', () => {
  expect(testNotice).toEqual({
    title: 'Contact Folder Sync: a test',
    facts: [{ title: 'Notices', value: 'arrive here. Somebody asked for this one, and nothing is wrong' }],
    more: 0,
  });
});
