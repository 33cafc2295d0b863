import { type Contact, type ContactField, kindOf } from '../../domain/contact.ts';
import {
  type ColumnTarget,
  type ColumnValue,
  fillContact,
  hasName,
  parseColumnTarget,
} from '../../domain/contactColumns.ts';
import { type EntryLimits, entryLimits } from '../../domain/entryLimits.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hash } from '../../domain/hash.ts';
import { phoneFields } from '../../domain/phone.ts';
import { withoutPrivateMark } from '../../domain/privateMark.ts';
import type { ReadContact } from '../../domain/sourceChanges.ts';
import type { SourceProblem } from '../../ports/contactSource.ts';
import { FileRefused } from '../../ports/sourceFiles.ts';
import type { SourceColumn } from '../../ports/sourceKind.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { knownColumn } from './knownColumns.ts';
import { readDate } from './readDate.ts';
import { type CsvHeader, type CsvRow, readTable } from './readTable.ts';
import { toUtf8 } from './toUtf8.ts';

/** In a cell of Google's several values lie side by side. */
const valueSeparator = ' ::: ';
/** What spreadsheets make of a long phone number: its digits are gone. */
const scientific = /^[+-]?\d+([.,]\d+)?e\+?\d+$/i;
const noValue = /^(unspecified|null)$/i;
/** Outlook's way to say that there is none, and a day without a year. */
const noDate = /^(0+[/.]0+[/.]0+|--\d\d-\d\d)$/;

type Column = { readonly index: number; readonly name: string } & (
  | { readonly kind: 'field'; readonly target: ColumnTarget }
  | { readonly kind: 'googlePhone'; readonly label: number | undefined }
);

interface CsvNeeds {
  readonly entries: EntryLimits;
  /** Of a list that hides them, contacts keep their private mark. */
  readonly hidesPrivate: boolean;
}

export interface CsvContacts {
  readonly contacts: readonly ReadContact[];
  /** Of values that a contact cannot hold. */
  readonly problems: readonly SourceProblem[];
}

/**
 * The contacts of a CSV file. Texts stay texts. A contact's id is the value of the key column as a hash, since it may be
 * an address; without such a column its e-mail address, else name and company.
 *
 * @throws SourceFailure for anything that makes a row doubtful: then nothing of the file is used
 */
export async function readCsvContacts(
  bytes: Uint8Array,
  settings: CsvSettings,
  needs: CsvNeeds = { entries: entryLimits, hidesPrivate: false },
): Promise<CsvContacts> {
  const rows = await readTable(toUtf8(bytes, settings.encoding), settings.delimiter, header =>
    readingOf(header, settings, needs),
  );
  const doubtful = rows.filter(({ unfit }) => unfit.length > 0);
  return {
    contacts: rows.map(({ id, contact, fingerprint: print }) => ({ id, contact, fingerprint: print })),
    problems: describeUnfit(doubtful),
  };
}

interface CsvContact extends ReadContact {
  readonly contact: Contact;
  readonly unfit: readonly ContactField[];
  readonly line: number;
}

/** How the rows below a header are read. */
function readingOf(
  header: CsvHeader,
  settings: CsvSettings,
  { entries, hidesPrivate }: CsvNeeds,
): (row: CsvRow) => CsvContact {
  const columns = findColumns(header, settings);
  const keyIndex = settings.key === undefined ? undefined : indexOfColumn(header, settings.key, 'key');
  const lines = new Map<string, number>();
  return row => {
    const { line } = row;
    const read = toContact(row, columns, entries);
    const { contact, unfit } = hidesPrivate ? read : withoutPrivateMark(read);
    const id = keyOf(row, contact, keyIndex);
    const other = lines.get(id);
    if (other !== undefined)
      throw new FileRefused({ line, ...columnOf(keyIndex) }, describeDouble(other, settings.key));
    lines.set(id, line);
    return { id, contact, fingerprint: fingerprint(contact), unfit, line };
  };
}

function columnOf(index: number | undefined): { readonly column?: number } {
  return index === undefined ? {} : { column: index + 1 };
}

