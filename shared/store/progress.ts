import * as z from 'zod';
import { type Audience, everybody } from '../domain/audience.ts';
import { chunksOf } from '../domain/chunks.ts';
import { type Membership, memberships, reportedStates } from '../domain/dueMailboxes.ts';
import { tallyMailbox } from '../domain/mailboxTally.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readEachColumn, readJson } from './columns.ts';
import { DamagedRow, describeDamage, type RowPlace, readRowOr } from './damagedRow.ts';
import { gatherReads } from './gatheredReads.ts';
import { gatherWrites } from './gatheredWrites.ts';
import { atOnce, type Gathering } from './gathering.ts';
import { packJson } from './longText.ts';
import { justAfter, rangeOf } from './rowKey.ts';
import {
  addTallies,
  type Days,
  differenceOf,
  isCounted,
  isEmpty,
  mostCountedRows,
  recountOperations,
  sumDays,
  sumTotals,
  type Tally,
  type TotalsLayout,
} from './totals.ts';
import { unlessChanged } from './unlessChanged.ts';
import { dayOf } from './utcDay.ts';
import { writeInTurn } from './writeInTurn.ts';

const schemaVersion = 1;

export const problem = z.object({ code: z.string(), detail: z.string() });

/** A problem as rows hold it, with what is not shown as it is. */
export const storedProblem = problem.extend({
  /** Where the list's settings name what is wrong, for whoever may see the value. */
  setting: z.object({ path: z.string(), print: z.string() }).optional(),
  /** Source key of the contact that it is about: the same in many mailboxes is said once. */
  contact: z.string().optional(),
});
export type Problem = z.infer<typeof storedProblem>;
const problemColumn = storedProblem.nullish();

const handlerColumns = z.object({
  state: z.enum(reportedStates).default('behind'),
  position: z.number().default(-1),
  /** The journal that the position counts in (see the mailbox's checkpoint). */
  epoch: z.number().default(0),
  settings: z.string().default(''),
  audience: z.string().default(everybody),
  contacts: z.number().default(0),
  failed: z.number().default(0),
  /** Epoch milliseconds of the next try, 0 for none. */
  dueAt: z.number().default(0),
  /** Epoch milliseconds of the last finished pass, 0 before the first. */
  syncedAt: z.number().default(0),
  sequence: z.number().default(0),
  /** Epoch milliseconds when a mailbox that left was found to have no user any more, 0 for none. */
  goneAt: z.number().default(0),
  /** Of the last change in rings that wrote fields into contacts: its name, how many, and how many users had edited. */
  editsOf: z.string().default(''),
  patchedFields: z.number().default(0),
  editedFields: z.number().default(0),
});

const fanOutColumns = z.object({
  wanted: z.enum(memberships).default('target'),
  /** Epoch milliseconds when somebody last had the mailbox cleared or asked for it by name, 0 for never. */
  decidedAt: z.number().default(0),
  /** Epoch milliseconds when it left, so that a slow loss of members counts too. */
  leftAt: z.number().default(0),
  /** The ring that it is in, counted from 0; -1 where that is not known, or the list has none. */
  ring: z.number().default(-1),
  /** What the mailbox may see. */
  wantedAudience: z.string().default(everybody),
  /** Head, settings and time of the last message sent for it. */
  sentHead: z.number().default(-1),
  sentSettings: z.string().default(''),
  sentAt: z.number().default(0),
  /** Id of the run that it was sent for, so that the run does not send it again where it goes on after its host died. */
  sentRun: z.string().default(''),
  /** Epoch milliseconds since when it has not been in line with what was sent for, 0 before the first message. */
  behindSince: z.number().default(0),
  /** Epoch milliseconds from when a full reconcile is due, 0 for none. */
  fullDueAt: z.number().default(0),
  /** Why a member of the list's groups is skipped, empty for a target. */
  skipReason: z.string().default(''),
});

type FanOutColumns = z.infer<typeof fanOutColumns>;

/** What the fan-out has to say of a mailbox. */
export type FanOutNote = Partial<FanOutColumns> & { readonly mailboxId: string };

