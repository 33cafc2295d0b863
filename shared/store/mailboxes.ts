import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import type { FieldFingerprints } from '../domain/fingerprint.ts';
import { isPresent, type LedgerEntry, type Refusal, type Suspicion } from '../domain/ledgerEntry.ts';
import { namedProperties } from '../domain/namedProperties.ts';
import {
  mostPickedRows,
  type Properties,
  type RowOperation,
  type StoredRow,
  type Table,
} from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readJson } from './columns.ts';
import { DamagedRow, type RowPlace, readRowOr } from './damagedRow.ts';
import { packJson } from './longText.ts';
import {
  checkpointColumnNames,
  type MailboxCheckpoint,
  mailboxCheckpointColumns,
  parseMailboxCheckpoint,
} from './mailboxCheckpoint.ts';
import { decodeKey, encodeKey, rangeOf } from './rowKey.ts';
import { isSealBroken, sealOperation } from './seal.ts';
import { keepUnknownColumns, type RowKind } from './unknownColumns.ts';

const schemaVersion = 1;
/** Behind the checkpoints, so that one query reads them all. */
const sealKey = 'seal';

const leaseRow = z.object({
  owner: z.string(),
  expiresAt: z.number(),
  working: z.boolean(),
  /** The etag of the partition's seal; empty for rows of older versions. */
  sealEtag: z.string().default(''),
});

/** Who may write to the mailbox. One that is `working` but expired: its owner died, a listing is owed. */
export type Lease = z.infer<typeof leaseRow>;

const refusal = z.object({
  code: z.string(),
  /** Older versions kept Graph's text, which may hold a contact's data. */
  detail: z.string().transform(namedProperties),
  retryAt: z.number(),
  attempts: z.number(),
});
/** As rows name the states of a contact that is not there. */
const absentStates = { deletedByUser: 'absent', missing: 'doubtfullyAbsent', damaged: 'doubtfullyAbsent' } as const;

const ledgerRow = z.object({
  sourceKey: z.string(),
  state: z.enum(['written', 'unknown', 'absent', 'doubtfullyAbsent', 'kept']),
  /** Empty while nothing of ours is there. */
  contactId: z.string(),
  version: z.string(),
});
const laterColumns = z.object({ failingSince: z.number().optional(), omission: z.string().optional() });
const ledgerTime = z.object({ at: z.number().optional() });
const fieldFingerprints = z.record(z.string(), z.string());
const categoryNames = z.array(z.string()).optional();

const rowKinds: readonly RowKind[] = [
  { prefix: 'lease', columns: Object.keys(leaseRow.shape) },
  { prefix: 'list:', columns: checkpointColumnNames },
  {
    prefix: 'contact:',
    columns: [ledgerRow, laterColumns, ledgerTime].flatMap(({ shape }) => Object.keys(shape)),
    texts: ['fields', 'categories', 'failure'],
  },
];

/** The lease, the seal and every list's checkpoint of a mailbox, as one query reads them. */
export interface MailboxState {
  readonly lease: { readonly lease: Lease; readonly etag: string } | undefined;
  readonly sealEtag: string | undefined;
  readonly checkpoints: ReadonlyMap<string, MailboxCheckpoint>;
}

/** Whether the mailbox's rows were put back from a backup: the ledger may not know what was written since. */
export function arePutBack({ lease, sealEtag }: MailboxState): boolean {
  return isSealBroken(lease?.lease.sealEtag ?? '', sealEtag);
}

/** The folders that the mailbox's other lists write into. */
export function folderIdsOfOthers({ checkpoints }: MailboxState, listId: string): ReadonlySet<string> {
  const others = [...checkpoints].filter(([id, { phase }]) => id !== listId && phase.kind !== 'cleared');
  return new Set(others.flatMap(([, { folder }]) => folder?.id ?? []));
}

/** A row of the ledger, and when it came to say so (epoch milliseconds; older rows do not tell). */
export interface LedgerRecord {
  readonly entry: LedgerEntry;
  readonly at?: number | undefined;
}

