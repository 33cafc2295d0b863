import * as z from 'zod';
import type { Contact } from '../core/contact.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { packJson, packText, unpackJson, unpackText } from './longText.ts';
import { encodeKey, encodePosition, rangeOf } from './rowKey.ts';
import { isSealBroken, sealOperation } from './seal.ts';

const schemaVersion = 1;

const sourceFolder = z.object({ path: z.string(), id: z.string(), deltaLink: z.string().optional() });
const hold = z.object({
  reason: z.string(),
  removals: z.number(),
  of: z.number(),
  /** Epoch milliseconds. */
  since: z.number(),
  /** What somebody decided about this number of removals; the next run carries it out. */
  decision: z.enum(['open', 'approved', 'rejected']),
});

/** Removals that wait for a decision. */
export type StoredHold = z.infer<typeof hold>;

const checkpointDetails = z.object({
  /**
   * When the journal was begun, in epoch milliseconds: at the list's first capture, and again when its rows were put
   * back from a backup. Positions of another journal mean nothing. 0 in rows of older versions.
   */
  epoch: z.number().default(0),
  /** The etag of the partition's seal, empty in rows of older versions. */
  sealEtag: z.string().default(''),
  /** Fingerprint of source mailbox and folders: another source means reading from the start. */
  identity: z.string(),
  mailboxId: z.string(),
  /** How many captures have started. */
  captures: z.number().default(0),
  /** Epoch milliseconds when the last one started. */
  captureStartedAt: z.number().default(0),
  /** Epoch milliseconds when the source's address and folder paths were last looked up, and the folders read from the start. */
  checkedAt: z.number().default(0),
  folders: z.array(sourceFolder),
  /** How many contacts the snapshot holds. */
  contacts: z.number(),
  hold: hold.optional(),
  /** Epoch milliseconds and number of the removals journaled within the last hour. */
  recentRemovals: z.array(z.tuple([z.number(), z.number()])),
  /** The list's last policies, for when it has vanished from the settings. */
  policies: z.object({
    whenTargetLeaves: z.enum(['cleanUp', 'leave']),
    maxRemovalShare: z.number(),
    maxRemovals: z.number(),
  }),
  problem: z.object({ code: z.string(), detail: z.string() }).optional(),
});

/** Where a list's capture stands. A list that was never captured has none. */
export interface SourceCheckpoint extends z.infer<typeof checkpointDetails> {
  readonly head: number;
  /** A round of several transactions was not finished: the next capture reads from the start. */
  readonly partial: boolean;
  /** Epoch milliseconds of the last finished capture, 0 before the first. */
  readonly capturedAt: number;
  /** The capture that is going on, if any, until `capturingUntil` (epoch milliseconds). */
  readonly capturingUntil: number;
}

/** A checkpoint as a capture reads it. */
export interface SealedCheckpoint {
  readonly checkpoint: SourceCheckpoint;
  readonly etag: string;
  readonly sealEtag: string | undefined;
}

/** Whether the list's rows were put back from a backup: its mailboxes may be ahead of them. */
export function isPutBack({ checkpoint, sealEtag }: SealedCheckpoint): boolean {
  return isSealBroken(checkpoint.sealEtag, sealEtag);
}

export type SourceFolder = z.infer<typeof sourceFolder>;

const checkpointRow = z.object({
  head: z.number(),
  partial: z.boolean(),
  capturedAt: z.number(),
  capturingUntil: z.number(),
});

/** A contact as the source last had it. */
export interface SnapshotContact {
  readonly sourceKey: string;
  readonly folderId: string;
  /** The journal position of its last change. */
  readonly position: number;
  readonly fingerprint: string;
  readonly contact: Contact;
  /** Its removal waits for a decision. */
  readonly pending: boolean;
  /** Its removal was rejected: it stays in the targets. */
  readonly kept: boolean;
}

const targetIds = z.object({
  /** Epoch milliseconds; looked up again weekly. */
  checkedAt: z.number(),
  users: z.record(z.string(), z.string()),
  groups: z.record(z.string(), z.string()),
});

/** Object ids of the addresses that a list's targets name, by lower-case address. */
export type TargetIds = z.infer<typeof targetIds>;

const snapshotRow = z.object({
  sourceKey: z.string(),
  folderId: z.string(),
  position: z.number(),
  fingerprint: z.string(),
  pending: z.boolean(),
  kept: z.boolean(),
});

