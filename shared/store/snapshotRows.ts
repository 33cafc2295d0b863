import * as z from 'zod';
import type { Contact } from '../domain/contact.ts';
import type { KnownPhoto } from '../domain/photo.ts';
import { type ContactPart, decisionOn, noRemoval, type Removal } from '../domain/sourceChanges.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readIfReadable, readJson } from './columns.ts';
import { packContact, readContact, storedContact } from './contactColumns.ts';
import { type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { packJson, unpackText } from './longText.ts';
import { decodeKey, encodeKey, rangeOf } from './rowKey.ts';

const schemaVersion = 1;

/** A contact as the source last had it. */
export interface SnapshotContact {
  readonly sourceKey: string;
  /** Its ids at the source by now (rules.md: Imported anew). */
  readonly ids: readonly string[];
  readonly folderId: string;
  /** The journal position of its last change. */
  readonly position: number;
  readonly fingerprint: string;
  readonly contact: Contact;
  /** The number of the contact's canonical form; older rows do not tell. */
  readonly form?: number | undefined;
  readonly photo?: KnownPhoto | undefined;
  readonly removal: Removal;
  /** Of a person of several sources, in the order of precedence. */
  readonly parts?: readonly ContactPart[] | undefined;
  /** Its row is damaged: what the contact is only the source can tell. */
  readonly isLost?: true;
}

/** Of a contact that is at the source as it was. */
export type SnapshotOutline = Omit<SnapshotContact, 'contact' | 'parts' | 'isLost'>;

const snapshotRow = z.object({
  sourceKey: z.string(),
  folderId: z.string(),
  position: z.number(),
  fingerprint: z.string(),
  form: z.number().optional(),
  /** The hash of its photo. */
  photo: z.string().optional(),
  photoEtag: z.string().optional(),
  photoLeftOut: z.enum(['notJpeg', 'tooLarge']).optional().catch(undefined),
  photoOwed: z.literal(true).optional(),
  pending: z.boolean(),
  kept: z.boolean(),
});

const storedPhoto = z.object({
  hash: z.string().optional(),
  etag: z.string().optional(),
  leftOut: z.enum(['notJpeg', 'tooLarge']).optional().catch(undefined),
  owed: z.literal(true).optional(),
});
const storedParts = z
  .array(z.object({ id: z.string(), folderId: z.string(), contact: storedContact, photo: storedPhoto.optional() }))
  .optional();
/** Columns of a row `contact:`. */
export const snapshotColumnNames = {
  columns: Object.keys(snapshotRow.shape),
  texts: ['contact', 'ids', 'parts', 'waiting'],
};

const presentIds = z.array(z.string());
const presentIdRow = z.object({ sourceKey: z.string() });
export const presentIdColumnNames = Object.keys(presentIdRow.shape);

/** The snapshot of one list in its partition of `Sources`. */
export function openSnapshot(table: Table, listId: string) {
  return {
    readSnapshot,
    readSnapshotOutlines,
    readMendableSnapshot,
    readSnapshotContacts,
    readSnapshotOf,
    countKept,
    readPhotoHashes,
  };

  /** @throws DamagedRow */
  async function readSnapshot(): Promise<SnapshotContact[]> {
    const rows = await table.query(listId, rangeOf('contact:'));
    return rows.map(parseSnapshotRow);
  }

  /** Of a list none of whose contacts has another id than its key, parts, or something that waits. @throws DamagedRow */
  async function readSnapshotOutlines(): Promise<SnapshotOutline[]> {
    const rows = await table.query(listId, rangeOf('contact:'), Object.keys(snapshotRow.shape));
    return rows.map(row => readRow(placeOf(row), () => parseSnapshotOutline(row)));
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

  /** @throws DamagedRow */
  async function readSnapshotContacts(sourceKeys: readonly string[]): Promise<SnapshotContact[]> {
    const rows = await Promise.all(sourceKeys.map(key => table.get(listId, snapshotKey(key))));
    return rows.filter(row => row !== undefined).map(parseSnapshotRow);
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

  /** Of all photos that contacts have, also those of parts that give way to others. @throws DamagedRow */
  async function readPhotoHashes(): Promise<string[]> {
    const snapshot = await readSnapshot();
    const photos = snapshot.flatMap(({ photo, parts = [] }) => [photo, ...parts.map(part => part.photo)]);
    return photos.flatMap(photo => photo?.hash ?? []);
  }

  function parseSnapshotRow(row: StoredRow): SnapshotContact {
    return readRow(placeOf(row), () => parseSnapshotContact(row));
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey };
  }
}

/** The row of a contact, and those of its ids that are not its key. */
export function snapshotOperations(
  { contact, ids, form, photo, removal, parts, isLost: _, ...rest }: SnapshotContact,
  idsBefore: readonly string[],
): RowOperation[] {
  const { sourceKey } = rest;
  const others = otherIds(sourceKey, ids);
  const properties = {
    schemaVersion,
    ...rest,
    ...removalColumns(removal),
    ...(form === undefined ? {} : { form }),
    ...photoColumns(photo),
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

function photoColumns(photo: KnownPhoto = {}): Properties {
  return {
    ...(photo.hash === undefined ? {} : { photo: photo.hash }),
    ...(photo.etag === undefined ? {} : { photoEtag: photo.etag }),
    ...(photo.leftOut === undefined ? {} : { photoLeftOut: photo.leftOut }),
    ...(photo.owed ? { photoOwed: true } : {}),
  };
}

function photoIn({ photo, photoEtag, photoLeftOut, photoOwed }: z.infer<typeof snapshotRow>): KnownPhoto | undefined {
  const known = {
    ...(photo === undefined ? {} : { hash: photo }),
    ...(photoEtag === undefined ? {} : { etag: photoEtag }),
    ...(photoLeftOut === undefined ? {} : { leftOut: photoLeftOut }),
    ...(photoOwed ? { owed: photoOwed } : {}),
  };
  return Object.keys(known).length > 0 ? known : undefined;
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

/** Those that are not the key. */
export function otherIds(sourceKey: string, ids: readonly string[]): string[] {
  return ids.filter(id => id !== sourceKey);
}

function snapshotKey(sourceKey: string): string {
  return `contact:${encodeKey(sourceKey)}`;
}

function presentIdKey(id: string): string {
  return `id:${encodeKey(id)}`;
}

export function presentIdMended(row: StoredRow, owners: ReadonlyMap<string, string>): RowOperation {
  const id = decodeKey(row.rowKey.slice('id:'.length));
  const owner = owners.get(id);
  return owner === undefined ? removalOf(row) : presentIdOperation(id, owner);
}

export function removalOf({ rowKey }: StoredRow): RowOperation {
  return { kind: 'delete', rowKey };
}

/** @throws UnreadableProperty */
export function parseSnapshotContact({ properties }: StoredRow): SnapshotContact {
  const row = readOutline(properties);
  const ids = readJson('ids', presentIds.default([row.sourceKey]), properties);
  const contact = readContact(unpackText('contact', properties));
  const parts = readJson('parts', storedParts, properties);
  const waiting = unpackText('waiting', properties);
  const removal = waiting ? narrowed(row.removal, readContact(waiting)) : row.removal;
  return { ...row, ids, contact, removal, ...(parts && { parts }) };
}

/** @throws UnreadableProperty */
function parseSnapshotOutline({ properties }: StoredRow): SnapshotOutline {
  const row = readOutline(properties);
  return { ...row, ids: [row.sourceKey] };
}

/** @throws UnreadableProperty */
function readOutline(properties: Properties): Omit<SnapshotOutline, 'ids'> {
  const columns = readColumns(snapshotRow, properties);
  const { pending, kept, photo: _, photoEtag: _etag, photoLeftOut: _leftOut, photoOwed: _owed, ...row } = columns;
  const photo = photoIn(columns);
  return { ...row, removal: goneBy(pending, kept), ...(photo && { photo }) };
}

/** As far as these columns tell: whose contact is at the source, too, was narrowed. */
function goneBy(pending: boolean, kept: boolean): Removal {
  if (pending) return { kind: 'gone', decision: 'held' };
  return kept ? { kind: 'gone', decision: 'rejected' } : noRemoval;
}

function narrowed(removal: Removal, contact: Contact): Removal {
  return removal.kind === 'none' ? removal : { kind: 'narrowed', decision: removal.decision, contact };
}

function removalColumns(removal: Removal): Properties {
  const decision = decisionOn({ removal });
  return {
    pending: decision === 'held',
    kept: decision === 'rejected',
    ...(removal.kind === 'narrowed' ? packContact('waiting', removal.contact) : {}),
  };
}

/**
 * Its removal is only inferred where the row tells that nobody rejected it. Its fingerprint is that of no contact, so
 * that what the source says of it is a change.
 */
function lostContact({ rowKey, properties }: StoredRow): SnapshotContact {
  const sourceKey = decodeKey(rowKey.slice('contact:'.length));
  const untold = { sourceKey, folderId: '', position: 0, fingerprint: '', pending: false, kept: true };
  const { folderId, position, pending, kept } = readEachColumn(snapshotRow, properties, untold).columns;
  return {
    folderId,
    position,
    sourceKey,
    ids: idsIn(properties) ?? [sourceKey],
    fingerprint: '',
    form: undefined,
    removal: goneBy(pending, kept),
    contact: {},
    isLost: true,
  };
}

function idsIn(properties: StoredRow['properties']): readonly string[] | undefined {
  return readIfReadable(() => readJson('ids', presentIds.optional(), properties));
}

/** @throws UnreadableProperty */
export function parsePresentId({ properties }: StoredRow): string {
  return readColumns(presentIdRow, properties).sourceKey;
}
