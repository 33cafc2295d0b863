import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import { type Properties, RowConflict, type RowOperation, type StoredRow, type Table } from '../ports/tableStorage.ts';
import { readColumns, readJson, storable } from './columns.ts';
import { describeDamage, type RowPlace, readRowOr } from './damagedRow.ts';
import { gatherReads } from './gatheredReads.ts';
import { gatherWrites } from './gatheredWrites.ts';
import { atOnce, type Gathering } from './gathering.ts';
import { packJson, unpackJson } from './longText.ts';
import { openPendingResyncs } from './pendingResyncs.ts';
import { storedProblem } from './progress.ts';
import { rangeOf } from './rowKey.ts';
import { joinEarlyAttempts } from './runAttempts.ts';
import { tallyRunMailbox } from './runTotals.ts';
import { openScheduledFanOut } from './scheduledFanOut.ts';
import {
  addTallies,
  differenceOf,
  isEmpty,
  mostCountedRows,
  sumTotals,
  type Tally,
  type Totals,
  type TotalsLayout,
} from './totals.ts';
import { keepUnknownColumns } from './unknownColumns.ts';

const schemaVersion = 1;

export const runCauses = ['schedule', 'resync', 'notification'] as const;

export const runProblem = storedProblem.extend({ list: z.string().optional(), mailbox: z.string().optional() });
export type RunProblem = z.infer<typeof runProblem>;

export const requestCounts = z.object({ requests: z.number(), roundTrips: z.number() });

const runSummary = z.object({
  cause: z.enum(runCauses),
  lists: z.array(z.string()),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  /** Epoch milliseconds when every message was sent, 0 before. */
  fannedOutAt: z.number(),
  /** The journal's head of each list when the messages were sent. */
  heads: z.record(z.string(), z.number()),
  problems: z.array(runProblem),
  /** What an admin may want to know and nobody has to mend. */
  notes: z.array(runProblem).default([]),
  graph: requestCounts,
  /** Its totals are those of its rows: no older version named mailboxes of it. */
  counted: z.boolean().optional(),
});

/** One pass over one or more lists; `startedAt` is in its id, newest first. */
export type RunSummary = z.infer<typeof runSummary> & {
  readonly id: string;
  /** What the mailboxes of a finished run came to, so that nobody reads their rows again. */
  readonly outcome?: RunFigures;
};

/** Left out while there was none. */
const rareCount = z.number().optional();
export const contactCounts = z.object({
  created: z.number(),
  updated: z.number(),
  deleted: z.number(),
  failed: z.number(),
  adopted: rareCount.meta({ description: "Contacts of users' own that the list took over" }),
  givenBack: rareCount.meta({ description: "Those that are their users' again" }),
  leftInDeletedItems: rareCount.meta({
    description:
      'Contacts deleted for good that Exchange kept in Deleted Items all the same, as it does with birthdays',
  }),
  ambiguous: rareCount.meta({ description: "Contacts made beside several of a user's own that may be meant" }),
  photos: rareCount.meta({ description: 'Photos written to contacts' }),
  photosFailed: rareCount.meta({ description: 'Photos that could not be written and are tried again later' }),
});
export type ContactCounts = z.infer<typeof contactCounts>;
export const noContacts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };

export const repairCounts = z.object({
  lost: z.number(),
  doubled: z.number(),
  orphaned: z.number(),
  drifted: z.number(),
});
/** What a listing of the folder found and repaired. */
export type RepairCounts = z.infer<typeof repairCounts>;
export const noRepairs: RepairCounts = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };

const attempt = z.object({ contacts: contactCounts, repaired: repairCounts, graph: requestCounts });
export type RunAttempt = z.infer<typeof attempt>;

export const runMailboxStates = ['sent', 'done', 'waiting', 'failed', 'skipped'] as const;
export type RunMailboxState = (typeof runMailboxStates)[number];

const mailboxRow = z.object({ state: z.enum(runMailboxStates), reportedAt: z.number() });
const listIds = z.array(z.string()).default([]);
const notesOfAttempt = z.array(runProblem);
const lastProblems = notesOfAttempt.default([]);

const count = z.number();
const runFigures = z.object({
  sent: count,
  done: count,
  waiting: count,
  failed: count,
  skipped: count,
  contacts: contactCounts,
  repaired: repairCounts,
  /** Of the mailboxes alone. */
  graph: requestCounts,
  /** Epoch milliseconds, 0 before the first report. */
  reportedAt: count,
  problems: z.array(runProblem),
  notes: z.array(runProblem),
});
/** What the mailboxes of a run came to so far. */
export type RunFigures = z.infer<typeof runFigures>;

