import * as z from 'zod';
import { addressFields, type Contact, listFields, textFields } from '../domain/contact.ts';
import { decidedKinds } from '../domain/hold.ts';
import type { ContactPart, Removal } from '../domain/sourceChanges.ts';
import type { KeyRange, Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readJson } from './columns.ts';
import { DamagedRow, describeDamage, type RowPlace, readRow, readRowOr, UnreadableProperty } from './damagedRow.ts';
import { packJson, packText, parseJson, unpackText } from './longText.ts';
import { type Problem, storedProblem } from './progress.ts';
import { decodeKey, encodeKey, encodePosition, rangeOf } from './rowKey.ts';
import { isSealBroken, sealOperation } from './seal.ts';
import { openTargets } from './targets.ts';
import { keepUnknownColumns, type RowKind } from './unknownColumns.ts';

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
  /** What keys begin with, by source; empty for a list that only ever had one. */
  sourceNames: z.array(z.object({ name: z.string(), identity: z.string(), prefix: z.string() })).default([]),
  /** Where the last reading of a source ended that is not a contact folder: its kind's own text. */
  cursor: z.string().optional(),
  /** How many contacts the snapshot holds. */
  contacts: z.number(),
  hold: hold.optional(),
  /** How many removals the hold named that was rejected last. */
  rejectedRemovals: z.number().optional(),
  /** What was decided within the last hour, in epoch milliseconds: who decides it once more is told so. */
  decided: z.array(z.object({ kind: z.enum(decidedKinds), removals: z.number(), at: z.number() })).default([]),
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
  /** Of a damaged row what it tells; the rest is as before the first capture. */
  readonly checkpoint: SourceCheckpoint;
  readonly etag: string;
  readonly sealEtag: string | undefined;
  /** What is damaged of the list, as far as somebody has met it: to be mended by a reading from the start. */
  readonly damage: DamagedRow | undefined;
}

/** How a list shows that a row of it is damaged. */
export function describeSourceDamage(damage: DamagedRow): Problem {
  return describeDamage(damage, 'The next capture reads the source from the start and writes anew what it can');
}

/** Whether the list's rows were put back from a backup: its mailboxes may be ahead of them. */
export function isPutBack({ checkpoint, sealEtag }: SealedCheckpoint): boolean {
  return isSealBroken(checkpoint.sealEtag, sealEtag);
}

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
  /** Of a person of several sources, in the order of precedence. */
  readonly parts?: readonly ContactPart[] | undefined;
  /** Its row is damaged: what the contact is only the source can tell. */
  readonly isLost?: true;
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

const optionalText = z.string().optional();
const storedContact = z.object({
  ...Object.fromEntries([...textFields, 'birthday'].map(field => [field, optionalText])),
  ...Object.fromEntries(listFields.map(field => [field, z.array(z.string()).optional()])),
  ...Object.fromEntries(addressFields.map(field => [field, z.record(z.string(), z.string()).optional()])),
  emailAddresses: z.array(z.object({ name: optionalText, address: optionalText })).optional(),
});
const storedParts = z.array(z.object({ id: z.string(), folderId: z.string(), contact: storedContact })).optional();

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
/** Beside the checkpoint, so that one query reads all. */
const sealKey = `${checkpointKey}:seal`;
const damageKey = `${checkpointKey}:damage`;

const damageRow = z.object({ damagedKey: z.string(), property: z.string() });

const rowKinds: readonly RowKind[] = [
  { prefix: sealKey, columns: [] },
  { prefix: damageKey, columns: Object.keys(damageRow.shape) },
  { prefix: checkpointKey, columns: Object.keys(checkpointRow.shape), texts: ['details'] },
  { prefix: 'contact:', columns: Object.keys(snapshotRow.shape), texts: ['contact', 'ids', 'parts'] },
  {
    prefix: 'change:',
    columns: [changeRow, beforePosition].flatMap(({ shape }) => Object.keys(shape)),
    texts: ['contact', 'before'],
  },
  { prefix: 'id:', columns: Object.keys(presentIdRow.shape) },
  { prefix: 'targets', columns: [], texts: ['targets'] },
  { prefix: 'members:', columns: [], texts: ['members', 'missing'] },
  { prefix: 'leavingHold', columns: [], texts: ['hold'] },
  { prefix: 'mailboxSearch', columns: ['at'] },
];

/** In the place of what a damaged checkpoint does not tell: everything is found out anew. */
const untoldDetails = {
  identity: '',
  mailboxId: '',
  folders: [],
  contacts: 0,
  hasOtherIds: true,
  recentRemovals: [],
  policies: { whenTargetLeaves: 'leave', maxRemovalShare: 0, maxRemovals: 0 },
};

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

