import * as z from 'zod';
import type { Contact } from '../domain/contact.ts';
import type { Removal } from '../domain/sourceChanges.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { packJson, packText, unpackJson, unpackText } from './longText.ts';
import { type Problem, storedProblem } from './progress.ts';
import { encodeKey, encodePosition, rangeOf } from './rowKey.ts';
import { isSealBroken, sealOperation } from './seal.ts';
import { openTargets } from './targets.ts';

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
  /** Ids of the groups that are in doubt, where mailboxes wait because of them. */
  groups: z.array(z.string()).optional(),
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
  /** How many removals the hold named that was rejected last. */
  rejectedRemovals: z.number().optional(),
  /** How many contacts stay in the targets because their removal was rejected; older rows do not tell. */
  kept: z.number().optional(),
  /** Contacts have other ids at the source than their keys: the rows of `readSnapshotOf` say whose they are. */
  hasOtherIds: z.boolean().default(false),
  /** Epoch milliseconds and number of the removals journaled within the last hour. */
  recentRemovals: z.array(z.tuple([z.number(), z.number()])),
  /** The list's last policies, for when it has vanished from the settings. */
  policies: z.object({
    whenTargetLeaves: z.enum(['cleanUp', 'leave']),
    maxRemovalShare: z.number(),
    maxRemovals: z.number(),
  }),
  /** The first of the problems, for older versions. */
  problem: storedProblem.optional(),
  problems: z.array(storedProblem).default([]),
});

/** Where a list's capture stands. A list that was never captured has none. */
export interface SourceCheckpoint extends Omit<z.infer<typeof checkpointDetails>, 'problem' | 'problems'> {
  /** What of the source could not be read. */
  readonly problems: readonly Problem[];
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
  /** Its ids at the source by now (design: What the world taught, 15). */
  readonly ids: readonly string[];
  readonly folderId: string;
  /** The journal position of its last change. */
  readonly position: number;
  readonly fingerprint: string;
  readonly contact: Contact;
  /** The number of the contact's canonical form; older rows do not tell. */
  readonly form?: number | undefined;
  readonly removal: Removal;
}

const snapshotRow = z.object({
  sourceKey: z.string(),
  folderId: z.string(),
  position: z.number(),
  fingerprint: z.string(),
  form: z.number().optional(),
  pending: z.boolean(),
  kept: z.boolean(),
});

const presentIds = z.array(z.string());
const presentIdRow = z.object({ sourceKey: z.string() });

/** One entry of the journal; `contact` is null for a removal. */
export interface JournalChange {
  readonly position: number;
  readonly sourceKey: string;
  readonly contact: Contact | null;
  /** The contact as it was, with the position of its last change; null where the source did not have it; older rows do not tell. */
  readonly before?: { readonly contact: Contact; readonly position: number } | null | undefined;
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
const beforePosition = z.object({ beforePosition: z.number() });

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
    ...openTargets(table, listId),
    readCheckpoint,
    readSealedCheckpoint,
    readSnapshot,
    readSnapshotContacts,
    readSnapshotOf,
    countKept,
    readJournal,
    readChangesAfter,
    readLog,
    readChangedAt,
    readOldPositions,
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

