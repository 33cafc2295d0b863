import {
  type KeyRange,
  mostComparisons,
  type Properties,
  type PropertyValue,
  type RowOperation,
} from '../../ports/tableStorage.ts';

// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
// https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
export const maxTransactionRows = 100;
export const maxTransactionBytes = 4 * 1024 * 1024;
/** The service takes 32,768 UTF-16 code units; the rest is a margin. */
const maxPropertyLength = 32_000;
const maxKeyLength = 512;
const maxRowBytes = 1024 * 1024;
export const maxProperties = 252;

/** Of a key in an address, a UTF-16 unit. */
const mostEncodedLength = 9;
/** For a byte of a row as the service counts it; a UTF-16 unit of a text is two of those, and at most six in JSON. */
const mostJsonBytes = 5;

const forbiddenInKeys = /[/\\#?\p{Cc}]/u;
const propertyName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
/** Names that the SDK takes for the row's own keys and metadata, so that a property of that name would be lost. */
const reservedNames = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'PartitionKey', 'RowKey', 'Timestamp']);

/** Rows that Table Storage would not take. The message names keys' and properties' faults and never a value. */
export class UnstorableRow extends Error {
  override readonly name = 'UnstorableRow';
}

/**
 * Refuses what breaks a limit of Table Storage before anything is sent: the service's own answer does not name the
 * property, and Azurite does not enforce every limit.
 */
export function checkWrite(partitionKey: string, operations: readonly RowOperation[]): void {
  checkKey('Partition key', partitionKey);
  if (operations.length > maxTransactionRows) {
    throw new UnstorableRow(`${operations.length} rows in one transaction; the limit is ${maxTransactionRows}`);
  }
  const rowKeys = new Set<string>();
  let mostBytes = 0;
  for (const operation of operations) {
    checkKey('Row key', operation.rowKey);
    if (rowKeys.has(operation.rowKey)) throw new UnstorableRow('A transaction names the same row twice');
    rowKeys.add(operation.rowKey);
    mostBytes += envelopeBytes(mostEncodedLength * (partitionKey.length + operation.rowKey.length));
    if (operation.kind !== 'delete') mostBytes += mostJsonBytes * checkProperties(operation.properties);
  }
  // Only what may come near the limit is measured.
  if (operations.length < 2 || mostBytes <= maxTransactionBytes) return;
  const bytes = operations.reduce((sum, operation) => sum + operationBytes(partitionKey, operation), 0);
  if (bytes > maxTransactionBytes) {
    throw new UnstorableRow(`About ${bytes} bytes in one transaction; the limit is ${maxTransactionBytes}`);
  }
}

export function checkPick(rowKeys: readonly string[], ranges: readonly KeyRange[]): void {
  const comparisons = rowKeys.length + 2 * ranges.length;
  if (comparisons > mostComparisons)
    throw new RangeError(`${comparisons} comparisons in one query; the limit is ${mostComparisons}`);
}

/** What an operation adds to a transaction's 4 MiB, rounded up: its JSON, its address and its headers. */
export function operationBytes(partitionKey: string, operation: RowOperation): number {
  const keys = encodeURIComponent(partitionKey).length + encodeURIComponent(operation.rowKey).length;
  if (operation.kind === 'delete') return envelopeBytes(keys);
  const types = 40 * Object.keys(operation.properties).length;
  return envelopeBytes(keys) + types + Buffer.byteLength(JSON.stringify(operation.properties));
}

/** @param keys how long they are in an address */
function envelopeBytes(keys: number): number {
  return 1024 + 2 * keys;
}

function checkKey(what: string, key: string): void {
  if (key.length > maxKeyLength)
    throw new UnstorableRow(`${what} of ${key.length} characters; the limit is ${maxKeyLength}`);
  if (forbiddenInKeys.test(key)) throw new UnstorableRow(`${what} holds one of / \\ # ? or a control character`);
}

/** Resolves with what the service counts for the row, in bytes. */
function checkProperties(properties: Properties): number {
  const entries = Object.entries(properties);
  if (entries.length > maxProperties) {
    throw new UnstorableRow(`${entries.length} properties in one row; the limit is ${maxProperties}`);
  }
  let bytes = 4 + 4 * maxKeyLength;
  for (const [name, value] of entries) {
    checkProperty(name, value);
    bytes += 8 + 2 * name.length + (typeof value === 'string' ? 4 + 2 * value.length : 8);
  }
  if (bytes > maxRowBytes) throw new UnstorableRow(`A row of ${bytes} bytes; the limit is ${maxRowBytes}`);
  return bytes;
}

function checkProperty(name: string, value: PropertyValue): void {
  if (!propertyName.test(name) || reservedNames.has(name))
    throw new UnstorableRow(`No property may be named "${name}"`);
  // The types know no other, but the SDK does: it stores a date, which may not be before 1601, and leaves out what is undefined.
  if (!['string', 'number', 'boolean'].includes(typeof value))
    throw new UnstorableRow(`Property ${name} is neither a text nor a number nor a boolean`);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new UnstorableRow(`Property ${name} is not a finite number`);
  if (typeof value === 'string' && value.length > maxPropertyLength) {
    throw new UnstorableRow(`Property ${name} holds ${value.length} characters; the limit is ${maxPropertyLength}`);
  }
}