/** The partition of one list in `Sources`: checkpoint, snapshot and journal. */
export function openSource(stored: Table, listId: string) {
  const table = keepUnknownColumns(stored, rowKinds);
  return {
    ...openTargets(table, listId),
    readCheckpoint,
    readSealedCheckpoint,
    readPace,
    noteDamage,
    readSnapshot,
    readMendableSnapshot,
    mend,
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

  /** @throws DamagedRow */
  async function readCheckpoint(): Promise<{ checkpoint: SourceCheckpoint; etag: string } | undefined> {
    const row = await table.get(listId, checkpointKey);
    return row && { checkpoint: readRow(placeOf(row), () => parseCheckpoint(row)), etag: row.etag };
  }

  /** The checkpoint with the etag of its seal, and whether something of the list is damaged. */
  async function readSealedCheckpoint(): Promise<SealedCheckpoint | undefined> {
    const rows = await table.query(listId, { from: checkpointKey, to: `${checkpointKey};` });
    const row = rows.find(({ rowKey }) => rowKey === checkpointKey);
    if (!row) return undefined;
    const sealEtag = rows.find(({ rowKey }) => rowKey === sealKey)?.etag;
    const noted = rows.find(({ rowKey }) => rowKey === damageKey);
    const sealed = { etag: row.etag, sealEtag };
    try {
      const checkpoint = readRow(placeOf(row), () => parseCheckpoint(row));
      return { ...sealed, checkpoint, damage: noted && parseDamage(noted) };
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      const checkpoint = rebuildCheckpoint(row, await findHead(row));
      return { ...sealed, checkpoint, damage: error };
    }
  }

  /** How many captures have started, and when the last one did; of a damaged row, what it tells. */
  async function readPace(): Promise<Pick<SourceCheckpoint, 'captures' | 'captureStartedAt'> | undefined> {
    const row = await table.get(listId, checkpointKey);
    return (
      row &&
      readRowOr(
        placeOf(row),
        () => parseCheckpoint(row),
        () => rebuildCheckpoint(row, 0),
      )
    );
  }

  /** The head that the row tells, else the newest position of the journal. */
  async function findHead({ properties }: StoredRow): Promise<number> {
    const { head } = readEachColumn(checkpointRow.pick({ head: true }).partial(), properties).columns;
    if (head !== undefined) return head;
    const keys = (await table.query(listId, rangeOf('change:'), ['RowKey'])).map(({ rowKey }) => rowKey);
    return Number((keys.at(-1) ?? 'change:0').slice('change:'.length));
  }

  function parseDamage({ properties }: StoredRow): DamagedRow {
    const { damagedKey, property } = readEachColumn(damageRow, properties, { damagedKey: '', property: '' }).columns;
    return new DamagedRow({ table: 'Sources', partitionKey: listId, rowKey: damagedKey }, property);
  }

  /** For the status of the list and its next capture. */
  async function noteDamage({ place, property }: DamagedRow): Promise<void> {
    const properties = { schemaVersion, damagedKey: place.rowKey, property };
    await table.write(listId, [{ kind: 'replace', rowKey: damageKey, properties }]);
  }

  /** @throws DamagedRow */
  async function readSnapshot(): Promise<SnapshotContact[]> {
    const rows = await table.query(listId, rangeOf('contact:'));
    return rows.map(parseSnapshotRow);
  }

  /** Of damaged rows, whose contacts they are. */
  async function readMendableSnapshot(): Promise<SnapshotContact[]> {
    const rows = await table.query(listId, rangeOf('contact:'));
    return rows.map(row =>
      readRowOr(
        placeOf(row),
        () => parseSnapshotContact(row),
        () => lostContact(row),
      ),
    );
  }

  /**
   * Deletes changes that cannot be read, so that whoever needs them takes the snapshot, and writes anew whose the ids
   * are. What of the snapshot the source did not tell stays noted.
   */
  async function mend(snapshot: Iterable<SnapshotContact>): Promise<void> {
    const changes = await table.query(listId, rangeOf('change:'));
    const ids = await table.query(listId, rangeOf('id:'));
    const owners = new Map([...snapshot].flatMap(({ sourceKey, ids: own }) => own.map(id => [id, sourceKey] as const)));
    const operations = [
      ...changes.filter(row => damageIn(row, parseChange)).map(removalOf),
      ...ids.filter(row => damageIn(row, parsePresentId)).map(row => presentIdMended(row, owners)),
    ];
    for (let start = 0; start < operations.length; start += 100) {
      await table.write(listId, operations.slice(start, start + 100));
    }
    const contacts = await table.query(listId, rangeOf('contact:'));
    const [left] = contacts.flatMap(row => damageIn(row, parseSnapshotContact) ?? []);
    if (left) await noteDamage(left);
    else await table.write(listId, [{ kind: 'delete', rowKey: damageKey }]);
  }

  function damageIn(row: StoredRow, parse: (row: StoredRow) => unknown): DamagedRow | undefined {
    return readRowOr<DamagedRow | undefined>(
      placeOf(row),
      () => void parse(row),
      damage => damage,
    );
  }

  /** @throws DamagedRow */
  async function readSnapshotContacts(sourceKeys: readonly string[]): Promise<SnapshotContact[]> {
    const rows = await Promise.all(sourceKeys.map(key => table.get(listId, snapshotKey(key))));
    return rows.filter(row => row !== undefined).map(parseSnapshotRow);
  }

  function parseSnapshotRow(row: StoredRow): SnapshotContact {
    return readRow(placeOf(row), () => parseSnapshotContact(row));
  }

  function parseChangeRow(row: StoredRow): JournalChange {
    return readRow(placeOf(row), () => parseChange(row));
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey };
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
      row ? [readRow(placeOf(row), () => parsePresentId(row))] : [],
    );
    return [...rows, ...(await readSnapshotContacts(keys))];
  }

  /** How many contacts stay in the targets although the source lost them, because their removal was rejected. */
  async function countKept(): Promise<number> {
    const rows = await table.query(listId, rangeOf('contact:'), ['kept']);
    return rows.filter(({ properties }) => properties.kept === true).length;
  }

  /**
   * The changes after `position` up to `head`, or undefined when the journal does not hold every one of them.
   *
   * @throws DamagedRow
   */
  async function readJournal(position: number, head: number): Promise<JournalChange[] | undefined> {
    const rows = await table.query(listId, {
      from: `change:${encodePosition(position + 1)}`,
      to: `change:${encodePosition(head + 1)}`,
    });
    return rows.length === head - position ? rows.map(parseChangeRow) : undefined;
  }

  /** Every change after `position` that the journal still holds, oldest first. */
  async function readChangesAfter(position: number): Promise<JournalChange[]> {
    const rows = await table.query(listId, { from: `change:${encodePosition(position + 1)}`, to: 'change;' });
    return rows.map(parseChangeRow);
  }

  /** Every change that the journal still holds and that can be read, oldest first, and the first that cannot. */
  async function readLog(): Promise<{ changes: JournalChange[]; damage: DamagedRow | undefined }> {
    const rows = await table.query(listId, rangeOf('change:'));
    const read = rows.map(row =>
      readRowOr<JournalChange | DamagedRow>(
        placeOf(row),
        () => parseChange(row),
        damage => damage,
      ),
    );
    return {
      changes: read.flatMap(each => (each instanceof DamagedRow ? [] : [each])),
      damage: read.find(each => each instanceof DamagedRow),
    };
  }

  /** Epoch milliseconds of the capture that found the change at a position; undefined when the journal does not tell. */
  async function readChangedAt(position: number): Promise<number | undefined> {
    const row = await table.get(listId, `change:${encodePosition(position)}`);
    return row && readEachColumn(changeRow.pick({ at: true }), row.properties).columns.at;
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
    const read =
      row &&
      readRowOr(
        placeOf(row),
        () => readJson('hold', storable(hold), row.properties),
        () => unreadableHold,
      );
    return row && read && { hold: read, etag: row.etag };
  }

  /** When mailboxes were last looked for that `Progress` does not know: epoch milliseconds, 0 for never. */
  async function readMailboxSearch(): Promise<number> {
    const row = await table.get(listId, mailboxSearchKey);
    return row ? readEachColumn(mailboxSearchRow, row.properties).columns.at : 0;
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

/** Nothing is decided, and the next run counts anew. */
const unreadableHold: StoredHold = {
  reason: 'TooManyMailboxesLeaving',
  removals: 0,
  of: 0,
  since: 0,
  decision: 'open',
};

const mailboxSearchRow = z.object({ at: z.number().default(0) });
const leavingHoldKey = 'leavingHold';
const mailboxSearchKey = 'mailboxSearch';

/** Where everything lies that the status of a list tells of its source: checkpoint, hold, subscriptions, targets. */
export const statusRanges: readonly KeyRange[] = [
  { from: checkpointKey, to: `${checkpointKey};` },
  { from: leavingHoldKey, to: 'targets;' },
];

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
  { contact, ids, form, removal, parts, isLost: _, ...rest }: SnapshotContact,
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
    ...(parts ? packJson('parts', parts) : {}),
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

/** Members that a newer version added stay where they are. */
function storable<Schema extends z.ZodObject>(schema: Schema): Schema {
  return schema.loose() as unknown as Schema;
}

function presentIdMended(row: StoredRow, owners: ReadonlyMap<string, string>): RowOperation {
  const id = decodeKey(row.rowKey.slice('id:'.length));
  const owner = owners.get(id);
  return owner === undefined ? removalOf(row) : presentIdOperation(id, owner);
}

function removalOf({ rowKey }: StoredRow): RowOperation {
  return { kind: 'delete', rowKey };
}

/** @throws UnreadableProperty */
function parseCheckpoint({ properties }: StoredRow): SourceCheckpoint {
  const details = readJson('details', storable(checkpointDetails), properties);
  return checkpointOf(readColumns(checkpointRow, properties), details);
}

function checkpointOf(
  columns: z.infer<typeof checkpointRow>,
  { problem, problems, ...details }: z.infer<typeof checkpointDetails>,
): SourceCheckpoint {
  // An older version writes the first one alone.
  const all = problems.length === 0 && problem ? [problem] : problems;
  return { ...columns, ...details, problems: all };
}

/**
 * What a damaged row does not tell is found out by reading from the start. Without head or epoch the journal is another
 * from now on, since nobody can say whether its positions are those that mailboxes reached.
 */
function rebuildCheckpoint({ properties }: StoredRow, newestPosition: number): SourceCheckpoint {
  const untold = { head: newestPosition, partial: true, capturedAt: 0, capturingUntil: 0 };
  const { columns, unreadable } = readEachColumn(checkpointRow, properties, untold);
  const details = readEachColumn(checkpointDetails, detailsIn(properties), untoldDetails).columns;
  const told = checkpointOf(columns, details);
  return { ...told, partial: true, epoch: unreadable.includes('head') ? 0 : told.epoch, hasOtherIds: true };
}

function detailsIn(properties: StoredRow['properties']): Readonly<Record<string, unknown>> {
  return readIfReadable(() => readJson('details', z.looseObject({}), properties)) ?? {};
}

function idsIn(properties: StoredRow['properties']): readonly string[] | undefined {
  return readIfReadable(() => readJson('ids', presentIds.optional(), properties));
}

function readIfReadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableProperty) return undefined;
    throw error;
  }
}