/** What a handler reports of a mailbox, and what the fan-out noted about it. */
export interface Progress extends z.infer<typeof handlerColumns>, Omit<FanOutColumns, 'wanted'> {
  /** `unknown`: the row is damaged there. */
  readonly wanted: Membership | 'unknown';
  readonly mailboxId: string;
  readonly problem?: Problem;
  /** The fan-out's columns of a damaged row, to be written with the next report. */
  readonly repairs?: Partial<FanOutColumns>;
}

type EditColumns = 'editsOf' | 'patchedFields' | 'editedFields';

/** Of columns that may be absent: they stay as they are then. */
export type ProgressReport = Omit<z.infer<typeof handlerColumns>, 'audience' | EditColumns> & {
  /** Absent where it stays as it is. */
  readonly audience?: Audience;
  readonly problem?: Problem;
  readonly edits?: Pick<z.infer<typeof handlerColumns>, EditColumns> | undefined;
  /** 0: the full reconcile that was asked for is done. */
  readonly fullDueAt?: 0;
};

/** Columns to be merged into a row, and what they add to the figures of days. */
interface Change {
  readonly columns: Properties;
  readonly days?: Days;
}

/** What a row says that says nothing. */
const unknownMailbox = { ...handlerColumns.parse({}), ...fanOutColumns.parse({}) };

/**
 * For an older version, which reads the whole partition, a row of totals is a mailbox that keeps what it has: it does
 * nothing with that, and counts it nowhere.
 */
const totalsLayout: TotalsLayout = { prefix: '$total:', columns: { wanted: 'kept' }, countedFromTheStart: false };
const rowsPerPage = 1000;
/** So many wait for each other, that none waits for what could leave with it. */
const transactionsInLine = 10;
/** No mailbox's id comes before it, and every row of totals does. */
const firstMailbox = '-';

