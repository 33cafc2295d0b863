import * as z from 'zod';
import { chunks } from '../domain/chunks.ts';
import type { FieldFingerprints } from '../domain/fingerprint.ts';
import { namedProperties } from '../domain/namedProperties.ts';
import type { LedgerEntry } from '../domain/plan.ts';
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

const formerFolder = z.object({
  id: z.string(),
  /** Whether we made it: only then may it be removed. */
  created: z.boolean(),
});
export type FormerFolderRow = z.infer<typeof formerFolder>;

/** A list in one property; rows of older versions have none. */
function jsonColumn<Item extends z.ZodType>(list: z.ZodArray<Item>) {
  return z
    .string()
    .default('[]')
    .transform((text, { addIssue }): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        addIssue('broken JSON');
        return z.NEVER;
      }
    })
    .pipe(list);
}

const checkpointRow = z.object({
  /** The journal position reached; -1 when the folder has to be compared with the whole snapshot. */
  position: z.number(),
  /** The journal that the position counts in, by the time it was begun; 0 for rows of older versions. */
  epoch: z.number().default(0),
  /** Fingerprint of the list's settings that the folder is in line with; empty when it has to be compared. */
  settings: z.string(),
  folderId: z.string(),
  folderName: z.string(),
  /** Whether we made the folder: only then may it be renamed or removed. */
  folderCreated: z.boolean(),
  /** Ids under which this installation marked the folder, or contacts in a folder of the user's. */
  installations: jsonColumn(z.array(z.string())),
  /** Folders that our contacts are moving out of since the destination was changed. */
  formerFolders: jsonColumn(z.array(formerFolder)),
  /** We were about to make the folder: one of that name that is found then is ours. */
  creatingFolder: z.boolean().default(false),
  /** An owner died while the list could not be looked at: the folder has to be listed before anything is written. */
  listingOwed: z.boolean().default(false),
  /** Cleaned up, and nothing is to be written until the mailbox is a target again. */
  cleared: z.boolean(),
  /** Epoch milliseconds when somebody had it cleared: it stays away until a resync names it, also if `Progress` is lost. */
  clearedAt: z.number().default(0),
  /** Grows with each commit and outlives a clean-up; orders the writes of `Progress`. */
  sequence: z.number(),
  contacts: z.number(),
  failed: z.number(),
  /** Epoch milliseconds when the first refused contact is tried again, 0 without one. */
  failuresDueAt: z.number(),
  /** How often in a row there was no mailbox. */
  noMailboxTries: z.number().default(0),
});

/** How far one list has come in the mailbox. */
export type MailboxCheckpoint = z.infer<typeof checkpointRow>;

const failure = z.object({
  code: z.string(),
  /** Older versions kept Graph's text, which may hold a contact's data. */
  detail: z.string().transform(namedProperties),
  retryAt: z.number(),
  attempts: z.number(),
});
const ledgerRow = z.object({
  sourceKey: z.string(),
  state: z.enum(['written', 'unknown', 'absent', 'doubtfullyAbsent', 'kept']),
  contactId: z.string(),
  version: z.string(),
});
const laterColumns = z.object({ failingSince: z.number().optional(), omission: z.string().optional() });
const ledgerTime = z.object({ at: z.number().optional() });
const fieldFingerprints = z.record(z.string(), z.string());
const categoryNames = z.array(z.string()).optional();

const rowKinds: readonly RowKind[] = [
  { prefix: 'lease', columns: Object.keys(leaseRow.shape) },
  { prefix: 'list:', columns: Object.keys(checkpointRow.shape) },
  {
    prefix: 'contact:',
    columns: [ledgerRow, laterColumns, ledgerTime].flatMap(({ shape }) => Object.keys(shape)),
    texts: ['fields', 'categories', 'failure'],
  },
];

/** In the place of what a checkpoint does not tell; the folder is compared as a whole then. */
const untold: Properties = {
  position: -1,
  settings: '',
  folderId: '',
  folderName: '',
  folderCreated: false,
  cleared: false,
  sequence: 0,
  contacts: 0,
  failed: 0,
  failuresDueAt: 0,
};

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
  const others = [...checkpoints].filter(([id, { cleared }]) => id !== listId && !cleared);
  return new Set(others.map(([, { folderId }]) => folderId));
}

