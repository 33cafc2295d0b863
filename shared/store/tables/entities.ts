import type { Properties, PropertyValue, StoredRow } from '../../ports/tableStorage.ts';

/** A row as the REST API has it in JSON. */
export type Entity = Readonly<Record<string, unknown>>;

const maxInt32 = 2 ** 31 - 1;
const minInt32 = -(2 ** 31);
const typeSuffix = '@odata.type';

/** A row as the REST API has it in JSON (https://learn.microsoft.com/rest/api/storageservices/payload-format-for-table-service-operations). */
export function toEntity(partitionKey: string, rowKey: string, properties: Properties): Record<string, PropertyValue> {
  const entity: Record<string, PropertyValue> = { PartitionKey: partitionKey, RowKey: rowKey };
  for (const [name, value] of Object.entries(properties)) {
    const type = typeof value === 'number' ? typeOfNumber(value) : undefined;
    // JSON has Int64 as text.
    entity[name] = type === 'Edm.Int64' ? String(value) : value;
    if (type !== undefined) entity[`${name}${typeSuffix}`] = type;
  }
  return entity;
}

/**
 * Without a type the service takes a whole number for an Int32, so every other one says what it is. Positions and
 * times are Int64: exact by definition, however the service writes a Double.
 */
function typeOfNumber(value: number): 'Edm.Int64' | 'Edm.Double' | undefined {
  if (Number.isInteger(value) && value >= minInt32 && value <= maxInt32) return undefined;
  return Number.isSafeInteger(value) ? 'Edm.Int64' : 'Edm.Double';
}

export function toStoredRow(entity: Entity): StoredRow {
  const { RowKey: rowKey, 'odata.etag': etag } = entity;
  if (typeof rowKey !== 'string') throw new Error('A row came back without its key');
  const properties: Record<string, PropertyValue> = {};
  const types: string[] = [];
  for (const name of Object.keys(entity)) {
    if (name.endsWith(typeSuffix)) types.push(name);
    else if (!isMetadata(name)) read(name);
  }
  // The few that have one: to look for the type of each property takes longer than all else here.
  for (const type of types) {
    const name = type.slice(0, -typeSuffix.length);
    if (Object.hasOwn(properties, name)) read(name, entity[type]);
  }
  return { rowKey, etag: String(etag ?? ''), properties };

  function read(name: string, type?: unknown): void {
    const value = entity[name];
    // A selected property that the row does not have comes back as null.
    if (value !== null) properties[name] = toPropertyValue(value, type);
  }
}

function isMetadata(name: string): boolean {
  return name === 'PartitionKey' || name === 'RowKey' || name === 'Timestamp' || name.startsWith('odata.');
}

/** A type that is never written here (a date, a GUID, bytes) reads as no value that any column may have. */
function toPropertyValue(value: unknown, type: unknown): PropertyValue {
  if (type === 'Edm.Int64') return Number(value);
  if (type === 'Edm.DateTime' || type === 'Edm.Guid' || type === 'Edm.Binary') return Number.NaN;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return Number.NaN;
}

export function partitionOf({ PartitionKey: partitionKey }: Entity): string {
  if (typeof partitionKey !== 'string') throw new Error('A row came back without its partition');
  return partitionKey;
}
