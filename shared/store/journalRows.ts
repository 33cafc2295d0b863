import * as z from 'zod';
import type { Contact } from '../domain/contact.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readIfReadable, readJson } from './columns.ts';
import { packContact, readContact } from './contactColumns.ts';
import { DamagedRow, type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { deleteRows } from './deleteRows.ts';
import { packJson, unpackText } from './longText.ts';
import { encodePosition, justAfter, rangeOf } from './rowKey.ts';

const schemaVersion = 1;

/** A contact as it was before a change. */
export interface BeforeImage {
  readonly contact: Contact;
  /** Of its last change. */
  readonly position: number;
  /** What else its snapshot row told; older rows do not tell. */
  readonly source?: z.infer<typeof beforeSource> | undefined;
}

/** One entry of the journal; `contact` is null for a removal. */
export interface JournalChange {
  readonly position: number;
  readonly sourceKey: string;
  readonly contact: Contact | null;
  /** The hash of its photo. */
  readonly photo?: string | undefined;
  /** The contact as it was, with the position of its last change; null where the source did not have it; older rows do not tell. */
  readonly before?: BeforeImage | null | undefined;
  /** False where the source had the contact before; older rows do not tell. */
  readonly added?: boolean | undefined;
  /** Epoch milliseconds of the capture that found it; older rows do not tell. */
  readonly at?: number | undefined;
  /** The run whose capture it was; older rows do not tell. */
  readonly run?: string | undefined;
  /** A rollback added it: users may have it as their own again. */
  readonly broughtBack?: true | undefined;
  /** Somebody had the person forgotten: what the contact was nobody can tell any more. */
  readonly forgotten?: true | undefined;
}

const beforeSource = z.object({
  folderId: z.string(),
  /** Where they are others than the key alone. */
  ids: z.array(z.string()).optional(),
  form: z.number().optional(),
  /** The hash of its photo. */
  photo: z.string().optional(),
});

const changeRow = z.object({
  position: z.number(),
  sourceKey: z.string(),
  photo: z.string().optional(),
  added: z.boolean().optional(),
  at: z.number().optional(),
  run: z.string().optional(),
  broughtBack: z.literal(true).optional().catch(undefined),
  forgotten: z.literal(true).optional(),
});
const beforePositionColumn = z.object({ beforePosition: z.number() });

/** Columns of a row `change:`. */
export const changeColumnNames = {
  columns: [changeRow, beforePositionColumn].flatMap(({ shape }) => Object.keys(shape)),
  texts: ['contact', 'before', 'beforeSource'],
};

const rowsAtOnce = 1000;

/** The journal of one list in its partition of `Sources`. */
export function openJournal(table: Table, listId: string) {
  return {
    readJournal,
    readChangesAfter,
    readPagesAfter,
    readLog,
    readChangedAt,
    readNewestPosition,
    readPhotosOfJournal,
    trimJournal,
  };

  /**
   * The changes after `position` up to `head`, or undefined when the journal does not hold every one of them.
   *
   * @throws DamagedRow
   */
  async function readJournal(position: number, head: number): Promise<JournalChange[] | undefined> {
    const rows = await table.query(listId, {
      from: changeKey(position + 1),
      to: changeKey(head + 1),
    });
    return rows.length === head - position ? rows.map(parseChangeRow) : undefined;
  }

  /** Every change after `position` that the journal still holds, oldest first. */
  async function readChangesAfter(position: number): Promise<JournalChange[]> {
    const rows = await table.query(listId, { from: changeKey(position + 1), to: 'change;' });
    return rows.map(parseChangeRow);
  }

  /** The same page by page, less those that cannot be read. */
  async function* readPagesAfter(position: number): AsyncGenerator<readonly JournalChange[]> {
    for (let from = changeKey(position + 1), isLast = false; !isLast; ) {
      const rows = await table.query(listId, { from, to: 'change;', limit: rowsAtOnce });
      isLast = rows.length < rowsAtOnce;
      from = justAfter(rows.at(-1)?.rowKey ?? from);
      yield rows.flatMap(row =>
        readRowOr<JournalChange[]>(
          placeOf(row),
          () => [parseChange(row)],
          () => [],
        ),
      );
    }
  }

  /**
   * Every change that the journal still holds and that can be read, oldest first, and the first that cannot.
   *
   * @param after a position: only later ones
   */
  async function readLog(after = 0): Promise<{ changes: JournalChange[]; damage: DamagedRow | undefined }> {
    const rows = await table.query(listId, { from: changeKey(after + 1), to: 'change;' });
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
    const row = await table.get(listId, changeKey(position));
    return row && readEachColumn(changeRow.pick({ at: true }), row.properties).columns.at;
  }

  /** The newest position that it holds, 0 for none. */
  async function readNewestPosition(): Promise<number> {
    const keys = (await table.query(listId, rangeOf('change:'), ['RowKey'])).map(({ rowKey }) => rowKey);
    return positionOf(keys.at(-1) ?? 'change:0');
  }

  /** Hashes of the photos that contacts have and had. */
  async function readPhotosOfJournal(): Promise<string[]> {
    const rows = await table.query(listId, rangeOf('change:'), ['photo', 'beforeSource']);
    return rows.flatMap(({ properties }) => photosIn(properties));
  }

  /**
   * Removes changes of before a time, oldest first. Resolves with their number. One that does not tell its time goes with
   * a later one.
   *
   * @param before epoch milliseconds
   * @param needed the position after which every change stays, whatever its time
   */
  async function trimJournal(before: number, needed?: number): Promise<number> {
    const to = needed === undefined ? 'change;' : changeKey(needed + 1);
    let forgotten = 0;
    let undecided: StoredRow[] = [];
    for (let from = 'change:', isLast = false; !isLast; ) {
      const rows = await table.query(listId, { from, to, limit: rowsAtOnce }, ['RowKey', 'at']);
      const found = [...undecided, ...rows];
      const old = found.slice(0, found.findLastIndex(row => (timeIn(row) ?? before) < before) + 1);
      forgotten += await deleteRows(table, listId, old);
      undecided = found.slice(old.length);
      isLast = rows.length < rowsAtOnce || undecided.some(row => timeIn(row) !== undefined);
      from = justAfter(rows.at(-1)?.rowKey ?? from);
    }
    return forgotten;
  }

  function parseChangeRow(row: StoredRow): JournalChange {
    return readRow(placeOf(row), () => parseChange(row));
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey };
  }
}

