import { isOtherJournal } from './dueMailboxes.ts';

/** A position of a list's journal. */
export interface JournalHead {
  readonly head: number;
  /** The journal that the head is one of, by the time it was begun; 0 where that is not known. */
  readonly epoch: number;
}

/** How far a mailbox is to be brought. `newest`: nobody has named a position, and the mailbox has none. */
export type AskedGoal = JournalHead | 'newest';

/** Where a mailbox stands, and what its list has come to. */
export interface Heads {
  /** What the mailbox has reached; undefined for nothing. */
  readonly reached: JournalHead | undefined;
  /** What the change in rings has brought to the mailbox's ring; undefined for a list without rings. */
  readonly ring: number | undefined;
  readonly journal: JournalHead;
}

/**
 * The position that a pass brings a mailbox to: what was asked for is a ceiling, and so is the ring. Neither takes back a
 * mailbox that is beyond it. Positions of another journal say nothing about this one.
 */
export function headOf(asked: AskedGoal, { reached, ring, journal }: Heads): number {
  const named = asked === 'newest' ? journal.head : (positionIn(journal, asked) ?? journal.head);
  const ceiling = ring !== undefined && ring < named ? ring : named;
  const at = positionIn(journal, reached) ?? 0;
  const head = at > ceiling ? at : ceiling;
  return head < journal.head ? head : journal.head;
}

/** What is asked for, or where the mailbox is if that is further: what is left of an older message takes nothing back. */
export function notBefore(reached: JournalHead | undefined, asked: AskedGoal): AskedGoal {
  if (asked === 'newest') return reached ?? asked;
  const at = positionIn(asked, reached) ?? 0;
  return at > asked.head ? { ...asked, head: at } : asked;
}

function positionIn({ epoch }: JournalHead, position: JournalHead | undefined): number | undefined {
  return position && !isOtherJournal(position.epoch, epoch) ? position.head : undefined;
}
