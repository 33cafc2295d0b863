import { type MailboxReport, type ShownGoal, type ShownMailboxState, stateOfMailbox } from './mailboxState.ts';

/** One mailbox as the status of its list counts it. */
export interface CountedMailbox extends MailboxReport {
  /** Epoch milliseconds since when it has not been in line with what was sent for; 0 if nobody noted it. */
  readonly behindSince: number;
  /** Contacts that Graph refused there. */
  readonly failed: number;
}

/** What some mailboxes of a list have not got yet. */
export interface Arrears {
  /** The lowest journal position that one of them has reached; undefined when none of them has one. */
  readonly lowestPosition: number | undefined;
  /** Epoch milliseconds since when the longest waiting one of those without a position waits; undefined for none. */
  readonly waitingSince: number | undefined;
}

/** How the mailboxes of a list stand, all counted from the rows that the fan-out has read. */
export interface ListStanding {
  /** Targets of every state; those that leave are not among them. */
  readonly mailboxes: number;
  readonly current: number;
  /** With those that a message is on its way to. */
  readonly behind: number;
  readonly waiting: number;
  readonly failed: number;
  readonly skipped: number;
  readonly leaving: number;
  /** Those that left and whose user is gone from the directory. */
  readonly gone: number;
  readonly failedContacts: number;
  /** Of mailboxes that are behind or waiting. */
  readonly late: Arrears;
  /** Of mailboxes that failed: they have an alert of their own, and one of them must not hide that others are late. */
  readonly refused: Arrears;
}

const nothingOwed: Arrears = { lowestPosition: undefined, waitingSince: undefined };
/** Of a list without mailboxes. */
export const noMailboxes: ListStanding = {
  mailboxes: 0,
  current: 0,
  behind: 0,
  waiting: 0,
  failed: 0,
  skipped: 0,
  leaving: 0,
  gone: 0,
  failedContacts: 0,
  late: nothingOwed,
  refused: nothingOwed,
};

/** Mailboxes that only keep what they have, and those that were cleaned up, count nowhere. */
export function standingOf(mailboxes: readonly CountedMailbox[], goal: ShownGoal): ListStanding {
  const shown = Map.groupBy(mailboxes, mailbox => stateOfMailbox(mailbox, goal));
  const inState = (...states: ShownMailboxState[]) => states.flatMap(state => shown.get(state) ?? []);
  const targets = inState('current', 'behind', 'syncing', 'waiting', 'failed', 'skipped');
  return {
    mailboxes: targets.length,
    current: inState('current').length,
    behind: inState('behind', 'syncing').length,
    waiting: inState('waiting').length,
    failed: inState('failed').length,
    skipped: inState('skipped').length,
    leaving: inState('leaving').length,
    gone: inState('gone').length,
    failedContacts: targets.reduce((sum, { failed }) => sum + failed, 0),
    late: arrearsOf(inState('behind', 'syncing', 'waiting'), goal.head),
    refused: arrearsOf(inState('failed'), goal.head),
  };
}

/** How the mailboxes of several parts stand together. */
export function addStandings(left: ListStanding, right: ListStanding): ListStanding {
  const { late, refused, ...counts } = left;
  const sums = Object.entries(counts).map(([name, count]) => [name, count + right[name as keyof typeof counts]]);
  return {
    ...(Object.fromEntries(sums) as typeof counts),
    late: addArrears(late, right.late),
    refused: addArrears(refused, right.refused),
  };
}

function addArrears(left: Arrears, right: Arrears): Arrears {
  return {
    lowestPosition: lowest(present(left.lowestPosition, right.lowestPosition)),
    waitingSince: lowest(present(left.waitingSince, right.waitingSince)),
  };
}

function present(...numbers: readonly (number | undefined)[]): number[] {
  return numbers.filter(number => number !== undefined);
}

/** Whether the mailbox has reached what the last message for it named. */
export function hasArrived({ state, position, settings, sentHead, sentSettings }: CountedMailbox): boolean {
  return state === 'current' && position >= sentHead && settings === sentSettings;
}

function arrearsOf(mailboxes: readonly CountedMailbox[], head: number): Arrears {
  const positions = mailboxes.map(({ position }) => position).filter(position => position >= 0 && position < head);
  const since = mailboxes.filter(({ position }) => position < 0).map(({ behindSince }) => behindSince);
  return { lowestPosition: lowest(positions), waitingSince: lowest(since.filter(time => time > 0)) };
}

function lowest(numbers: readonly number[]): number | undefined {
  return numbers.reduce<number | undefined>(
    (least, each) => (least === undefined || each < least ? each : least),
    undefined,
  );
}