export function journalOperation({
  contact,
  photo,
  before,
  position,
  sourceKey,
  added,
  at,
  run,
  broughtBack,
  forgotten,
}: JournalChange): RowOperation {
  return {
    kind: 'replace',
    rowKey: changeKey(position),
    properties: {
      schemaVersion,
      position,
      sourceKey,
      ...(photo === undefined ? {} : { photo }),
      ...(added === undefined ? {} : { added }),
      ...(at === undefined ? {} : { at }),
      ...(run ? { run } : {}),
      ...(broughtBack ? { broughtBack } : {}),
      ...(forgotten ? { forgotten } : {}),
      ...packContact('contact', contact),
      ...beforeColumns(before),
    },
  };
}

/** @throws UnreadableProperty */
export function parseChange({ properties }: StoredRow): JournalChange {
  const text = unpackText('contact', properties);
  const row = readColumns(changeRow, properties);
  return { ...row, contact: text === '' ? null : readContact(text), before: parseBefore(properties) };
}

/**
 * The row of a change without all that it tells of the contact, if it is of one of these, whatever else of it cannot be
 * read; undefined for others. Its position stays, since readers count on every one.
 */
export function forgetIn(
  { rowKey, etag, properties }: StoredRow,
  sourceKeys: ReadonlySet<string>,
): { readonly operation: RowOperation; readonly photos: readonly string[] } | undefined {
  const { columns } = readEachColumn(changeRow, properties, { position: positionOf(rowKey), sourceKey: '' });
  if (!sourceKeys.has(columns.sourceKey)) return undefined;
  const { photo: _, broughtBack: __, ...change } = columns;
  const operation = journalOperation({ ...change, contact: null, before: null, forgotten: true });
  return { operation: operation.kind === 'replace' ? { ...operation, etag } : operation, photos: photosIn(properties) };
}

/** Hashes of the photos that the contact has and had. */
function photosIn(properties: Properties): string[] {
  const { photo } = readEachColumn(changeRow.pick({ photo: true }), properties).columns;
  const before = readIfReadable(() => readJson('beforeSource', beforeSource.optional(), properties));
  return [photo, before?.photo].filter(hash => hash !== undefined);
}

function timeIn({ properties }: StoredRow): number | undefined {
  return readEachColumn(changeRow.pick({ at: true }), properties).columns.at;
}

function parseBefore(properties: Properties): JournalChange['before'] {
  const text = unpackText('before', properties);
  if (text === undefined) return undefined;
  if (text === '') return null;
  const { beforePosition: position } = readColumns(beforePositionColumn, properties);
  const source = readJson('beforeSource', beforeSource.optional(), properties);
  return { contact: readContact(text), position, ...(source && { source }) };
}

function beforeColumns(before: JournalChange['before']): Properties {
  if (before === undefined) return {};
  if (!before) return packContact('before', null);
  const { contact, position, source } = before;
  const told = source ? packJson('beforeSource', source) : {};
  return { ...packContact('before', contact), beforePosition: position, ...told };
}

function positionOf(rowKey: string): number {
  return Number(rowKey.slice('change:'.length));
}

function changeKey(position: number): string {
  return `change:${encodePosition(position)}`;
}