/** The partition of one mailbox in `Mailboxes`: its lease, and checkpoint and ledger of each list. */
export function openMailboxPartition(stored: Table, mailboxId: string) {
  const table = keepUnknownColumns(stored, rowKinds);
  /** Ledger rows that came with the state, until one of them is written; undefined for one that is not there. */
  const foreseen = new Map<string, StoredRow | undefined>();
  /** By list; what is damaged of the mailbox itself concerns each of them. */
  const damage = new Map<string, DamagedRow>();
  return {
    mailboxId,
    readState,
    readLedger,
    readLedgerEntries,
    readLedgerRecord,
    readLedgerKeys,
    write,
    forget,
    /** The first damaged row of a list that was met so far; what it said is found out anew. */
    damageOf: (listId: string) => damage.get(listId) ?? damage.get(''),
  };

  /**
   * @param likely ledger rows that will probably be asked for, which come along with the same request. They hold for
   * whoever takes the lease that was read: every commit changes its etag.
   */
  async function readState(likely: readonly LedgerKey[] = []): Promise<MailboxState> {
    const keys = likely.slice(0, mostPickedRows).map(({ listId, sourceKey }) => ledgerKey(listId, sourceKey));
    const { rows, atOneMoment } = await table.pick(mailboxId, keys, { from: 'lease', to: `${sealKey};` });
    const found = new Map(rows.map(row => [row.rowKey, row]));
    if (atOneMoment) for (const key of keys) foreseen.set(key, found.get(key));
    const lease = rows.find(row => row.rowKey === 'lease');
    const checkpoints = rows
      .filter(row => row.rowKey.startsWith('list:'))
      .map(row => {
        const listId = row.rowKey.slice('list:'.length);
        const found = parseMailboxCheckpoint(row.properties, property => noteDamage(listId, row, property));
        return [listId, found] as const;
      });
    return {
      lease: lease && { lease: parseLease(lease), etag: lease.etag },
      sealEtag: rows.find(row => row.rowKey === sealKey)?.etag,
      checkpoints: new Map(checkpoints),
    };
  }

  async function readLedger(listId: string): Promise<LedgerEntry[]> {
    const rows = await table.query(mailboxId, rangeOf(`contact:${listId}:`));
    return rows.map(row => parseOrDoubt(listId, row));
  }

  async function readLedgerEntries(listId: string, sourceKeys: readonly string[]): Promise<LedgerEntry[]> {
    const keys = sourceKeys.map(key => ledgerKey(listId, key));
    const known = keys.flatMap(key => foreseen.get(key) ?? []);
    const others = chunksOf(
      keys.filter(key => !foreseen.has(key)),
      mostPickedRows,
    );
    const read = await Promise.all(others.map(async part => (await table.pick(mailboxId, part)).rows));
    return [...known, ...read.flat()].map(row => parseOrDoubt(listId, row));
  }

  async function readLedgerRecord(listId: string, sourceKey: string): Promise<LedgerRecord | undefined> {
    const row = await table.get(mailboxId, ledgerKey(listId, sourceKey));
    return row && { entry: parseOrDoubt(listId, row), at: readEachColumn(ledgerTime, row.properties).columns.at };
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
    return table.write(mailboxId, operations);
  }

  /** Row keys of a list's ledger. */
  async function readLedgerKeys(listId: string): Promise<string[]> {
    const rows = await table.query(mailboxId, rangeOf(`contact:${listId}:`), ['RowKey']);
    return rows.map(({ rowKey }) => rowKey);
  }

  /** Deletes what is kept about a list, and about the mailbox when nothing else is. */
  async function forget(listId: string): Promise<void> {
    const { checkpoints } = await readState();
    const isLast = [...checkpoints.keys()].every(id => id === listId);
    const keys = [...(await readLedgerKeys(listId)), checkpointKey(listId), ...(isLast ? ['lease', sealKey] : [])];
    for (let start = 0; start < keys.length; start += 100) {
      await write(keys.slice(start, start + 100).map(rowKey => ({ kind: 'delete', rowKey })));
    }
  }
}

export type MailboxPartition = ReturnType<typeof openMailboxPartition>;

export interface LedgerKey {
  readonly listId: string;
  readonly sourceKey: string;
}

const mailboxesPerPage = 1000;

/** The mailboxes that hold something of a list. */
export function openMailboxIndex(table: Table) {
  return { findMailboxes };

  /** Looks through the whole table: only for what is lost otherwise. */
  async function findMailboxes(listId: string): Promise<{ mailboxId: string; checkpoint: MailboxCheckpoint }[]> {
    const found: { mailboxId: string; checkpoint: MailboxCheckpoint }[] = [];
    for (let after: string | undefined; ; after = found.at(-1)?.mailboxId) {
      const page = await table.queryAcross(checkpointKey(listId), mailboxesPerPage, after);
      found.push(
        ...page.map(({ partitionKey, row }) => ({
          mailboxId: partitionKey,
          checkpoint: parseMailboxCheckpoint(row.properties, () => undefined),
        })),
      );
      if (page.length < mailboxesPerPage) return found;
    }
  }
}