function describeUnfit(
  rows: readonly { readonly line: number; readonly unfit: readonly ContactField[] }[],
): SourceProblem[] {
  const [first] = rows;
  if (!first) return [];
  const fields = [...new Set(rows.flatMap(({ unfit }) => unfit))].sort().join(', ');
  const where =
    rows.length === 1 ? `Line ${first.line} has` : `${rows.length} rows (the first is line ${first.line}) have`;
  const detail = `${where} values that a contact cannot hold, which were left out (${fields}): a birthday is a date that can be read in one way, and a contact has at most three e-mail addresses and two telephone numbers of a kind, unless the mapping has a field for further ones`;
  return [{ code: 'CsvValuesLeftOut', detail }];
}

function findColumns(header: CsvHeader, settings: CsvSettings): Column[] {
  const named = namedColumns(header, settings);
  const found = header.names.flatMap((name, index) => describeColumn(name, index, named.get(index), header.names));
  if (found.length > 0) return found;
  throw new FileRefused(
    { line: header.line },
    'None of its columns is known: name them in "columns", and see that the first line holds their names',
  );
}

/** Every column, and what it fills. @throws FileRefused for one that the settings name and that is not there */
export function columnsOf(header: CsvHeader, settings: CsvSettings): Omit<SourceColumn, 'examples'>[] {
  const named = namedColumns(header, settings);
  return header.names.map((name, index) => {
    const isUsed = describeColumn(name, index, named.get(index), header.names).length > 0;
    return { name, fills: isUsed ? (named.get(index) ?? knownColumn(name) ?? 'businessPhones') : undefined };
  });
}

/** What the settings say that a column fills, by its place. */
function namedColumns(header: CsvHeader, { columns }: CsvSettings): ReadonlyMap<number, string> {
  return new Map(Object.entries(columns).map(([target, name]) => [indexOfColumn(header, name, 'columns'), target]));
}

function describeColumn(name: string, index: number, given: string | undefined, header: readonly string[]): Column[] {
  const [, phone] = /^Phone (\d) - Value$/i.exec(name) ?? [];
  if (given === undefined && phone !== undefined) {
    const label = header.findIndex(other => new RegExp(`^Phone ${phone} - (Label|Type)$`, 'i').test(other));
    return [{ index, name, kind: 'googlePhone', label: label === -1 ? undefined : label }];
  }
  const path = given ?? knownColumn(name);
  const target = path === undefined ? 'unknown' : parseColumnTarget(path);
  return typeof target === 'string' ? [] : [{ index, name, kind: 'field', target }];
}

function indexOfColumn({ line, names }: CsvHeader, name: string, setting: string): number {
  const index = names.findIndex(each => each.toLowerCase() === name.trim().toLowerCase());
  if (index !== -1) return index;
  throw new FileRefused({ line }, `There is no column "${name}", which "${setting}" names`);
}

interface Value {
  readonly target: ColumnTarget;
  readonly value: ColumnValue;
}

function toContact(row: CsvRow, columns: readonly Column[], limits: EntryLimits): ReturnType<typeof fillContact> {
  const phones: GooglePhone[] = [];
  const values: Value[] = [];
  for (const column of columns) {
    const cell = (row.cells[column.index] ?? '').trim();
    if (cell === '' || noValue.test(cell)) continue;
    if (column.kind === 'googlePhone') phones.push(...googlePhones(cell, column, row));
    else values.push(...valuesOf(cell, column.target, row, column.index));
  }
  const { contact, unfit } = fillContact([...values, ...placePhones(phones)], limits);
  return { contact: withName(contact), unfit };
}

function valuesOf(cell: string, target: ColumnTarget, row: CsvRow, index: number): Value[] {
  if (target.from === 'emailElement') return emailsOf(cell.split(valueSeparator), target);
  if (target.from === 'owners') return [{ target, value: entriesOf(cell) }];
  if (target.from === 'sensitivity') return [{ target, value: cell }];
  const { field } = target;
  if (kindOf(field) === 'date') return noDate.test(cell) ? [] : [{ target, value: readDate(cell) ?? cell }];
  if (phoneFields.includes(field)) checkPhone(cell, row, index);
  if (target.from === 'field' && kindOf(field) === 'list') return [{ target, value: entriesOf(cell) }];
  const [first = ''] = cell.split(valueSeparator);
  return [{ target, value: first.trim() }];
}