/** One mailbox of a run: how it stands, and what each attempt cost and did. */
export interface RunMailbox extends z.infer<typeof mailboxRow> {
  readonly mailboxId: string;
  readonly lists: readonly string[];
  readonly attempts: readonly RunAttempt[];
  readonly problems: readonly RunProblem[];
  /** What an admin may want to know and nobody has to mend, over all attempts. */
  readonly notes: readonly RunProblem[];
}

/** What one attempt at a mailbox came to. */
export interface AttemptReport {
  readonly state: RunMailboxState;
  readonly done: RunAttempt;
  readonly problems: readonly RunProblem[];
  readonly notes?: readonly RunProblem[];
}

/** A mailbox as a run names it, before anything is done there. */
export interface AnnouncedMailbox {
  readonly mailboxId: string;
  readonly state: 'sent' | 'skipped';
  readonly lists: readonly string[];
  readonly problems?: readonly RunProblem[];
}

const prefix = 'mailbox:';
const mailboxRows = rangeOf(prefix);
/** Beside the row of a mailbox that has problems or notes, so that nobody reads all mailboxes for them. */
const toldPrefix = 'told:';
const mostOutcomeProperties = 8;
const mostProblems = 30;
const endOfTime = 9_999_999_999_999;

export const runIdPattern = /^\d{13}-[0-9a-f]{8}$/;

/** Run ids sort newest first, so that the first rows of the table are the latest runs. */
export function newRunId(now: number, unique: string): string {
  return `${String(endOfTime - now).padStart(13, '0')}-${unique.slice(0, 8)}`;
}

const totalsLayout: TotalsLayout = { prefix: 'total:', columns: {}, countedFromTheStart: true };
/** Rows that were announced and not yet reported are remembered, so that the report need not read them. */
const mostRemembered = 10_000;

/**
 * `Runs`: each mailbox has a row that a repeated message writes again, and the run's totals change with it by what that
 * makes different, so that nothing counts twice.
 */