/** One entry of the journal; `contact` is null for a removal. */
export interface JournalChange {
  readonly position: number;
  readonly sourceKey: string;
  readonly contact: Contact | null;
  /** False where the source had the contact before; older rows do not tell. */
  readonly added?: boolean | undefined;
  /** Epoch milliseconds of the capture that found it; older rows do not tell. */
  readonly at?: number | undefined;
}

const changeRow = z.object({
  position: z.number(),
  sourceKey: z.string(),
  added: z.boolean().optional(),
  at: z.number().optional(),
});

const checkpointKey = 'checkpoint';
/** Beside the checkpoint, so that one query reads both. */
const sealKey = `${checkpointKey}:seal`;

const listIndex = '$lists';

/** The lists that were ever captured, so that one that vanished from the settings is not forgotten. */
export function openListIndex(table: Table) {
  return { add, remove, readAll };

  async function add(listId: string): Promise<void> {
    await table.write(listIndex, [{ kind: 'replace', rowKey: listId, properties: { schemaVersion } }]);
  }

  async function remove(listId: string): Promise<void> {
    await table.write(listIndex, [{ kind: 'delete', rowKey: listId }]);
  }

  async function readAll(): Promise<string[]> {
    const rows = await table.query(listIndex);
    return rows.map(({ rowKey }) => rowKey);
  }
}

export type ListIndex = ReturnType<typeof openListIndex>;

/** The partition of one list in `Sources`: checkpoint, snapshot and journal. */
export function openSource(table: Table, listId: string) {
  return {
    readCheckpoint,
    readSealedCheckpoint,
    readSnapshot,
    readSnapshotContacts,
    countKept,
    readJournal,
    readLog,
    readChangedAt,
    readOldPositions,
    readTargetIds,
    writeTargetIds,
    readLeavingHold,
    readMailboxSearch,
    noteMailboxSearch,
    write,
  };

  async function readCheckpoint(): Promise<{ checkpoint: SourceCheckpoint; etag: string } | undefined> {
    const row = await table.get(listId, checkpointKey);
    return row && { checkpoint: parseCheckpoint(row), etag: row.etag };
  }

  /** The checkpoint with the etag of its seal; undefined where that is missing. */
  async function readSealedCheckpoint(): Promise<SealedCheckpoint | undefined> {
    const rows = await table.query(listId, { from: checkpointKey, to: `${checkpointKey};` });
    const row = rows.find(({ rowKey }) => rowKey === checkpointKey);
    const sealEtag = rows.find(({ rowKey }) => rowKey === sealKey)?.etag;
    return row && { checkpoint: parseCheckpoint(row), etag: row.etag, sealEtag };
  }

  async function readSnapshot(): Promise<SnapshotContact[]> {
    const rows = await table.query(listId, rangeOf('contact:'));
    return rows.map(parseSnapshotContact);
  }

  async function readSnapshotContacts(sourceKeys: readonly string[]): Promise<SnapshotContact[]> {
    const rows = await Promise.all(sourceKeys.map(key => table.get(listId, snapshotKey(key))));
    return rows.filter(row => row !== undefined).map(parseSnapshotContact);
  }

  /** How many contacts stay in the targets although the source lost them, because their removal was rejected. */
  async function countKept(): Promise<number> {
    const rows = await table.query(listId, rangeOf('contact:'), ['kept']);
    return rows.filter(({ properties }) => properties.kept === true).length;
  }

  /** The changes after `position` up to `head`, or undefined when the journal does not hold every one of them. */
  async function readJournal(position: number, head: number): Promise<JournalChange[] | undefined> {
    const rows = await table.query(listId, {
      from: `change:${encodePosition(position + 1)}`,
      to: `change:${encodePosition(head + 1)}`,
    });
    return rows.length === head - position ? rows.map(parseChange) : undefined;
  }

  /** Every change that the journal still holds, oldest first. */
  async function readLog(): Promise<JournalChange[]> {
    const rows = await table.query(listId, rangeOf('change:'));
    return rows.map(parseChange);
  }

  /** Epoch milliseconds of the capture that found the change at a position; undefined when the journal does not tell. */
  async function readChangedAt(position: number): Promise<number | undefined> {
    const row = await table.get(listId, `change:${encodePosition(position)}`);
    return row && changeRow.parse(row.properties).at;
  }

  /** Row keys of the journal's entries up to `position`. */
  async function readOldPositions(position: number): Promise<string[]> {
    const range = { from: 'change:', to: `change:${encodePosition(position + 1)}` };
    const rows = await table.query(listId, range, ['RowKey']);
    return rows.map(row => row.rowKey);
  }

  async function readTargetIds(): Promise<TargetIds | undefined> {
    const row = await table.get(listId, 'targets');
    return row && targetIds.parse(unpackJson('targets', row.properties));
  }

  async function writeTargetIds(ids: TargetIds): Promise<void> {
    const properties = { schemaVersion, ...packJson('targets', ids) };
    await table.write(listId, [{ kind: 'replace', rowKey: 'targets', properties }]);
  }

  /** Whether mailboxes that would leave the list wait for a decision. */
  async function readLeavingHold(): Promise<{ hold: StoredHold; etag: string } | undefined> {
    const row = await table.get(listId, leavingHoldKey);
    return row && { hold: hold.parse(unpackJson('hold', row.properties)), etag: row.etag };
  }

  /** When mailboxes were last looked for that `Progress` does not know: epoch milliseconds, 0 for never. */
  async function readMailboxSearch(): Promise<number> {
    const row = await table.get(listId, mailboxSearchKey);
    return row ? z.object({ at: z.number() }).parse(row.properties).at : 0;
  }

  async function noteMailboxSearch(at: number): Promise<void> {
    await table.write(listId, [{ kind: 'replace', rowKey: mailboxSearchKey, properties: { schemaVersion, at } }]);
  }

  async function write(operations: readonly RowOperation[]): Promise<string[]> {
    return table.write(listId, operations);
  }
}