export type MailboxIndex = ReturnType<typeof openMailboxIndex>;

export function leaseOperation(lease: Lease, etag: string | undefined): RowOperation {
  const properties = { schemaVersion, ...lease };
  return etag === undefined
    ? { kind: 'insert', rowKey: 'lease', properties }
    : { kind: 'replace', rowKey: 'lease', properties, etag };
}

export function mailboxSealOperation(): RowOperation {
  return sealOperation(sealKey);
}

export function mailboxCheckpointOperation(listId: string, checkpoint: MailboxCheckpoint): RowOperation {
  const properties = { schemaVersion, ...mailboxCheckpointColumns(checkpoint) };
  return { kind: 'replace', rowKey: checkpointKey(listId), properties };
}

/** `at`: now, in epoch milliseconds. */
export function ledgerOperation(listId: string, entry: LedgerEntry, at?: number): RowOperation {
  const { sourceKey, fields, categories, version, omission } = entry;
  return {
    kind: 'replace',
    rowKey: ledgerKey(listId, entry.sourceKey),
    properties: {
      schemaVersion,
      sourceKey,
      ...placeColumns(entry),
      version,
      ...(at === undefined ? {} : { at }),
      ...packJson('fields', fields),
      ...(categories ? packJson('categories', categories) : {}),
      ...(omission === undefined ? {} : { omission }),
      ...troubleColumns(entry),
    },
  };
}

function placeColumns(entry: LedgerEntry): Pick<z.infer<typeof ledgerRow>, 'state' | 'contactId'> {
  return isPresent(entry)
    ? { state: entry.state, contactId: entry.contactId }
    : { state: absentStates[entry.state], contactId: '' };
}

function troubleColumns({ trouble }: LedgerEntry): Properties {
  if (!trouble) return {};
  if (trouble.kind === 'suspected') return { failingSince: trouble.since };
  const { kind: _, ...failure } = trouble;
  return packJson('failure', failure);
}

export function ledgerRemoval(listId: string, sourceKey: string): RowOperation {
  return { kind: 'delete', rowKey: ledgerKey(listId, sourceKey) };
}

function checkpointKey(listId: string): string {
  return `list:${listId}`;
}

function ledgerKey(listId: string, sourceKey: string): string {
  return `contact:${listId}:${encodeKey(sourceKey)}`;
}

/** @throws UnreadableProperty */
function parseLedgerEntry({ properties }: StoredRow): LedgerEntry {
  const { sourceKey, version, ...place } = readColumns(ledgerRow, properties);
  const { failingSince, omission } = readColumns(laterColumns, properties);
  const categories = readJson('categories', categoryNames, properties);
  const trouble = troubleOf(readJson('failure', refusal.nullish(), properties), failingSince);
  return {
    sourceKey,
    ...parsePlace(place),
    version,
    fields: readJson('fields', fieldFingerprints, properties) as FieldFingerprints,
    ...(categories ? { categories } : {}),
    ...(trouble ? { trouble } : {}),
    ...(omission === undefined ? {} : { omission }),
  };
}

function parsePlace({ state, contactId }: Pick<z.infer<typeof ledgerRow>, 'state' | 'contactId'>) {
  if (contactId === '') return { state: state === 'doubtfullyAbsent' ? 'missing' : 'deletedByUser' } as const;
  return { state: state === 'absent' || state === 'doubtfullyAbsent' ? 'unknown' : state, contactId } as const;
}

function troubleOf(
  failure: z.infer<typeof refusal> | null | undefined,
  failingSince: number | undefined,
): Refusal | Suspicion | undefined {
  if (failure) return { kind: 'refused', ...failure };
  return failingSince === undefined ? undefined : { kind: 'suspected', since: failingSince };
}

const contactColumns = ledgerRow.pick({ state: true, contactId: true, version: true }).partial();

/** Of a row that is damaged: where its contact is, if it tells that, and that the content is in doubt. */
function doubtfulEntry(sourceKey: string, { properties }: StoredRow): LedgerEntry {
  const { state, contactId, version = '' } = readEachColumn(contactColumns, properties).columns;
  const unwritten = { sourceKey, fields: {}, version };
  if (contactId) return { ...unwritten, contactId, state: state === 'kept' ? 'kept' : 'unknown' };
  return { ...unwritten, state: contactId === '' && state === 'absent' ? 'deletedByUser' : 'damaged' };
}
