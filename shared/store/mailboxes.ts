import { chunksOf } from '../domain/chunks.ts';
import type { LedgerEntry } from '../domain/ledgerEntry.ts';
import type { Clock } from '../ports/clock.ts';
import {
  type KeyRange,
  mostComparisons,
  type RowOperation,
  type StoredRow,
  type Table,
} from '../ports/tableStorage.ts';
import { readColumns, readEachColumn } from './columns.ts';
import { DamagedRow, type RowPlace, readRowOr } from './damagedRow.ts';
import { deleteRows } from './deleteRows.ts';
import type { Ended } from './listChanges.ts';
import { type MailboxCheckpoint, parseMailboxCheckpoint } from './mailboxCheckpoint.ts';
import { imagineLease, type LeaseTiming, type MailboxLease, takeMailboxLease } from './mailboxLease.ts';
import {
  doubtfulEntry,
  endedKey,
  endedPrefix,
  type Lease,
  leaseRow,
  ledgerKey,
  ledgerTime,
  type MailboxState,
  mailboxCheckpointKey,
  parseEnded,
  parseLedgerEntry,
  rowKinds,
  sealKey,
} from './mailboxRows.ts';
import { decodeKey, rangeOf } from './rowKey.ts';
import { maxTransactionRows } from './tables/limits.ts';
import { keepUnknownColumns } from './unknownColumns.ts';

/** A row of the ledger, and when it came to say so (epoch milliseconds; older rows do not tell). */
export interface LedgerRecord {
  readonly entry: LedgerEntry;
  readonly at?: number | undefined;
}

/** A contact in a mailbox, and what stayed behind of it. */
export interface Trace {
  readonly sourceKey: string;
  readonly record: LedgerRecord | undefined;
  readonly ended: Ended | 'damaged' | undefined;
}