/** Contacts in our own rows were canonical when written. @throws UnreadableProperty */
function parseSnapshotContact({ properties }: StoredRow): SnapshotContact {
  const { pending, kept, ...row } = readColumns(snapshotRow, properties);
  const ids = readJson('ids', presentIds.default([row.sourceKey]), properties);
  const contact = readContact(unpackText('contact', properties));
  const parts = readJson('parts', storedParts, properties) as SnapshotContact['parts'];
  return { ...row, ids, removal: removalBy(pending, kept), contact, ...(parts && { parts }) };
}

function removalBy(pending: boolean, kept: boolean): Removal {
  if (pending) return 'held';
  return kept ? 'rejected' : 'none';
}

function removalColumns(removal: Removal): Pick<z.infer<typeof snapshotRow>, 'pending' | 'kept'> {
  return { pending: removal === 'held', kept: removal === 'rejected' };
}

/**
 * Its removal is only inferred where the row tells that nobody rejected it. Its fingerprint is that of no contact, so
 * that what the source says of it is a change.
 */
function lostContact({ rowKey, properties }: StoredRow): SnapshotContact {
  const sourceKey = decodeKey(rowKey.slice('contact:'.length));
  const untold = { sourceKey, folderId: '', position: 0, fingerprint: '', pending: false, kept: true };
  const { pending, kept, ...columns } = readEachColumn(snapshotRow, properties, untold).columns;
  return {
    ...columns,
    sourceKey,
    ids: idsIn(properties) ?? [sourceKey],
    fingerprint: '',
    form: undefined,
    removal: removalBy(pending, kept),
    contact: {},
    isLost: true,
  };
}

/** @throws UnreadableProperty */
function parseChange({ properties }: StoredRow): JournalChange {
  const text = unpackText('contact', properties);
  const row = readColumns(changeRow, properties);
  return { ...row, contact: text === '' ? null : readContact(text), before: parseBefore(properties) };
}

function parseBefore(properties: Properties): JournalChange['before'] {
  const text = unpackText('before', properties);
  if (text === undefined) return undefined;
  if (text === '') return null;
  return { contact: readContact(text), position: readColumns(beforePosition, properties).beforePosition };
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

/** @throws UnreadableProperty */
function readContact(text: string | undefined): Contact {
  const contact = text === undefined ? undefined : parseJson('contact', text);
  if (!storedContact.safeParse(contact).success) throw new UnreadableProperty('contact');
  return contact as Contact;
}

/** @throws UnreadableProperty */
function parsePresentId({ properties }: StoredRow): string {
  return readColumns(presentIdRow, properties).sourceKey;
}