/** Several in one cell follow each other; one that has no place is told. */
function emailsOf(
  [first = '', ...others]: readonly string[],
  target: ColumnTarget & { readonly from: 'emailElement' },
): Value[] {
  const whole: ColumnTarget = { from: 'field', field: 'emailAddresses' };
  return [
    { target, value: first.trim() },
    ...others.map((text, offset): Value => {
      const index = target.index + 1 + offset;
      return { target: index < 3 ? { ...target, index } : whole, value: text.trim() };
    }),
  ];
}

/** Outlook separates by a semicolon; Google's "* myContacts" is a group of its own making. */
function entriesOf(cell: string): string[] {
  return cell
    .split(/ ::: |;/)
    .map(entry => entry.trim())
    .filter(entry => entry !== '' && !entry.startsWith('* '));
}

interface GooglePhone {
  readonly field: ContactField;
  readonly value: string;
}

function googlePhones(
  cell: string,
  { index, label }: { readonly index: number; readonly label: number | undefined },
  row: CsvRow,
): GooglePhone[] {
  const field = phoneFieldOf(label === undefined ? '' : (row.cells[label] ?? ''));
  return cell.split(valueSeparator).map(value => ({ field, value: checkPhone(value.trim(), row, index) }));
}

function checkPhone(value: string, { line }: CsvRow, index: number): string {
  if (!scientific.test(value)) return value;
  throw new FileRefused(
    { line, ...columnOf(index) },
    `It holds a phone number that a spreadsheet has rounded (such as 4.9E+11): format that column as text, and write the number again`,
  );
}

/** Google's main value has a star before its label. */
function phoneFieldOf(label: string): ContactField {
  const plain = label.replace(/^\* ?/, '').trim().toLowerCase();
  const isPrivate = /home|privat/.test(plain);
  if (/fax/.test(plain)) return isPrivate ? 'homeFax' : 'businessFax';
  if (/pager/.test(plain)) return 'pager';
  if (/mobile|cell|handy|mobil/.test(plain)) return 'mobilePhone';
  return isPrivate ? 'homePhones' : 'businessPhones';
}

/** The first mobile number is the one that a contact has; others are business numbers. */
function placePhones(phones: readonly GooglePhone[]): Value[] {
  const mobile = phones.find(({ field }) => field === 'mobilePhone');
  return phones.map(phone => {
    const field = phone.field === 'mobilePhone' && phone !== mobile ? 'businessPhones' : phone.field;
    return { target: { from: 'field', field }, value: phone.value };
  });
}

/** Exchange shows a contact by its display name, which most exports do not have. */
function withName(contact: Contact): Contact {
  if (contact.displayName !== undefined) return contact;
  const name = [contact.givenName, contact.middleName, contact.surname].filter(Boolean).join(' ');
  const displayName = name || contact.companyName || contact.emailAddresses?.[0]?.address;
  return displayName === undefined ? contact : { ...contact, displayName };
}

function keyOf(row: CsvRow, contact: Contact, keyIndex: number | undefined): string {
  if (keyIndex !== undefined) {
    const key = (row.cells[keyIndex] ?? '').trim();
    if (key === '') {
      throw new FileRefused({ line: row.line, ...columnOf(keyIndex) }, 'The column that identifies a contact is empty');
    }
    return hash(key);
  }
  const address = contact.emailAddresses?.find(email => email.address)?.address;
  const name = [contact.displayName, contact.companyName].filter(Boolean).join('\n');
  if (!hasName(contact)) throw new FileRefused({ line: row.line }, 'The row has neither an e-mail address nor a name');
  return hash((address ?? name).toLowerCase());
}

function describeDouble(line: number, key: string | undefined): string {
  return key === undefined
    ? `The row has the e-mail address, or without one the name and company, of line ${line}: name a column in "key" that identifies a contact, or remove one of them`
    : `The row has the key of line ${line}`;
}