/** `Progress`: what the fan-out and the status pages read. A stale row costs a repeated message, never a wrong write. */
export function openProgress(table: Table, gathering: Gathering = atOnce) {
  const readRow = gatherReads(table, gathering);
  const writeRows = gatherWrites(table, totalsLayout, gathering);
  /** Rows that were damaged when this process last read them: a note may mend one, and then changes the totals. */
  const damaged = new Set<string>();
  return { readAll, recount, readTotals, readFigures, readPage, readPages, read, add, note, report, remove };

  function parse(listId: string, row: StoredRow): Progress {
    const progress = parseProgress(listId, row);
    const key = keyOf(listId, row.rowKey);
    if (progress.repairs) damaged.add(key);
    else damaged.delete(key);
    return progress;
  }

  async function readAll(listId: string): Promise<Progress[]> {
    const rows = await table.query(listId, { from: firstMailbox });
    return rows.map(row => parse(listId, row));
  }

  /**
   * Every row, some at a time, and after the last one mends the list's totals where they are not those of the rows: an
   * older version beside this one counts nothing. Totals that somebody changes meanwhile are left to the next time.
   */
  async function* recount(listId: string): AsyncGenerator<Progress[]> {
    const totals: StoredRow[] = [];
    let exact: Tally = {};
    // The totals come first.
    for await (const rows of readRowsFrom(totalsLayout.prefix, listId)) {
      const isTotals = ({ rowKey }: StoredRow) => rowKey.startsWith(totalsLayout.prefix);
      const mailboxes = rows.filter(row => !isTotals(row)).map(row => parse(listId, row));
      totals.push(...rows.filter(isTotals));
      exact = addTallies(exact, ...mailboxes.map(tallyMailbox));
      yield mailboxes;
    }
    if (isCounted(totalsLayout, totals, exact)) return;
    await unlessChanged(table.write(listId, recountOperations(totalsLayout, totals, exact)));
  }

  /** Every row, some at a time, in the order of their mailboxes' ids. */
  async function* readPages(listId: string): AsyncGenerator<Progress[]> {
    for await (const rows of readRowsFrom(firstMailbox, listId)) yield rows.map(row => parse(listId, row));
  }

  async function* readRowsFrom(first: string, listId: string): AsyncGenerator<StoredRow[]> {
    for (let from: string | undefined = first; from !== undefined; ) {
      const rows: StoredRow[] = await table.query(listId, { from, limit: rowsPerPage });
      yield rows;
      const last = rows.length < rowsPerPage ? undefined : rows.at(-1);
      from = last && justAfter(last.rowKey);
    }
  }

  /** What `tallyMailbox` says of all mailboxes together; undefined where an older version left rows uncounted. */
  async function readTotals(listId: string): Promise<Tally | undefined> {
    return sumTotals(await table.query(listId, rangeOf(totalsLayout.prefix)), totalsLayout)?.tally;
  }

  /** The same, and what was done on the latest days: with one request. */
  async function readFigures(listId: string): Promise<{ readonly totals: Tally | undefined; readonly days: Days }> {
    const rows = await table.query(listId, rangeOf(totalsLayout.prefix));
    return { totals: sumTotals(rows, totalsLayout)?.tally, days: sumDays(rows) };
  }

  /** At most `limit` rows in the order of their mailboxes' ids, from the id `from` (included) on. */
  async function readPage(listId: string, limit: number, from = firstMailbox): Promise<Progress[]> {
    const rows = await table.query(listId, { limit, from });
    return rows.map(row => parse(listId, row));
  }

  async function read(listId: string, mailboxId: string): Promise<ReadProgress | undefined> {
    const row = await readRow(listId, mailboxId);
    return row && { progress: parse(listId, row), etag: row.etag, properties: row.properties };
  }

  /** Notes mailboxes that have no row as far as anybody knows: many at once. */
  async function add(listId: string, notes: readonly FanOutNote[]): Promise<void> {
    const transactions = chunksOf(notes, mostCountedRows);
    for (const some of chunksOf(transactions, transactionsInLine)) {
      await Promise.all(some.map(part => addTogether(listId, part)));
    }
  }

  async function addTogether(listId: string, notes: readonly FanOutNote[]): Promise<void> {
    const operations = notes.map(
      ({ mailboxId, ...columns }): RowOperation => ({
        kind: 'insert',
        rowKey: mailboxId,
        properties: { schemaVersion, ...columns },
      }),
    );
    const difference = addTallies(...notes.map(columns => tallyMailbox({ ...unknownMailbox, ...columns })));
    if (!(await unlessChanged(writeRows(listId, operations, { difference })))) await note(listId, notes);
  }

  /** The fan-out's own columns, merged; never what a handler reports. */
  async function note(listId: string, notes: readonly FanOutNote[]): Promise<void> {
    const changesTotals = ({ mailboxId, wanted, wantedAudience }: FanOutNote) =>
      wanted !== undefined || wantedAudience !== undefined || damaged.has(keyOf(listId, mailboxId));
    const counting = notes.filter(changesTotals);
    const others = notes.filter(note => !changesTotals(note));
    await Promise.all(counting.map(({ mailboxId, ...columns }) => change(listId, mailboxId, () => ({ columns }))));
    const operations = others.map(
      ({ mailboxId, ...columns }): RowOperation => ({
        kind: 'merge',
        rowKey: mailboxId,
        properties: { schemaVersion, ...columns },
      }),
    );
    await writeInTurn(table, listId, operations);
  }

  /**
   * A handler's columns, and what its pass has settled of the fan-out's. Dropped when a later commit of the mailbox has
   * already reported (rules.md: Progress).
   *
   * @param known the row as it was read before, which spares reading it again when nobody wrote since
   * @param work what the pass adds to the figures of the day
   */
  async function report(
    listId: string,
    mailboxId: string,
    { problem: reported, edits, ...columns }: ProgressReport,
    { known, work = {} }: { readonly known?: ReadProgress | undefined; readonly work?: Tally } = {},
  ): Promise<void> {
    const problem = packJson('problem', reported ?? null);
    const day = dayOf(columns.syncedAt);
    await change(
      listId,
      mailboxId,
      row => {
        if (row && row.sequence > columns.sequence) return undefined;
        // Whatever does something ends with a higher sequence: one that is there already has counted.
        const counts = !isEmpty(work) && row?.sequence !== columns.sequence;
        return {
          columns: { ...row?.repairs, ...columns, ...edits, ...problem },
          ...(counts ? { days: { [day]: work } } : {}),
        };
      },
      known,
    );
  }

  /** Merges columns into a row as it is at that moment, and what they change into the totals; nothing for undefined. */
  async function change(
    listId: string,
    mailboxId: string,
    changeOf: (row: Progress | undefined) => Change | undefined,
    known?: ReadProgress,
  ): Promise<void> {
    for (let row = known ?? (await read(listId, mailboxId)); ; row = await read(listId, mailboxId)) {
      const changed = changeOf(row?.progress);
      if (!changed) return;
      const { columns, days = {} } = changed;
      const properties = { schemaVersion, ...columns };
      const operation: RowOperation = row
        ? { kind: 'merge', rowKey: mailboxId, properties, etag: row.etag }
        : { kind: 'insert', rowKey: mailboxId, properties };
      const after = parseProgress(listId, {
        rowKey: mailboxId,
        etag: '',
        properties: { ...row?.properties, ...properties },
      });
      const difference = differenceOf(tallyMailbox(after), row ? tallyMailbox(row.progress) : {});
      if (await unlessChanged(writeRows(listId, [operation], { difference, days }))) return;
    }
  }

  /** Unless somebody wrote it since it was read. */
  async function remove(listId: string, { progress, etag }: ReadProgress): Promise<boolean> {
    const difference = differenceOf({}, tallyMailbox(progress));
    return unlessChanged(writeRows(listId, [{ kind: 'delete', rowKey: progress.mailboxId, etag }], { difference }));
  }
}

