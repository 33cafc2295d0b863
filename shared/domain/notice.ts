import { countOf } from './countOf.ts';
import { day } from './durations.ts';
import { type Halts, haltOf } from './halt.ts';

const minute = 60_000;
/** So long whoever is about to tell something keeps others from telling it, too. */
const claimLasts = minute;
/** What was told longer ago is forgotten. */
const rememberedFor = 14 * day;
/** Teams takes cards of 28 KB. */
const mostFacts = 30;

/** What a scheduled run found out about one list, as far as somebody may have to be told. */
export interface NoticedList {
  readonly list: string;
  readonly state: 'ok' | 'held' | 'error' | 'halted' | 'pinned' | 'refused';
  readonly code?: string;
  readonly removalsHeld: number;
  readonly mailboxesHeld: number;
  readonly failed: number;
  readonly failingPercent: number;
}

/** Why somebody is told of a list. */
export type NoticeCause =
  | { readonly kind: 'held'; readonly list: string; readonly removals: number; readonly mailboxes: number }
  | { readonly kind: 'halted' | 'error'; readonly list: string; readonly code: string }
  | { readonly kind: 'pinned'; readonly list: string }
  | { readonly kind: 'mailboxesFailing'; readonly list: string; readonly failed: number; readonly percent: number };

export interface NoticeFact {
  readonly title: string;
  readonly value: string;
}

/** What somebody is told: ids, codes, counts and the reason of a halt; nothing of a contact and no name or address. */
export interface Notice {
  readonly title: string;
  readonly facts: readonly NoticeFact[];
  /** How many more there are than the facts say. */
  readonly more: number;
}

/** Epoch milliseconds; 0 for never. */
export interface Told {
  readonly at: number;
  readonly claimedUntil: number;
}

/** How somebody is told. */
export type NoticeWay = 'webhook' | 'mail';

/** By `keyOf` a cause, or `summaryKey`; of a way other than the first, by `storedKey` of that. */
export type ToldNotices = Readonly<Record<string, Told>>;

/** How telling what a run found went. `failure`: a code, where somebody could not be told. */
export interface NoticesTold {
  readonly told: number;
  readonly failure?: string;
}

export interface SummarisedList {
  readonly id: string | null;
  readonly state: string;
  readonly contacts: number;
  readonly mailboxes: {
    readonly current: number;
    readonly behind: number;
    readonly waiting: number;
    readonly failed: number;
  };
}

/** @param agreedPercent share of a list's mailboxes that may fail without anybody being told */
export function noticeCausesOf(lists: readonly NoticedList[], agreedPercent: number): NoticeCause[] {
  return lists.flatMap(each => causesOf(each, agreedPercent));
}

function causesOf(
  { list, state, code = 'Unexpected', removalsHeld, mailboxesHeld, failed, failingPercent }: NoticedList,
  agreedPercent: number,
): NoticeCause[] {
  const causes: NoticeCause[] = [];
  if (state === 'halted') causes.push({ kind: 'halted', list, code });
  if (state === 'pinned') causes.push({ kind: 'pinned', list });
  if (state === 'error') causes.push({ kind: 'error', list, code });
  if (state === 'refused') causes.push({ kind: 'error', list, code: 'Refused' });
  if (removalsHeld + mailboxesHeld > 0)
    causes.push({ kind: 'held', list, removals: removalsHeld, mailboxes: mailboxesHeld });
  if (failingPercent > agreedPercent) causes.push({ kind: 'mailboxesFailing', list, failed, percent: failingPercent });
  return causes;
}

/** The list and the code: what is told once a day. */
export function keyOf(cause: NoticeCause): string {
  return `${cause.list}:${'code' in cause ? cause.code : cause.kind}`;
}

const mailPrefix = 'mail ';

/** What is told in several ways is remembered for each: one that is down lets nothing be told twice in another. */
export function storedKey(way: NoticeWay, key: string): string {
  return way === 'mail' ? `${mailPrefix}${key}` : key;
}

/** What was told in one way. */
export function toldBy(way: NoticeWay, told: ToldNotices): ToldNotices {
  const isMail = (key: string) => key.startsWith(mailPrefix);
  const entries = Object.entries(told).filter(([key]) => isMail(key) === (way === 'mail'));
  return Object.fromEntries(
    way === 'mail' ? entries.map(([key, each]) => [key.slice(mailPrefix.length), each]) : entries,
  );
}

export const summaryKey = ':weeklySummary';

