import { LRUCache } from 'lru-cache';
import { chunksOf } from '../domain/chunks.ts';
import { type Properties, RowConflict, type RowOperation, type StoredRow, type Table } from '../ports/tableStorage.ts';
import { deleteRows } from './deleteRows.ts';
import { gatherReads } from './gatheredReads.ts';
import { gatherWrites } from './gatheredWrites.ts';
import { atOnce, type Gathering } from './gathering.ts';
import { packJson } from './longText.ts';
import { openPendingResyncs } from './pendingResyncs.ts';
import { rangeOf } from './rowKey.ts';
import { joinEarlyAttempts } from './runAttempts.ts';
import {
  type AnnouncedMailbox,
  type AttemptReport,
  announcedColumns,
  type CountedRow,
  parseRunMailbox,
  type RunMailbox,
  reportedColumns,
  talliesOf,
  tallyAnnounced,
  tallyRow,
  toldOperation,
  toldPrefix,
} from './runMailbox.ts';
import { parseRunSummary, type RunFigures, type RunSummary } from './runSummary.ts';
import { openScheduledFanOut } from './scheduledFanOut.ts';
import {
  addTallies,
  differenceOf,
  isEmpty,
  mostCountedRows,
  sumTotals,
  type Totals,
  type TotalsLayout,
} from './totals.ts';
import { keepUnknownColumns } from './unknownColumns.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
const prefix = 'mailbox:';
const mailboxRows = rangeOf(prefix);
const mostOutcomeProperties = 8;

/** So many mailboxes are announced at a stroke. */
export const mostAnnouncedTogether = mostCountedRows;

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
    await unlessChanged(table.write(id, [{ kind: 'insert', rowKey: 'summary', properties }]));
  }

  async function writeSummary({ id, outcome: _outdated, ...summary }: RunSummary): Promise<void> {
    const properties = { schemaVersion, ...packJson('summary', summary) };
    await table.write(id, [{ kind: 'replace', rowKey: 'summary', properties }]);
  }

  async function readSummary(id: string): Promise<RunSummary | undefined> {
    const row = await table.get(id, 'summary');
    return row && parseRunSummary(id, row);
  }

  /** With the summary, until anything of the run changes. Too long a one is not worth keeping. */
  async function keepOutcome(id: string, outcome: RunFigures): Promise<void> {
    const properties = packJson('outcome', outcome);
    if (Object.keys(properties).length > mostOutcomeProperties) return;
    await table.write(id, [{ kind: 'merge', rowKey: 'summary', properties }]);
  }

  async function readLatest(limit: number, afterId?: string): Promise<RunSummary[]> {
    const rows = await table.queryAcross('summary', limit, afterId);
    return rows.map(({ partitionKey, row }) => parseRunSummary(partitionKey, row));
  }

  /** Names mailboxes of the run before their messages are sent: many at once, unless it has named one of them before. */
  async function announce(id: string, mailboxes: readonly AnnouncedMailbox[]): Promise<void> {
    const isTold = ({ problems = [] }: AnnouncedMailbox) => problems.length > 0;
    const quiet = chunksOf(
      mailboxes.filter(mailbox => !isTold(mailbox)),
      mostAnnouncedTogether,
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
      const etags = await writeRows(id, inserts, { difference });
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
    attempt: AttemptReport,
    now: number,
  ): Promise<void> {
    const columns = reportedColumns(attemptId, attempt, now);
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
        const [etag = ''] = await writeRows(id, operations, { difference, at: Number(columns.reportedAt) });
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
    return rows.map(row => parseRunMailbox(id, row));
  }

  /** A late report, or a mailbox that is sent for again: what was kept is not the outcome any more. */
  async function forgetOutcome(id: string): Promise<void> {
    await table.write(id, [{ kind: 'merge', rowKey: 'summary', properties: { outcome: '' } }]);
  }

  /** The mailboxes that have problems or notes, without what was done in them. */
  async function readTold(id: string): Promise<RunMailbox[]> {
    const rows = await table.query(id, rangeOf(toldPrefix));
    return rows.map(row => parseRunMailbox(id, row));
  }

  /** What `tallyRunMailbox` says of the run's mailboxes together. */
  async function readTotals(id: string): Promise<Totals | undefined> {
    return sumTotals(await table.query(id, rangeOf(totalsLayout.prefix)), totalsLayout);
  }

  /** The summary goes last, so that what an interruption leaves is found again. */
  async function remove(id: string): Promise<void> {
    const rows = await table.query(id, {}, ['RowKey']);
    await deleteRows(table, id, [...rows.filter(({ rowKey }) => rowKey !== 'summary'), { rowKey: 'summary' }]);
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

export type RunsTable = ReturnType<typeof openRuns>;
