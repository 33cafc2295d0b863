import { DatabaseFailure, type SqlValue } from '../ports/database.ts';

/** A value as the driver gives it, and of which type it is. */
export interface AzureSqlColumn {
  readonly value: unknown;
  readonly metadata: { readonly colName: string; readonly type: { readonly name: string }; readonly scale?: number };
}

/**
 * The text of a value, the same as PostgreSQL would give. The driver makes numbers of exact decimals, and loses digits
 * beyond the sixteenth without a word: such a number may be a key.
 *
 * @throws DatabaseFailure for a number that lost digits
 */
export function azureSqlText({ value, metadata }: AzureSqlColumn): SqlValue {
  if (value === null || value === undefined) return null;
  const { colName, type, scale = 0 } = metadata;
  switch (type.name) {
    case 'Char':
    case 'NChar':
      return String(value).replace(/ +$/, '');
    case 'Decimal':
    case 'DecimalN':
    case 'Numeric':
    case 'NumericN':
      return exact(value as number, scale, colName);
    case 'Money':
    case 'MoneyN':
    case 'SmallMoney':
      return exact(value as number, 4, colName);
    case 'Date':
      return iso(value as Date).slice(0, 10);
    case 'Time':
      return iso(value as Date).slice(11, 19);
    case 'DateTimeOffset':
      return iso(value as Date);
    default:
      return ofDriver(value);
  }
}

function exact(value: number, scale: number, column: string): string {
  if (Math.abs(value) * 10 ** scale >= Number.MAX_SAFE_INTEGER) throw new DatabaseFailure('inexact', column);
  return value.toFixed(scale);
}

/** A date and time without a zone has the driver's as UTC. */
function ofDriver(value: unknown): string {
  if (value instanceof Date) return iso(value).slice(0, 19).replace('T', ' ');
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}

function iso(value: Date): string {
  return value.toISOString();
}