/** Those that nobody was told of for a day, and nobody is telling right now. */
export function untold(causes: readonly NoticeCause[], told: ToldNotices, now: number): NoticeCause[] {
  return causes.filter(cause => {
    const { at, claimedUntil } = told[keyOf(cause)] ?? never;
    return now >= claimedUntil && now - at >= day;
  });
}

/** On Mondays (UTC), and where that failed on the days after, until it was told. */
export function isSummaryDue(told: ToldNotices, now: number): boolean {
  const today = (now - (now % day)) / day;
  // The first day of the epoch was a Thursday.
  const monday = today - ((today + 3) % 7);
  const last = told[summaryKey];
  if (today !== monday && !last) return false;
  const { at, claimedUntil } = last ?? never;
  return now >= claimedUntil && at < monday * day;
}

/** Nobody else tells these for a while, even if this process ends. What is old is forgotten. */
export function claim(keys: readonly string[], told: ToldNotices, now: number): ToldNotices {
  const old = now - rememberedFor;
  const remembered = Object.entries(told).filter(([, { at, claimedUntil }]) => at > old || claimedUntil > old);
  const claimed = keys.map(key => [key, { at: told[key]?.at ?? 0, claimedUntil: now + claimLasts }] as const);
  return Object.fromEntries([...remembered, ...claimed]);
}

/** @param at when they were told; undefined where that failed, so that the next run tries again */
export function settle(keys: readonly string[], told: ToldNotices, at: number | undefined): ToldNotices {
  const settled = keys.map(key => [key, { at: at ?? told[key]?.at ?? 0, claimedUntil: 0 }] as const);
  return { ...told, ...Object.fromEntries(settled) };
}

/**
 * One for all that a run found: a fault of a service keeps many lists at once.
 *
 * @param halts for the reasons that were given; undefined where none of the causes is a halt
 */
export function noticeOf(causes: readonly NoticeCause[], halts?: Halts): Notice {
  const lists = new Set(causes.map(({ list }) => list)).size;
  const title = `Contact Folder Sync: ${countOf(lists, 'list needs', 'lists need')} attention`;
  return shorten(
    title,
    causes.map(cause => ({
      title: cause.list,
      value: describeCause(cause, halts && haltOf(halts, cause.list)?.reason),
    })),
  );
}

export function summaryOf(lists: readonly SummarisedList[]): Notice {
  const title = `Contact Folder Sync, this week: ${countOf(lists.length, 'list')}`;
  return shorten(
    title,
    lists.map(list => ({ title: list.id ?? 'without an id', value: describeList(list) })),
  );
}

export const testNotice: Notice = {
  title: 'Contact Folder Sync: a test',
  facts: [{ title: 'Notices', value: 'arrive here. Somebody asked for this one, and nothing is wrong' }],
  more: 0,
};

const never: Told = { at: 0, claimedUntil: 0 };

function shorten(title: string, facts: readonly NoticeFact[]): Notice {
  return { title, facts: facts.slice(0, mostFacts), more: facts.slice(mostFacts).length };
}

function describeCause(cause: NoticeCause, haltReason: string | undefined): string {
  switch (cause.kind) {
    case 'held':
      return `held: ${describeHeld(cause)} for a decision`;
    case 'halted':
      return `halted (${cause.code}): nothing is read or written until it is released${haltReason ? `. Reason given: ${haltReason}` : ''}`;
    case 'pinned':
      return 'pinned: it was rolled back, and nothing is read until it is unpinned';
    case 'error':
      return `in error (${cause.code})`;
    case 'mailboxesFailing':
      return `${countOf(cause.failed, 'mailbox fails', 'mailboxes fail')} (${cause.percent} %)`;
  }
}

function describeHeld({ removals, mailboxes }: { readonly removals: number; readonly mailboxes: number }): string {
  const contacts = removals > 0 ? [countOf(removals, 'removal')] : [];
  const leaving = mailboxes > 0 ? [countOf(mailboxes, 'mailbox that would leave', 'mailboxes that would leave')] : [];
  return `${[...contacts, ...leaving].join(' and ')} ${removals + mailboxes === 1 ? 'waits' : 'wait'}`;
}

function describeList({ state, contacts, mailboxes }: SummarisedList): string {
  const { current, ...others } = mailboxes;
  const behind = (['behind', 'waiting', 'failed'] as const).filter(name => others[name] > 0);
  const counts = [`${current} current`, ...behind.map(name => `${others[name]} ${name}`)].join(', ');
  return `${state}; ${countOf(contacts, 'contact')}; mailboxes: ${counts}`;
}
