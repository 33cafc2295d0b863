import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type ColumnTarget, contactFrom, parseColumnTarget } from '../../domain/columnTarget.ts';
import type { Contact } from '../../domain/contact.ts';
import type { ReadContact } from '../../domain/sourceChanges.ts';
import { SourceFailure } from '../../ports/contactSource.ts';
import type { CsvSettings } from '../../settings/csvSource.ts';
import { knownColumn } from './knownColumns.ts';
import { readDate } from './readDate.ts';
import { type CsvRow, type CsvTable, readTable, refused } from './readTable.ts';

/** In a cell of Google's several values lie side by side. */
const valueSeparator = ' ::: ';
/** What spreadsheets make of a long phone number: its digits are gone. */
const scientific = /^[+-]?\d+([.,]\d+)?e\+?\d+$/i;
const noValue = /^(unspecified|null)$/i;

type Column = { readonly index: number; readonly name: string } & (
  | { readonly kind: 'field'; readonly target: ColumnTarget }
  | { readonly kind: 'googlePhone'; readonly label: number | undefined }
);

/**
 * The contacts of a CSV file. Texts stay texts. A contact's id is the value of the key column as a hash, since it may be
 * an address; without such a column its e-mail address, else name and company.
 *
 * @throws SourceFailure for anything that makes a row doubtful: then nothing of the file is used
 */
export function readCsvContacts(text: string, settings: CsvSettings): ReadContact[] {
  const table = readTable(text, settings.delimiter);
  const columns = findColumns(table, settings);
  const keyIndex = settings.key === undefined ? undefined : indexOfColumn(table, settings.key, 'key');
  const lines = new Map<string, number>();
  return table.rows.map(row => {
    const contact = toContact(row, columns);
    const key = keyOf(row, contact, keyIndex);
    const other = lines.get(key);
    if (other !== undefined) throw refused(row.line, describeDouble(other, settings.key));
    lines.set(key, row.line);
    return { id: key, contact };
  });
}

function findColumns(table: CsvTable, { columns }: CsvSettings): Column[] {
  const named = new Map(
    Object.entries(columns).map(([target, name]) => [indexOfColumn(table, name, 'columns'), target]),
  );
  const found = table.header.flatMap((name, index) => describeColumn(name, index, named.get(index), table.header));
  if (found.length > 0) return found;
  throw refused(
    1,
    'None of its columns is known: name them in "columns", and see that the first line holds their names',
  );
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

function indexOfColumn({ header }: CsvTable, name: string, setting: string): number {
  const index = header.findIndex(each => each.toLowerCase() === name.trim().toLowerCase());
  if (index !== -1) return index;
  throw new SourceFailure([
    { code: 'CsvRefused', detail: `Line 1: There is no column "${name}", which "${setting}" names` },
  ]);
}

function toContact(row: CsvRow, columns: readonly Column[]): Contact {
  const phones: { kind: 'business' | 'home' | 'mobile'; value: string }[] = [];
  const values: [ColumnTarget, string][] = [];
  for (const column of columns) {
    const cell = (row.cells[column.index] ?? '').trim();
    if (cell === '' || noValue.test(cell)) continue;
    if (column.kind === 'googlePhone') {
      const kind = phoneKind(column.label === undefined ? '' : (row.cells[column.label] ?? ''));
      for (const value of cell.split(valueSeparator))
        phones.push({ kind, value: checkPhone(value.trim(), row, column.index) });
      continue;
    }
    values.push(...valuesOf(cell, column.target, row, column.index));
  }
  return withName(contactFrom([...values, ...placePhones(phones)]));
}

function valuesOf(cell: string, target: ColumnTarget, row: CsvRow, index: number): [ColumnTarget, string][] {
  const field = target.from === 'email' ? undefined : target.field;
  if (field === 'birthday') {
    const date = readDate(cell);
    return date === undefined ? [] : [[target, date]];
  }
  if (field === 'mobilePhone' || field === 'businessPhones' || field === 'homePhones') checkPhone(cell, row, index);
  if (field === 'categories') {
    const labels = cell.split(valueSeparator).filter(label => !label.startsWith('* '));
    return labels.map(label => [target, label.trim()]);
  }
  const [first = '', ...others] = cell.split(valueSeparator);
  if (target.from !== 'email') return [[target, first.trim()]];
  return [first, ...others]
    .slice(0, 3 - target.index)
    .map((value, offset) => [{ ...target, index: target.index + offset }, value.trim()]);
}

function checkPhone(value: string, { line }: CsvRow, index: number): string {
  if (!scientific.test(value)) return value;
  throw refused(
    line,
    `Column ${index + 1} holds a phone number that a spreadsheet has rounded (such as 4.9E+11): format that column as text, and write the number again`,
  );
}

/** Google's main value has a star before its label. */
function phoneKind(label: string): 'business' | 'home' | 'mobile' {
  const plain = label.replace(/^\* ?/, '').trim().toLowerCase();
  if (/mobile|cell|handy|mobil/.test(plain)) return 'mobile';
  return /home|privat/.test(plain) ? 'home' : 'business';
}

function placePhones(
  phones: readonly { readonly kind: 'business' | 'home' | 'mobile'; readonly value: string }[],
): [ColumnTarget, string][] {
  const counts = { business: 0, home: 0, mobile: 0 };
  return phones.map(({ kind, value }) => {
    const index = counts[kind]++;
    if (kind === 'mobile' && index === 0) return [{ from: 'field', field: 'mobilePhone' }, value];
    const field = kind === 'home' ? 'homePhones' : 'businessPhones';
    return [{ from: 'listElement', field, index: kind === 'mobile' ? counts.business++ : index }, value];
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
    if (key === '') throw refused(row.line, `Column ${keyIndex + 1}, which identifies a contact, is empty`);
    return hash(key);
  }
  const address = contact.emailAddresses?.find(email => email.address)?.address;
  const name = [contact.displayName, contact.companyName].filter(Boolean).join('\n');
  if (address === undefined && name === '') throw refused(row.line, 'The row has neither an e-mail address nor a name');
  return hash((address ?? name).toLowerCase());
}

function describeDouble(line: number, key: string | undefined): string {
  return key === undefined
    ? `The row has the e-mail address, or without one the name and company, of line ${line}: name a column in "key" that identifies a contact, or remove one of them`
    : `The row has the key of line ${line}`;
}

function hash(key: string): string {
  return bytesToHex(sha256(utf8ToBytes(key)));
}