function keyOf(listId: string, mailboxId: string): string {
  return `${listId} ${mailboxId}`;
}

/** A row with what guards the next write of it. */
export interface ReadProgress {
  readonly progress: Progress;
  readonly etag: string;
  readonly properties: Properties;
}

export type ProgressTable = ReturnType<typeof openProgress>;

/** What cannot be read of a row is as if it had never been written, and the mailbox is to be looked at. */
function parseProgress(listId: string, row: StoredRow): Progress {
  const { rowKey: mailboxId, properties } = row;
  const place: RowPlace = { table: 'Progress', partitionKey: listId, rowKey: mailboxId };
  const reported = readEachColumn(handlerColumns, properties);
  const noted = readEachColumn(fanOutColumns, properties);
  const problem = readRowOr<Problem | DamagedRow | null | undefined>(
    place,
    () => readJson('problem', problemColumn, properties),
    damage => damage,
  );
  const [property] = [...noted.unreadable, ...reported.unreadable];
  const damage = property === undefined ? problem : new DamagedRow(place, property);
  const columns = { mailboxId, ...reported.columns, ...noted.columns };
  if (!(damage instanceof DamagedRow)) return { ...columns, ...(damage ? { problem: damage } : {}) };
  return { ...columns, ...damagedColumns(noted), problem: describeDamage(damage, willBeLookedAt) };
}

const willBeLookedAt =
  'A target of the list is looked at in the next run, which writes the row anew; for a mailbox that left, ask for POST /api/lists/{list}/mailboxes/{mailbox}/clear';

function damagedColumns({ columns, unreadable }: { columns: FanOutColumns; unreadable: readonly string[] }) {
  const isUnknown = unreadable.includes('wanted');
  const repaired = Object.entries(columns).filter(([name]) => unreadable.includes(name) && name !== 'wanted');
  return {
    state: 'failed' as const,
    position: -1,
    dueAt: 0,
    // The time of a decision that is not known: the mailbox's own checkpoint tells whether it was cleared.
    ...(isUnknown ? { wanted: 'unknown' as const, decidedAt: 0 } : {}),
    repairs: Object.fromEntries(repaired) as Partial<FanOutColumns>,
  };
}