  /**
   * The contacts that have these ids at the source, or one of them as their key.
   *
   * @param hasOtherIds of the checkpoint: without, an id is looked for as a key alone
   */
  async function readSnapshotOf(ids: readonly string[], hasOtherIds: boolean): Promise<SnapshotContact[]> {
    const rows = await readSnapshotContacts(ids);
    if (!hasOtherIds) return rows;
    const found = new Set(rows.flatMap(row => row.ids));
    const others = ids.filter(id => !found.has(id)).map(id => table.get(listId, presentIdKey(id)));
    const keys = (await Promise.all(others)).flatMap(row =>
      row ? [presentIdRow.parse(row.properties).sourceKey] : [],
    );
    return [...rows, ...(await readSnapshotContacts(keys))];
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

  /** Every change after `position` that the journal still holds, oldest first. */
  async function readChangesAfter(position: number): Promise<JournalChange[]> {
    const rows = await table.query(listId, { from: `change:${encodePosition(position + 1)}`, to: 'change;' });
    return rows.map(parseChange);
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
  const stored = { ...details, ...(details.problems[0] ? { problem: details.problems[0] } : {}) };
  const properties = { schemaVersion, head, partial, capturedAt, capturingUntil, ...packJson('details', stored) };
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

/** The row of a contact, and those of its ids that are not its key. */
export function snapshotOperations(
  { contact, ids, form, removal, ...rest }: SnapshotContact,
  idsBefore: readonly string[],
): RowOperation[] {
  const { sourceKey } = rest;
  const others = otherIds(sourceKey, ids);
  const properties = {
    schemaVersion,
    ...rest,
    ...removalColumns(removal),
    ...(form === undefined ? {} : { form }),
    ...packJson('contact', contact),
    ...(others.length > 0 ? packJson('ids', ids) : {}),
  };
  return [
    { kind: 'replace', rowKey: snapshotKey(sourceKey), properties },
    ...others.map(id => presentIdOperation(id, sourceKey)),
    ...presentIdRemovals(
      sourceKey,
      idsBefore.filter(id => !ids.includes(id)),
    ),
  ];
}

export function snapshotRemovals(sourceKey: string, idsBefore: readonly string[]): RowOperation[] {
  return [{ kind: 'delete', rowKey: snapshotKey(sourceKey) }, ...presentIdRemovals(sourceKey, idsBefore)];
}

function presentIdOperation(id: string, sourceKey: string): RowOperation {
  return { kind: 'replace', rowKey: presentIdKey(id), properties: { schemaVersion, sourceKey } };
}

function presentIdRemovals(sourceKey: string, ids: readonly string[]): RowOperation[] {
  return otherIds(sourceKey, ids).map(id => ({ kind: 'delete', rowKey: presentIdKey(id) }));
}

function otherIds(sourceKey: string, ids: readonly string[]): string[] {
  return ids.filter(id => id !== sourceKey);
}

export function journalOperation({ contact, before, position, sourceKey, added, at }: JournalChange): RowOperation {
  return {
    kind: 'replace',
    rowKey: `change:${encodePosition(position)}`,
    properties: {
      schemaVersion,
      position,
      sourceKey,
      ...(added === undefined ? {} : { added }),
      ...(at === undefined ? {} : { at }),
      ...packContact('contact', contact),
      ...beforeColumns(before),
    },
  };
}

function snapshotKey(sourceKey: string): string {
  return `contact:${encodeKey(sourceKey)}`;
}

function presentIdKey(id: string): string {
  return `id:${encodeKey(id)}`;
}

function parseCheckpoint(row: StoredRow): SourceCheckpoint {
  const { problem, problems, ...details } = checkpointDetails.parse(unpackJson('details', row.properties));
  // An older version writes the first one alone.
  const all = problems.length === 0 && problem ? [problem] : problems;
  return { ...checkpointRow.parse(row.properties), ...details, problems: all };
}

/** Contacts in our own rows were canonical when written. */
function parseSnapshotContact({ properties }: StoredRow): SnapshotContact {
  const { pending, kept, ...row } = snapshotRow.parse(properties);
  const ids = presentIds.parse(unpackJson('ids', properties) ?? [row.sourceKey]);
  const removal = pending ? 'held' : kept ? 'rejected' : 'none';
  return { ...row, ids, removal, contact: unpackJson('contact', properties) as Contact };
}

function removalColumns(removal: Removal): Pick<z.infer<typeof snapshotRow>, 'pending' | 'kept'> {
  return { pending: removal === 'held', kept: removal === 'rejected' };
}

function parseChange(row: StoredRow): JournalChange {
  const contact = unpackContact('contact', row.properties) ?? null;
  return { ...changeRow.parse(row.properties), contact, before: parseBefore(row.properties) };
}

function parseBefore(properties: Properties): JournalChange['before'] {
  const contact = unpackContact('before', properties);
  return contact && { contact, position: beforePosition.parse(properties).beforePosition };
}

function beforeColumns(before: JournalChange['before']): Properties {
  if (before === undefined) return {};
  return before
    ? { ...packContact('before', before.contact), beforePosition: before.position }
    : packContact('before', null);
}

function packContact(name: string, contact: Contact | null): Properties {
  return packText(name, contact ? JSON.stringify(contact) : '');
}

/** Null for a contact that was not there; undefined where the row does not tell. */
function unpackContact(name: string, properties: Properties): Contact | null | undefined {
  const text = unpackText(name, properties);
  if (text === undefined) return undefined;
  return text === '' ? null : (JSON.parse(text) as Contact);
}
