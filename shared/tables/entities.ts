import type { Edm, TableEntity, TableEntityResult } from '@azure/data-tables';
import type { Properties, PropertyValue, StoredRow } from '../ports/tableStorage.ts';

type EntityValue = PropertyValue | Edm<'Int64'> | Edm<'Double'>;

const maxInt32 = 2 ** 31 - 1;
const minInt32 = -(2 ** 31);

export function toEntity(
  partitionKey: string,
  rowKey: string,
  properties: Properties,
): TableEntity<Record<string, EntityValue>> {
  const values = Object.entries(properties).map(([name, value]) => [name, toEntityValue(value)] as const);
  return { ...Object.fromEntries(values), partitionKey, rowKey };
}

/**
 * Without a type the service takes a whole number for an Int32, so every other one says what it is. Positions and
 * times are Int64: exact by definition, however the service writes a Double.
 */
function toEntityValue(value: PropertyValue): EntityValue {
  if (typeof value !== 'number') return value;
  if (Number.isInteger(value) && value >= minInt32 && value <= maxInt32) return value;
  if (Number.isSafeInteger(value)) return { type: 'Int64', value: String(value) };
  return { type: 'Double', value };
}

export function toStoredRow(entity: TableEntityResult<Record<string, unknown>>): StoredRow {
  const { partitionKey: _partition, rowKey, etag, timestamp: _timestamp, ...values } = entity;
  if (rowKey === undefined) throw new Error('A row came back without its key');
  const properties: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(values)) {
    // A selected property that the row does not have comes back as null.
    if (value === null || name.startsWith('odata.')) continue;
    properties[name] = toPropertyValue(value);
  }
  return { rowKey, etag, properties };
}

/** A type that is never written here (a date, a GUID, bytes) reads as no value that any column may have. */
function toPropertyValue(value: unknown): PropertyValue {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : Number.NaN;
}
