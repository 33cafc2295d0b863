import * as z from 'zod';
import type { FieldFingerprints } from '../core/fingerprint.ts';
import { namedProperties } from '../core/namedProperties.ts';
import type { LedgerEntry } from '../core/plan.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { packJson, unpackJson } from './longText.ts';
import { encodeKey, rangeOf } from './rowKey.ts';

const schemaVersion = 1;

const leaseRow = z.object({ owner: z.string(), expiresAt: z.number(), working: z.boolean() });

/** Who may write to the mailbox. One that is `working` but expired: its owner died, a listing is owed. */
export type Lease = z.infer<typeof leaseRow>;

const checkpointRow = z.object({
  /** The journal position reached; -1 when the folder has to be compared with the whole snapshot. */
  position: z.number(),
  /** Fingerprint of the list's settings that the folder is in line with; empty when it has to be compared. */
  settings: z.string(),
  folderId: z.string(),
  folderName: z.string(),
  /** Whether we made the folder: only then may it be removed. */
  folderCreated: z.boolean(),
  /** We were about to make the folder: one of that name that is found then is ours. */
  creatingFolder: z.boolean().default(false),
  /** An owner died while the list could not be looked at: the folder has to be listed before anything is written. */
  listingOwed: z.boolean().default(false),
  /** Cleaned up, and nothing is to be written until the mailbox is a target again. */
  cleared: z.boolean(),
  /** Grows with each commit and outlives a clean-up; orders the writes of `Progress`. */
  sequence: z.number(),
  contacts: z.number(),
  failed: z.number(),
  /** Epoch milliseconds when the first refused contact is tried again, 0 without one. */
  failuresDueAt: z.number(),
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

/** The lease and every list's checkpoint of a mailbox, as one query reads them. */
export interface MailboxState {
  readonly lease: { readonly lease: Lease; readonly etag: string } | undefined;
  readonly checkpoints: ReadonlyMap<string, MailboxCheckpoint>;
}

/** A row of the ledger, and when it came to say so (epoch milliseconds; older rows do not tell). */
export interface LedgerRecord {
  readonly entry: LedgerEntry;
  readonly at?: number | undefined;
}

/** The partition of one mailbox in `Mailboxes`: its lease, and checkpoint and ledger of each list. */
export function openMailbox(table: Table, mailboxId: string) {
  return { readState, readLedger, readLedgerEntries, readLedgerRecord, write };

  async function readState(): Promise<MailboxState> {
    const rows = await table.query(mailboxId, { from: 'lease', to: 'list;' });
    const lease = rows.find(row => row.rowKey === 'lease');
    const checkpoints = rows
      .filter(row => row.rowKey.startsWith('list:'))
      .map(row => [row.rowKey.slice('list:'.length), checkpointRow.parse(row.properties)] as const);
    return {
      lease: lease && { lease: leaseRow.parse(lease.properties), etag: lease.etag },
      checkpoints: new Map(checkpoints),
    };
  }

  async function readLedger(listId: string): Promise<LedgerEntry[]> {
    const rows = await table.query(mailboxId, rangeOf(`contact:${listId}:`));
    return rows.map(parseLedgerEntry);
  }

  async function readLedgerEntries(listId: string, sourceKeys: readonly string[]): Promise<LedgerEntry[]> {
    const rows = await Promise.all(sourceKeys.map(key => table.get(mailboxId, ledgerKey(listId, key))));
    return rows.filter(row => row !== undefined).map(parseLedgerEntry);
  }

  async function readLedgerRecord(listId: string, sourceKey: string): Promise<LedgerRecord | undefined> {
    const row = await table.get(mailboxId, ledgerKey(listId, sourceKey));
    return row && { entry: parseLedgerEntry(row), ...ledgerTime.parse(row.properties) };
  }

  async function write(operations: readonly RowOperation[]): Promise<string[]> {
    return table.write(mailboxId, operations);
  }
}

export type MailboxPartition = ReturnType<typeof openMailbox>;

export function leaseOperation(lease: Lease, etag: string | undefined): RowOperation {
  const properties = { schemaVersion, ...lease };
  return etag === undefined
    ? { kind: 'insert', rowKey: 'lease', properties }
    : { kind: 'replace', rowKey: 'lease', properties, etag };
}

export function mailboxCheckpointOperation(listId: string, checkpoint: MailboxCheckpoint): RowOperation {
  return { kind: 'replace', rowKey: `list:${listId}`, properties: { schemaVersion, ...checkpoint } };
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

function ledgerKey(listId: string, sourceKey: string): string {
  return `contact:${listId}:${encodeKey(sourceKey)}`;
}

function parseLedgerEntry(row: StoredRow): LedgerEntry {
  const { contactId, ...rest } = ledgerRow.parse(row.properties);
  const { failingSince, omission } = laterColumns.parse(row.properties);
  const failed = unpackJson('failure', row.properties);
  const categories = categoryNames.parse(unpackJson('categories', row.properties));
  return {
    ...rest,
    contactId: contactId === '' ? null : contactId,
    fields: fieldFingerprints.parse(unpackJson('fields', row.properties)) as FieldFingerprints,
    ...(categories ? { categories } : {}),
    ...(failed ? { failure: failure.parse(failed) } : {}),
    ...(failingSince === undefined ? {} : { failingSince }),
    ...(omission === undefined ? {} : { omission }),
  };
}