export type Source = ReturnType<typeof openSource>;

export function checkpointOperation(checkpoint: SourceCheckpoint, etag: string | undefined): RowOperation {
  const { head, partial, capturedAt, capturingUntil, ...details } = checkpoint;
  const properties = { schemaVersion, head, partial, capturedAt, capturingUntil, ...packJson('details', details) };
  return etag === undefined
    ? { kind: 'insert', rowKey: checkpointKey, properties }
    : { kind: 'replace', rowKey: checkpointKey, properties, etag };
}

export function sourceSealOperation(): RowOperation {
  return sealOperation(sealKey);
}

const leavingHoldKey = 'leavingHold';
const mailboxSearchKey = 'mailboxSearch';

export function leavingHoldOperation(stored: StoredHold | undefined, etag?: string): RowOperation {
  const guard = etag === undefined ? {} : { etag };
  if (!stored) return { kind: 'delete', rowKey: leavingHoldKey, ...guard };
  return {
    kind: 'replace',
    rowKey: leavingHoldKey,
    properties: { schemaVersion, ...packJson('hold', stored) },
    ...guard,
  };
}

export function snapshotOperation({ contact, ...rest }: SnapshotContact): RowOperation {
  const properties = { schemaVersion, ...rest, ...packJson('contact', contact) };
  return { kind: 'replace', rowKey: snapshotKey(rest.sourceKey), properties };
}

export function snapshotRemoval(sourceKey: string): RowOperation {
  return { kind: 'delete', rowKey: snapshotKey(sourceKey) };
}

export function journalOperation({ contact, position, sourceKey, added, at }: JournalChange): RowOperation {
  return {
    kind: 'replace',
    rowKey: `change:${encodePosition(position)}`,
    properties: {
      schemaVersion,
      position,
      sourceKey,
      ...(added === undefined ? {} : { added }),
      ...(at === undefined ? {} : { at }),
      ...packText('contact', contact ? JSON.stringify(contact) : ''),
    },
  };
}

function snapshotKey(sourceKey: string): string {
  return `contact:${encodeKey(sourceKey)}`;
}

function parseCheckpoint(row: StoredRow): SourceCheckpoint {
  return { ...checkpointRow.parse(row.properties), ...checkpointDetails.parse(unpackJson('details', row.properties)) };
}

/** Contacts in our own rows were canonical when written. */
function parseSnapshotContact(row: StoredRow): SnapshotContact {
  return { ...snapshotRow.parse(row.properties), contact: unpackJson('contact', row.properties) as Contact };
}

function parseChange(row: StoredRow): JournalChange {
  const text = unpackText('contact', row.properties);
  return { ...changeRow.parse(row.properties), contact: text ? (JSON.parse(text) as Contact) : null };
}