/** The partition of one mailbox in `Mailboxes`: its lease, and checkpoint and ledger of each list. */
export function openMailboxPartition(stored: Table, mailboxId: string) {
  const table = keepUnknownColumns(stored, rowKinds);
  /** Ledger rows that came with the state, until one of them is written; undefined for one that is not there. */
  const foreseen = new Map<string, StoredRow | undefined>();
  /** Whole ledgers that came with the state, by list, until they are asked for or anything of the mailbox's ledgers is written. */
  const foreseenLedgers = new Map<string, readonly StoredRow[]>();
  /** By list; what is damaged of the mailbox itself concerns each of them. */
  const damage = new Map<string, DamagedRow>();
  return {
    mailboxId,
    readState,
    readLedger,
    readLedgerEntries,
    readLedgerRecord,
    readLedgerKeys,
    readTraces,
    forgetEnded,
    takeLease,
    imagineLease: (state: MailboxState, isBusy: boolean) => imagineLease(write, state, isBusy),
    forget,
    /** The first damaged row of a list that was met so far; what it said is found out anew. */
    damageOf: (listId: string) => damage.get(listId) ?? damage.get(''),
  };

  /**
   * @param likely what of the ledgers will probably be asked for, which comes along with the same request. It holds for
   * whoever takes the lease that was read: every commit changes its etag.
   */
  async function readState(likely: LikelyReading = nothingLikely): Promise<MailboxState> {
    const ledgers = likely.ledgers.slice(0, mostForeseenLedgers);
    const stateRange = { from: 'lease', to: `${sealKey};` };
    const ranges = [...ledgers.map(ledgerRange), stateRange];
    const keys = likely.entries
      .slice(0, mostComparisons - 2 * ranges.length)
      .map(({ listId, sourceKey }) => ledgerKey(listId, sourceKey));
    const { rows, atOneMoment } = await table.pick(mailboxId, keys, ranges);
    const found = new Map(rows.map(row => [row.rowKey, row]));
    if (atOneMoment) {
      for (const key of keys) foreseen.set(key, found.get(key));
      for (const listId of ledgers) foreseenLedgers.set(listId, rows.filter(isIn(ledgerRange(listId))));
    }
    const lease = rows.find(row => row.rowKey === 'lease');
    const checkpoints = rows
      .filter(row => row.rowKey.startsWith('list:'))
      .map(row => {
        const listId = row.rowKey.slice('list:'.length);
        const { checkpoint, unreadable } = parseMailboxCheckpoint(row.properties);
        if (unreadable !== undefined) noteDamage(listId, row, unreadable);
        return [listId, checkpoint] as const;
      });
    return {
      lease: lease && { lease: parseLease(lease), etag: lease.etag },
      sealEtag: rows.find(row => row.rowKey === sealKey)?.etag,
      checkpoints: new Map(checkpoints),
    };
  }

  async function readLedger(listId: string): Promise<LedgerEntry[]> {
    const rows = foreseenLedgers.get(listId) ?? (await table.query(mailboxId, ledgerRange(listId)));
    // They may be many, and are hardly asked for again.
    foreseenLedgers.delete(listId);
    return rows.map(row => parseOrDoubt(listId, row));
  }

  async function readLedgerEntries(listId: string, sourceKeys: readonly string[]): Promise<LedgerEntry[]> {
    const keys = sourceKeys.map(key => ledgerKey(listId, key));
    const known = keys.flatMap(key => foreseen.get(key) ?? []);
    const others = chunksOf(
      keys.filter(key => !foreseen.has(key)),
      mostComparisons,
    );
    const read = await Promise.all(others.map(async part => (await table.pick(mailboxId, part)).rows));
    return [...known, ...read.flat()].map(row => parseOrDoubt(listId, row));
  }

  async function readLedgerRecord(listId: string, sourceKey: string): Promise<LedgerRecord | undefined> {
    const row = await table.get(mailboxId, ledgerKey(listId, sourceKey));
    return row && recordOf(listId, row);
  }

  /** What is known of contacts of a list in the mailbox, in the order of their keys; with one request for a few. */
  async function readTraces(listId: string, sourceKeys: readonly string[]): Promise<Trace[]> {
    const keys = sourceKeys.flatMap(key => [ledgerKey(listId, key), endedKey(listId, key)]);
    const parts = await Promise.all(chunksOf(keys, mostComparisons).map(part => table.pick(mailboxId, part)));
    const rows = new Map(parts.flatMap(part => part.rows).map(row => [row.rowKey, row]));
    return sourceKeys.map(sourceKey => {
      const ledger = rows.get(ledgerKey(listId, sourceKey));
      const ended = rows.get(endedKey(listId, sourceKey));
      return { sourceKey, record: ledger && recordOf(listId, ledger), ended: ended && readEnded(ended) };
    });
  }

  function readEnded(row: StoredRow): Ended | 'damaged' {
    return readRowOr<Ended | 'damaged'>(
      placeOf(row),
      () => parseEnded(row),
      () => 'damaged',
    );
  }

  /** Of all lists, what ended before that time (epoch milliseconds). Resolves with the number. */
  async function forgetEnded(before: number): Promise<number> {
    const rows = await table.query(mailboxId, rangeOf(endedPrefix), ['at']);
    const old = rows.filter(({ properties }) => typeof properties.at !== 'number' || properties.at < before);
    return deleteRows(table, mailboxId, old);
  }

  function recordOf(listId: string, row: StoredRow): LedgerRecord {
    return { entry: parseOrDoubt(listId, row), at: readEachColumn(ledgerTime, row.properties).columns.at };
  }

  function parseOrDoubt(listId: string, row: StoredRow): LedgerEntry {
    return readRowOr(
      placeOf(row),
      () => parseLedgerEntry(row),
      ({ property }) => {
        noteDamage(listId, row, property);
        return doubtfulEntry(decodeKey(row.rowKey.slice(`contact:${listId}:`.length)), row);
      },
    );
  }

  /** Who may own it is taken for somebody who died while working: the folders are listed. */
  function parseLease(row: StoredRow): Lease {
    return readRowOr(
      placeOf(row),
      () => readColumns(leaseRow, row.properties),
      ({ property }) => {
        noteDamage('', row, property);
        return { owner: '', expiresAt: 0, working: true, sealEtag: '' };
      },
    );
  }

  function noteDamage(listId: string, row: StoredRow, property: string): void {
    if (!damage.has(listId)) damage.set(listId, new DamagedRow(placeOf(row), property));
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Mailboxes', partitionKey: mailboxId, rowKey };
  }

  async function write(operations: readonly RowOperation[]): Promise<string[]> {
    for (const { rowKey } of operations) foreseen.delete(rowKey);
    if (operations.some(({ rowKey }) => rowKey.startsWith('contact:'))) foreseenLedgers.clear();
    return table.write(mailboxId, operations);
  }

  /** Resolves with the time until which it is held when another owner has it. */
  function takeLease(
    state: MailboxState,
    owner: string,
    clock: Clock,
    timing: LeaseTiming,
  ): Promise<MailboxLease | { readonly heldUntil: number }> {
    return takeMailboxLease(write, state, owner, clock, timing);
  }

  /** Source keys of a list's ledger. */
  async function readLedgerKeys(listId: string): Promise<string[]> {
    const rowKeys = await readLedgerRowKeys(listId);
    return rowKeys.map(rowKey => decodeKey(rowKey.slice(`contact:${listId}:`.length)));
  }

  async function readLedgerRowKeys(listId: string): Promise<string[]> {
    const rows = await table.query(mailboxId, ledgerRange(listId), ['RowKey']);
    return rows.map(({ rowKey }) => rowKey);
  }

  /** Deletes what is kept about a list, and about the mailbox when nothing else is. */
  async function forget(listId: string): Promise<void> {
    const { checkpoints } = await readState();
    const isLast = [...checkpoints.keys()].every(id => id === listId);
    const ended = await table.query(mailboxId, rangeOf(`${endedPrefix}${listId}:`), ['RowKey']);
    const keys = [
      ...(await readLedgerRowKeys(listId)),
      ...ended.map(({ rowKey }) => rowKey),
      mailboxCheckpointKey(listId),
      ...(isLast ? ['lease', sealKey] : []),
    ];
    for (const part of chunksOf(keys, maxTransactionRows)) {
      await write(part.map(rowKey => ({ kind: 'delete', rowKey })));
    }
  }
}

