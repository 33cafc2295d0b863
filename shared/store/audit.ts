import * as z from 'zod';
import { day } from '../domain/durations.ts';
import type { StoredRow, Table } from '../ports/tableStorage.ts';
import { deleteRows } from './deleteRows.ts';
import { dayOf } from './utcDay.ts';

const schemaVersion = 1;
/** A page looks at this many days at most: one without a decision costs a request. */
const daysAPage = 31;
/** Days before the oldest that is kept which are looked at, for sweeps that did not run. */
const daysMissed = 10;
/** Row keys of a day sort newest first. */
const endOfTime = 10_000_000_000_000;

const detailsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
/** A column that cannot be read hides no other decision. */
const decisionRow = z.object({
  at: z.number().catch(0),
  action: z.string().catch('unreadable'),
  person: z.string().catch(''),
  list: z.string().catch(''),
  mailbox: z.string().catch(''),
  details: z.string().catch(''),
  result: z.string().catch('begun'),
});

/** What was decided by whom; ids only, and nothing of a contact. */
export interface Decision {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly action: string;
  /** Object id; empty for a function key. */
  readonly person: string;
  readonly list: string;
  readonly mailbox: string;
  /** What else was asked for: words and numbers of the API, and why, in the words of whoever decided. */
  readonly details: z.infer<typeof detailsSchema>;
  /** `begun` until the outcome is known: the process ended in between, or is still at work. */
  readonly result: string;
}

/** What is not given of its details is left out. */
export type NewDecision = Omit<Decision, 'result' | 'details'> & {
  readonly details: Readonly<Record<string, string | number | boolean | undefined>>;
};

export interface AuditQuestion {
  readonly list?: string | undefined;
  readonly action?: string | undefined;
  readonly limit: number;
  /** What `next` of the page before named. */
  readonly from?: string | undefined;
}

export interface AuditPage {
  readonly decisions: readonly Decision[];
  readonly next?: string;
}

/** The decisions, a partition a day, each day's newest first. */
export function openAudit(table: Table) {
  return { begin, end, readPage, forget };

  /** Before it is carried out, so that none is made that nobody can look up. Resolves with what `end` needs. */
  async function begin({ details, ...made }: NewDecision, id: string): Promise<{ day: string; rowKey: string }> {
    const place = { day: dayOf(made.at), rowKey: `${endOfTime - made.at}-${id}` };
    const properties = { schemaVersion, ...made, details: JSON.stringify(details), result: 'begun' };
    await table.write(place.day, [{ kind: 'insert', rowKey: place.rowKey, properties }]);
    return place;
  }

  async function end(place: { readonly day: string; readonly rowKey: string }, result: string): Promise<void> {
    await table.write(place.day, [{ kind: 'merge', rowKey: place.rowKey, properties: { result } }]);
  }

  /** Newest first. A page may be short, or empty, although more follow. */
  async function readPage(
    { list, action, limit, from }: AuditQuestion,
    now: number,
    keptDays: number,
  ): Promise<AuditPage> {
    const start = from === undefined ? undefined : { day: from.slice(0, 10), rowKey: from.slice(11) };
    const first = start ? Date.parse(start.day) : now;
    const oldest = dayOf(now - keptDays * day);
    const decisions: Decision[] = [];
    for (let index = 0; index <= daysAPage; index++) {
      const partition = dayOf(first - index * day);
      if (partition < oldest) return { decisions };
      if (index === daysAPage) return { decisions, next: `${partition}-` };
      const range = partition === start?.day && start.rowKey !== '' ? { from: start.rowKey } : {};
      for (const row of await table.query(partition, range)) {
        if (decisions.length === limit) return { decisions, next: `${partition}-${row.rowKey}` };
        const read = parseDecision(row);
        if ((list === undefined || read.list === list) && (action === undefined || read.action === action))
          decisions.push(read);
      }
    }
    return { decisions };
  }

  /** Deletes what is older than so many days. Resolves with how many decisions that were. */
  async function forget(now: number, keptDays: number): Promise<number> {
    let forgotten = 0;
    for (let index = 1; index <= daysMissed; index++) {
      const partition = dayOf(now - (keptDays + index) * day);
      const rows = await table.query(partition, {}, ['RowKey']);
      forgotten += await deleteRows(table, partition, rows);
    }
    return forgotten;
  }
}

function parseDecision({ properties }: StoredRow): Decision {
  const columns = decisionRow.parse(properties);
  return { ...columns, details: parseDetails(columns.details) };
}

function parseDetails(text: string): Decision['details'] {
  try {
    return detailsSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
