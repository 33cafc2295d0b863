import { type Contact, type ContactField, kindOf } from '../../domain/contact.ts';
import {
  type ColumnTarget,
  type ColumnValue,
  fillContact,
  hasName,
  parseColumnTarget,
  targetOfColumn,
} from '../../domain/contactColumns.ts';
import { type EntryLimits, entryLimits } from '../../domain/entryLimits.ts';
import { hash } from '../../domain/hash.ts';
import { nearestMidnight } from '../../domain/nearestMidnight.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { SqlRow, SqlValue } from '../../ports/database.ts';
import type { SqlSettings } from '../../settings/sqlSource.ts';

/** What each column of a result is for. */
export interface ColumnPlan {
  readonly keyIndex: number;
  readonly fields: readonly { readonly index: number; readonly target: ColumnTarget }[];
  /** Columns that fill nothing. */
  readonly unused: readonly string[];
}

/** @throws SourceFailure when the settings name a column that is not there, or twice, or no column fills anything */
export function planColumns({ key, columns: named }: SqlSettings, columns: readonly string[]): ColumnPlan {
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) {
    throw fault('SqlColumnTwice', `The query gives two columns "${twice}": name one of them otherwise, with AS`);
  }
  const fields = fieldsOf(named, columns).map(({ index, field }) => ({
    index,
    target: parseColumnTarget(field) as ColumnTarget,
  }));
  if (fields.length === 0) {
    throw fault(
      'SqlNoFields',
      `No column of the query is a field of a contact: ${listed(columns)}. Name them in columns`,
    );
  }
  const keyIndex = indexOf(key, columns, 'key');
  const used = new Set([keyIndex, ...fields.map(({ index }) => index)]);
  return { keyIndex, fields, unused: columns.filter((_, index) => !used.has(index)) };
}

/**
 * The field that each column fills, by the column's place.
 *
 * @throws SourceFailure when the settings name a column that is not there
 */
export function fieldsOf(
  named: SqlSettings['columns'],
  columns: readonly string[],
): { readonly index: number; readonly field: string }[] {
  const own = new Set(Object.keys(named).map(targetKey));
  return [
    ...Object.entries(named).flatMap(([field, column]) =>
      column === null ? [] : [{ index: indexOf(column, columns, `columns.${field}`), field }],
    ),
    ...columns.flatMap((column, index) => {
      const field = targetOfColumn(column);
      return field === undefined || own.has(targetKey(field)) ? [] : [{ index, field }];
    }),
  ];
}

/** Two ways to write one place are the same. */
function targetKey(field: string): string {
  return JSON.stringify(parseColumnTarget(field));
}

function indexOf(name: string, columns: readonly string[], setting: string): number {
  const index = columns.indexOf(name);
  if (index !== -1) return index;
  const alike = columns.filter(column => column.toLowerCase() === name.toLowerCase());
  if (alike.length === 1) return columns.indexOf(alike[0] ?? '');
  throw fault(
    'SqlColumnMissing',
    `The query gives no column "${name}", which ${setting} names, but ${listed(columns)}`,
  );
}

function listed(columns: readonly string[]): string {
  return columns.map(column => `"${column}"`).join(', ');
}

export interface RowContact {
  readonly id: string;
  readonly contact: Contact;
  readonly unfit: readonly ContactField[];
  readonly named: boolean;
}

/**
 * @param number of the row, from 1
 * @throws SourceFailure for a row without a key: whose contact it is nobody could tell
 */
export function readRow(
  row: SqlRow,
  number: number,
  { keyIndex, fields }: ColumnPlan,
  limits: EntryLimits = entryLimits,
): RowContact {
  const key = textOf(row[keyIndex]);
  if (key.trim() === '') {
    const advice = 'choose a key that each row has, or leave such rows out (WHERE ... IS NOT NULL)';
    throw fault('SqlKeyMissing', `Row ${number} of the result has no key, so nothing of it was taken: ${advice}`);
  }
  const values = fields.flatMap(({ index, target }) => {
    const value = row[index];
    return value === null || value === undefined ? [] : [{ target, value: readValue(value, target) }];
  });
  const { contact, unfit } = fillContact(values, limits);
  return { id: idOf(key), contact, unfit, named: hasName(contact) };
}

export function textOf(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : value.join(',');
}

/** Numbers and GUIDs are kept for people to find; all else may be an address or a name, and is kept as its SHA-256. */
function idOf(key: string): string {
  if (/^\d{1,18}$/.test(key) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) return key;
  return hash(key);
}

function readValue(value: ColumnValue, target: ColumnTarget): ColumnValue {
  if (target.from !== 'field' || kindOf(target.field) !== 'date' || typeof value !== 'string') return value;
  return dayOf(value);
}

const timestamp = /^(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(?<zone>Z|[+-]\d\d(:?\d\d)?)?$/;

/**
 * The day of a date or a time. A time with a zone is some midnight seen from elsewhere: it is of the nearest one, as with
 * Outlook's birthdays.
 */
function dayOf(text: string): string {
  const match = timestamp.exec(text.trim());
  if (!match) return text.trim();
  if (match.groups?.zone === undefined) return match[1] ?? text;
  const time = Date.parse(
    text
      .trim()
      .replace(' ', 'T')
      .replace(/([+-]\d\d)$/, '$1:00'),
  );
  if (Number.isNaN(time)) return text;
  return new Date(nearestMidnight(time)).toISOString().slice(0, 10);
}

function fault(code: string, detail: string): SourceFailure {
  return new SourceFailure([{ code, detail }]);
}
