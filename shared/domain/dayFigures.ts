import type { MailboxCounts } from './mailboxTally.ts';

/** What a pass over a mailbox adds to its list's figures of the day. */
export interface PassWork {
  readonly contacts: {
    readonly created: number;
    readonly updated: number;
    readonly deleted: number;
    readonly failed: number;
    readonly adopted?: number | undefined;
    readonly givenBack?: number | undefined;
  };
  /** Answers of Graph that asked to wait. */
  readonly throttled: number;
  /** Milliseconds that each change which came to the mailbox had taken since it was captured. */
  readonly delays: readonly number[];
}

/** Numbers by name; they can be added up, whoever counted them. */
type Figures = Readonly<Record<string, number>>;

/** What was done on a day. */
export interface DayWork {
  readonly contacts: { created: number; updated: number; deleted: number; failed: number };
  readonly throttled: number;
  /** In seconds; undefined on a day on which no change came to a mailbox. */
  readonly delay: { readonly changes: number; readonly median: number; readonly percentile99: number } | undefined;
}

/** How a list's mailboxes stood. */
export type DayStanding = Pick<MailboxCounts, 'current' | 'behind' | 'waiting' | 'failed' | 'skipped'>;

const delayPrefix = 'within.';
/**
 * Seconds: delays are counted by quarters of powers of two, from one second to twelve days, so that what several
 * writers counted adds up. A percentile is the upper end of its step: at most 19 % too high.
 */
const ends: readonly number[] = Array.from({ length: 81 }, (_, step) => 2 ** (step / 4));

export function figuresOf({ contacts, throttled, delays }: PassWork): Figures {
  const { created, updated, deleted, failed, adopted = 0, givenBack = 0 } = contacts;
  const figures: Record<string, number> = {
    ...{ created, deleted, failed, throttled },
    updated: updated + adopted + givenBack,
  };
  for (const delay of delays) {
    const name = `${delayPrefix}${stepOf(delay)}`;
    figures[name] = (figures[name] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(figures).filter(([, number]) => number !== 0));
}

export function workIn(figures: Figures): DayWork {
  const { created = 0, updated = 0, deleted = 0, failed = 0, throttled = 0 } = figures;
  return { contacts: { created, updated, deleted, failed }, throttled, delay: delayIn(figures) };
}

function delayIn(figures: Figures): DayWork['delay'] {
  const steps = Object.entries(figures)
    .filter(([name]) => name.startsWith(delayPrefix))
    .map(([name, changes]) => ({ step: Number(name.slice(delayPrefix.length)), changes }))
    .sort((left, right) => left.step - right.step);
  const changes = steps.reduce((sum, each) => sum + each.changes, 0);
  if (changes === 0) return undefined;
  const percentile = (share: number) => {
    let reached = 0;
    for (const each of steps) {
      reached += each.changes;
      if (reached >= share * changes) return endOf(each.step);
    }
    return endOf(ends.length);
  };
  return { changes, median: percentile(0.5), percentile99: percentile(0.99) };
}

/** One that lasted longer than all of them is in the last. */
function stepOf(milliseconds: number): number {
  const step = ends.findIndex(seconds => milliseconds <= 1000 * seconds);
  return step < 0 ? ends.length - 1 : step;
}

function endOf(step: number): number {
  return ends[step] ?? ends.at(-1) ?? 0;
}