export type MailboxPartition = ReturnType<typeof openMailboxPartition>;

export interface LedgerKey {
  readonly listId: string;
  readonly sourceKey: string;
}

export interface LikelyReading {
  /** Single rows. */
  readonly entries: readonly LedgerKey[];
  /** Lists whose whole ledgers have at most about `mostForeseenRows` together. */
  readonly ledgers: readonly string[];
}

const nothingLikely: LikelyReading = { entries: [], ledgers: [] };
/** With those of the state they are a page of the service; a second one would be read at another moment. */
export const mostForeseenRows = 900;
const mostForeseenLedgers = 4;

function ledgerRange(listId: string): KeyRange {
  return rangeOf(`contact:${listId}:`);
}

function isIn({ from, to }: KeyRange): (row: StoredRow) => boolean {
  return ({ rowKey }) => rowKey >= from && rowKey < to;
}

const mailboxesPerPage = 1000;

/** The mailboxes that hold something of a list. */
export function openMailboxIndex(table: Table) {
  return { findMailboxes };

  /** Looks through the whole table: only for what is lost otherwise. */
  async function findMailboxes(listId: string): Promise<{ mailboxId: string; checkpoint: MailboxCheckpoint }[]> {
    const found: { mailboxId: string; checkpoint: MailboxCheckpoint }[] = [];
    for (let after: string | undefined; ; after = found.at(-1)?.mailboxId) {
      const page = await table.queryAcross(mailboxCheckpointKey(listId), mailboxesPerPage, after);
      found.push(
        ...page.map(({ partitionKey, row }) => ({
          mailboxId: partitionKey,
          checkpoint: parseMailboxCheckpoint(row.properties).checkpoint,
        })),
      );
      if (page.length < mailboxesPerPage) return found;
    }
  }
}

export type MailboxIndex = ReturnType<typeof openMailboxIndex>;