export function openRuns(stored: Table, gathering: Gathering = atOnce) {
  const table = keepUnknownColumns(stored, [{ prefix: 'summary', columns: [], texts: ['summary', 'outcome'] }]);
  const readRow = gatherReads(table, gathering);
  const writeRows = gatherWrites(table, totalsLayout, gathering);
  // Made when it is needed: it takes its whole size at once.
  let announced: LRUCache<string, CountedRow> | undefined;
  return {
    ...openPendingResyncs(table),
    ...openScheduledFanOut(table),
    createSummary,
    writeSummary,
    readSummary,
    readLatest,
    announce,
    report,
    readMailboxes,
    readTotals,
    readTold,
    keepOutcome,
    remove,
  };

  /** Unless it is there already. */
  async function createSummary({ id, outcome: _none, ...summary }: RunSummary): Promise<void> {
    const properties = { schemaVersion, ...packJson('summary', summary) };
    try {
      await table.write(id, [{ kind: 'insert', rowKey: 'summary', properties }]);
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
    }
  }

  async function writeSummary({ id, outcome: _outdated, ...summary }: RunSummary): Promise<void> {
    const properties = { schemaVersion, ...packJson('summary', summary) };
    await table.write(id, [{ kind: 'replace', rowKey: 'summary', properties }]);
  }

  async function readSummary(id: string): Promise<RunSummary | undefined> {
    const row = await table.get(id, 'summary');
    return row && parseSummary(id, row);
  }

  /** With the summary, until anything of the run changes. Too long a one is not worth keeping. */
  async function keepOutcome(id: string, outcome: RunFigures): Promise<void> {
    const properties = packJson('outcome', outcome);
    if (Object.keys(properties).length > mostOutcomeProperties) return;
    await table.write(id, [{ kind: 'merge', rowKey: 'summary', properties }]);
  }

  async function readLatest(limit: number, afterId?: string): Promise<RunSummary[]> {
    const rows = await table.queryAcross('summary', limit, afterId);
    return rows.map(({ partitionKey, row }) => parseSummary(partitionKey, row));
  }

  /** Names mailboxes of the run before their messages are sent: many at once, unless it has named one of them before. */
  async function announce(id: string, mailboxes: readonly AnnouncedMailbox[]): Promise<void> {
    const isTold = ({ problems = [] }: AnnouncedMailbox) => problems.length > 0;
    const quiet = chunksOf(
      mailboxes.filter(mailbox => !isTold(mailbox)),
      mostCountedRows,
    );
    await Promise.all([
      ...quiet.map(part => announceTogether(id, part)),
      ...mailboxes.filter(isTold).map(mailbox => announceOne(id, mailbox)),
    ]);
  }

  async function announceTogether(id: string, mailboxes: readonly AnnouncedMailbox[]): Promise<void> {
    const rows = mailboxes.map(mailbox => ({
      rowKey: prefix + mailbox.mailboxId,
      properties: { schemaVersion, ...announcedColumns(mailbox) },
    }));
    const tallies = mailboxes.map(tallyAnnounced);
    const difference = addTallies(...tallies);
    try {
      const inserts = rows.map((row): RowOperation => ({ kind: 'insert', ...row }));
      const etags = await writeRows(id, inserts, difference);
      for (const [index, row] of rows.entries()) {
        const counted = { ...row, etag: etags[index] ?? '', tally: tallies[index] ?? {} };
        remember(id, mailboxes[index]?.mailboxId ?? '', counted);
      }
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
      await Promise.all(mailboxes.map(mailbox => announceOne(id, mailbox)));
    }
  }

  async function announceOne(id: string, mailbox: AnnouncedMailbox): Promise<void> {
    const { mailboxId } = mailbox;
    const known = await readRow(id, prefix + mailboxId);
    remember(id, mailboxId, await change(id, mailboxId, announcedColumns(mailbox), known));
  }

  function remember(id: string, mailboxId: string, row: CountedRow): void {
    announced ??= new LRUCache({ max: mostRemembered });
    announced.set(`${id}/${mailboxId}`, row);
  }

  /** Written at each attempt before its message completes; the same attempt again replaces itself. */
  async function report(
    id: string,
    mailboxId: string,
    attemptId: string,
    { state, done, problems, notes = [] }: AttemptReport,
    now: number,
  ): Promise<void> {
    const columns = {
      state,
      reportedAt: now,
      [`attempt${attemptId}`]: JSON.stringify(done),
      // One property: a part that an earlier attempt left behind would be read as part of this one.
      ...packJson('problems', shortened(problems)),
      ...(notes.length > 0 ? { [`notes${attemptId}`]: JSON.stringify(shortened(notes)) } : {}),
    };
    const key = `${id}/${mailboxId}`;
    const known = announced?.get(key);
    announced?.delete(key);
    await change(id, mailboxId, columns, known ?? (await readRow(id, prefix + mailboxId)));
  }

  /** Merges columns into a mailbox's row as it is at that moment, and what they change into the totals. */
  async function change(
    id: string,
    mailboxId: string,
    columns: Properties,
    known: StoredRow | CountedRow | undefined,
  ): Promise<CountedRow> {
    const rowKey = prefix + mailboxId;
    const properties = { schemaVersion, ...columns };
    for (let row = known; ; row = await readRow(id, rowKey)) {
      const all = joinEarlyAttempts({ ...row?.properties, ...properties });
      const changed = { rowKey, etag: '', properties: all };
      const before = row ? talliesOf(id, row) : {};
      const after = tallyRow(id, changed);
      const difference = differenceOf(after, before);
      const isTold = after.told !== undefined || before.told !== undefined;
      try {
        const operations = [changeOf(row, changed, properties), ...(isTold ? [toldOperation(mailboxId, changed)] : [])];
        const [etag = ''] = await writeRows(id, operations, difference, Number(columns.reportedAt));
        const wasOver = row !== undefined && !before.sent && !before.waiting;
        if (wasOver && !isEmpty(difference)) await forgetOutcome(id);
        return { ...changed, etag, tally: after };
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
  }

  async function readMailboxes(id: string): Promise<RunMailbox[]> {
    const rows = await table.query(id, mailboxRows);
    return rows.map(row => parseMailbox(id, row));
  }

  /** A late report, or a mailbox that is sent for again: what was kept is not the outcome any more. */
  async function forgetOutcome(id: string): Promise<void> {
    await table.write(id, [{ kind: 'merge', rowKey: 'summary', properties: { outcome: '' } }]);
  }

  /** The mailboxes that have problems or notes, without what was done in them. */
  async function readTold(id: string): Promise<RunMailbox[]> {
    const rows = await table.query(id, rangeOf(toldPrefix));
    return rows.map(row => parseMailbox(id, row));
  }

  /** What `tallyRunMailbox` says of the run's mailboxes together. */
  async function readTotals(id: string): Promise<Totals | undefined> {
    return sumTotals(await table.query(id, rangeOf(totalsLayout.prefix)), totalsLayout);
  }

  /** The summary goes last, so that what an interruption leaves is found again. */
  async function remove(id: string): Promise<void> {
    const rows = await table.query(id, {}, ['RowKey']);
    const keys = [...rows.map(({ rowKey }) => rowKey).filter(key => key !== 'summary'), 'summary'];
    for (let start = 0; start < keys.length; start += 100) {
      await table.write(
        id,
        keys.slice(start, start + 100).map(rowKey => ({ kind: 'delete', rowKey })),
      );
    }
  }
}

/** A merge takes no column away. */
function changeOf(row: StoredRow | undefined, { rowKey, properties }: StoredRow, changed: Properties): RowOperation {
  if (!row) return { kind: 'insert', rowKey, properties };
  const { etag } = row;
  const isJoined = Object.keys(row.properties).some(name => !(name in properties));
  return isJoined
    ? { kind: 'replace', rowKey, properties, etag }
    : { kind: 'merge', rowKey, properties: changed, etag };
}

function toldOperation(mailboxId: string, { properties }: StoredRow): RowOperation {
  const told = Object.entries(properties).filter(([name]) => !name.startsWith('attempt'));
  return { kind: 'replace', rowKey: toldPrefix + mailboxId, properties: Object.fromEntries(told) };
}

function announcedColumns({ state, lists, problems = [] }: AnnouncedMailbox): Properties {
  return { state, reportedAt: 0, ...packJson('lists', lists), ...packJson('problems', problems) };
}

function tallyAnnounced(mailbox: AnnouncedMailbox): Tally {
  return tallyRunMailbox({ problems: [], notes: [], attempts: [], ...mailbox });
}

/** A mailbox's row, with what it adds to the run's totals. */
interface CountedRow extends StoredRow {
  readonly tally: Tally;
}

function talliesOf(id: string, row: StoredRow | CountedRow): Tally {
  return 'tally' in row ? row.tally : tallyRow(id, row);
}

function tallyRow(id: string, row: StoredRow): Tally {
  return tallyRunMailbox(parseMailbox(id, row));
}

/** As many as one property surely holds; the ledger keeps the reason of every contact. */
function shortened(problems: readonly RunProblem[]): RunProblem[] {
  const named = problems.slice(0, mostProblems).map(each => ({ ...each, detail: each.detail.slice(0, 400) }));
  const more = problems.length - named.length;
  return more > 0 ? [...named, { code: 'MoreProblems', detail: `${more} more problems of this mailbox` }] : named;
}

export type RunsTable = ReturnType<typeof openRuns>;

/** One that cannot be read, or is of another version, is found out anew. */
function readOutcome({ properties }: StoredRow): { outcome?: RunFigures } {
  if (!properties.outcome) return {};
  const outcome = runFigures.safeParse(unpackJson('outcome', properties));
  return outcome.success ? { outcome: outcome.data } : {};
}

/** Members that a newer version added stay where they are. */
const storedSummary = storable(runSummary);

/** Of a damaged row only its key tells something. */
function parseSummary(id: string, row: StoredRow): RunSummary {
  const place: RowPlace = { table: 'Runs', partitionKey: id, rowKey: row.rowKey };
  const startedAt = endOfTime - Number.parseInt(id, 10);
  return readRowOr<RunSummary>(
    place,
    () => ({
      ...readJson('summary', storedSummary, row.properties),
      id,
      ...readOutcome(row),
    }),
    damage => ({
      id,
      cause: 'schedule',
      lists: [],
      startedAt,
      fannedOutAt: startedAt,
      heads: {},
      problems: [describeDamage(damage, 'What the run came to is not known')],
      notes: [],
      graph: { requests: 0, roundTrips: 0 },
    }),
  );
}

function parseMailbox(id: string, row: StoredRow): RunMailbox {
  const mailboxId = row.rowKey.slice(row.rowKey.indexOf(':') + 1);
  return readRowOr<RunMailbox>(
    { table: 'Runs', partitionKey: id, rowKey: row.rowKey },
    () => ({
      mailboxId,
      ...readColumns(mailboxRow, row.properties),
      lists: readJson('lists', listIds, row.properties),
      attempts: readNamed('attempt', attempt, row),
      problems: readJson('problems', lastProblems, row.properties),
      notes: readNamed('notes', notesOfAttempt, row).flat(),
    }),
    damage => ({
      mailboxId,
      state: 'failed',
      reportedAt: 0,
      lists: [],
      attempts: [],
      problems: [
        { mailbox: mailboxId, ...describeDamage(damage, 'What became of the mailbox in this run is not known') },
      ],
      notes: [],
    }),
  );
}

/** One property each: that of attempt 21 is no part of that of attempt 2. @throws UnreadableProperty */
function readNamed<Schema extends z.ZodType>(
  prefixOfName: string,
  schema: Schema,
  { properties }: StoredRow,
): z.output<Schema>[] {
  return Object.entries(properties)
    .filter(([name]) => name.startsWith(prefixOfName))
    .map(([name, value]) => readJson(name, schema, { [name]: value }));
}