/** A row of the ledger, and when it came to say so (epoch milliseconds; older rows do not tell). */
export interface LedgerRecord {
  readonly entry: LedgerEntry;
  readonly at?: number | undefined;
}

/** The partition of one mailbox in `Mailboxes`: its lease, and checkpoint and ledger of each list. */
export function openMailbox(stored: Table, mailboxId: string) {
  const table = keepUnknownColumns(stored, rowKinds);
  /** Ledger rows that came with the state, until one of them is written; undefined for one that is not there. */
  const foreseen = new Map<string, StoredRow | undefined>();
  /** By list; what is damaged of the mailbox itself concerns each of them. */
  const damage = new Map<string, DamagedRow>();
  return {
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
        return [listId, parseCheckpoint(row.properties, property => noteDamage(listId, row, property))] as const;
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
    const others = chunks(
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

export type MailboxPartition = ReturnType<typeof openMailbox>;

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
          checkpoint: parseCheckpoint(row.properties, () => undefined),
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
  const { installations, formerFolders, ...columns } = checkpoint;
  const lists = { installations: JSON.stringify(installations), formerFolders: JSON.stringify(formerFolders) };
  return { kind: 'replace', rowKey: checkpointKey(listId), properties: { schemaVersion, ...columns, ...lists } };
}

/** `at`: now, in epoch milliseconds. */
export function ledgerOperation(listId: string, entry: LedgerEntry, at?: number): RowOperation {
  const { contactId, fields, categories, failure: failed, ...rest } = entry;
  return {
    kind: 'replace',
    rowKey: ledgerKey(listId, entry.sourceKey),
    properties: {
      schemaVersion,
      ...rest,
      ...(at === undefined ? {} : { at }),
      contactId: contactId ?? '',
      ...packJson('fields', fields),
      ...(categories ? packJson('categories', categories) : {}),
      ...(failed ? packJson('failure', failed) : {}),
    },
  };
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

/** What it does not tell is found out by comparing the folder as a whole. */
function parseCheckpoint(properties: Properties, noteDamage: (property: string) => void): MailboxCheckpoint {
  const { columns, unreadable } = readEachColumn(checkpointRow, properties, untold);
  const [property] = unreadable;
  if (property === undefined) return columns;
  noteDamage(property);
  return { ...columns, position: -1, settings: '', listingOwed: true };
}

/** @throws UnreadableProperty */
function parseLedgerEntry({ properties }: StoredRow): LedgerEntry {
  const { contactId, ...rest } = readColumns(ledgerRow, properties);
  const { failingSince, omission } = readColumns(laterColumns, properties);
  const failed = readJson('failure', failure.nullish(), properties);
  const categories = readJson('categories', categoryNames, properties);
  return {
    ...rest,
    contactId: contactId === '' ? null : contactId,
    fields: readJson('fields', fieldFingerprints, properties) as FieldFingerprints,
    ...(categories ? { categories } : {}),
    ...(failed ? { failure: failed } : {}),
    ...(failingSince === undefined ? {} : { failingSince }),
    ...(omission === undefined ? {} : { omission }),
  };
}

const contactColumns = ledgerRow.pick({ state: true, contactId: true, version: true }).partial();

/** Of a row that is damaged: where its contact is, if it tells that, and that the content is in doubt. */
function doubtfulEntry(sourceKey: string, { properties }: StoredRow): LedgerEntry {
  const { state, contactId, version = '' } = readEachColumn(contactColumns, properties).columns;
  const unwritten = { sourceKey, fields: {}, version };
  if (contactId) return { ...unwritten, contactId, state: state === 'kept' ? 'kept' : 'unknown' };
  const isAbsent = contactId === '' && state === 'absent';
  return { ...unwritten, contactId: null, state: isAbsent ? 'absent' : 'damaged' };
}
