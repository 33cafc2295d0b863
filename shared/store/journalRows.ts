import * as z from 'zod';
import { chunksOf } from '../domain/chunks.ts';
import type { Contact } from '../domain/contact.ts';
import type { Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn } from './columns.ts';
import { packContact, readContact } from './contactColumns.ts';
import { DamagedRow, type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { unpackText } from './longText.ts';
import { encodePosition, rangeOf } from './rowKey.ts';

const schemaVersion = 1;

/** One entry of the journal; `contact` is null for a removal. */
export interface JournalChange {
  readonly position: number;
  readonly sourceKey: string;
  readonly contact: Contact | null;
  /** The hash of its photo. */
  readonly photo?: string | undefined;
  /** The contact as it was, with the position of its last change; null where the source did not have it; older rows do not tell. */
  readonly before?: { readonly contact: Contact; readonly position: number } | null | undefined;
  /** False where the source had the contact before; older rows do not tell. */
  readonly added?: boolean | undefined;
  /** Epoch milliseconds of the capture that found it; older rows do not tell. */
  readonly at?: number | undefined;
  /** Somebody had the person forgotten: what the contact was nobody can tell any more. */
  readonly forgotten?: true | undefined;
}

const changeRow = z.object({
  position: z.number(),
  sourceKey: z.string(),
  photo: z.string().optional(),
  added: z.boolean().optional(),
  at: z.number().optional(),
  forgotten: z.literal(true).optional(),
});
const beforePosition = z.object({ beforePosition: z.number() });

/** Columns of a row `change:`. */
export const changeColumnNames = {
  columns: [changeRow, beforePosition].flatMap(({ shape }) => Object.keys(shape)),
  texts: ['contact', 'before'],
};

/** The log keeps this many of the newest positions, whoever is behind: others compare with the snapshot. */
const keptPositions = 10_000;

/** The journal of one list in its partition of `Sources`. */
export function openJournal(table: Table, listId: string) {
  return { readJournal, readChangesAfter, readLog, readChangedAt, readNewestPosition, trimJournal };

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
    return Number((keys.at(-1) ?? 'change:0').slice('change:'.length));
  }

  /**
   * Removes positions that are older than the log keeps, once a hundred have gathered.
   *
   * @param needed the position after which it keeps every one
   */
  async function trimJournal(headBefore: number, head: number, needed = head): Promise<void> {
    if (head <= keptPositions || Math.floor(headBefore / 100) === Math.floor(head / 100)) return;
    const oldest = Math.min(head - keptPositions, needed) + 1;
    const rows = await table.query(listId, { from: 'change:', to: changeKey(oldest) }, ['RowKey']);
    for (const part of chunksOf(rows, 100)) {
      await table.write(
        listId,
        part.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
      );
    }
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

const ownerColumns = changeRow.pick({ position: true, sourceKey: true, photo: true, added: true, at: true });

/**
 * The row of a change without all that it tells of the contact, if it is of one of these; undefined for others. Its
 * position stays, since readers count on every one.
 */
export function forgetIn(
  { etag, properties }: StoredRow,
  sourceKeys: ReadonlySet<string>,
): { readonly operation: RowOperation; readonly photo: string | undefined } | undefined {
  const read = ownerColumns.safeParse(properties);
  if (!read.success || !sourceKeys.has(read.data.sourceKey)) return undefined;
  const { photo, ...change } = read.data;
  const operation = journalOperation({ ...change, contact: null, before: null, forgotten: true });
  return { operation: operation.kind === 'replace' ? { ...operation, etag } : operation, photo };
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

function changeKey(position: number): string {
  return `change:${encodePosition(position)}`;
}
