import { LRUCache } from 'lru-cache';
import type { PickedRows, Properties, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';

/** Rows whose keys begin in one way, and the columns that this version knows of them. */
export interface RowKind {
  readonly prefix: string;
  readonly columns: readonly string[];
  /** Columns that are split over several properties (`packText`). */
  readonly texts?: readonly string[];
}

/** Rows with such columns that are remembered: none as a rule, all of a table while a newer version runs beside. */
const mostRemembered = 20_000;

/**
 * A table in which columns that a newer version added survive when a row is replaced (rules.md: Versions): what was
 * read is written back with it, which costs no request. A row that was not read before is new.
 */
export function keepUnknownColumns(table: Table, kinds: readonly RowKind[]): Table {
  // Made when it is needed: it takes its whole size at once, and each message opens a mailbox.
  let unknown: LRUCache<string, Properties> | undefined;
  return { get, query, pick, queryAcross, write };

  async function get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    const row = await table.get(partitionKey, rowKey);
    if (row) remember(partitionKey, row);
    return row;
  }

  async function query(...question: Parameters<Table['query']>): Promise<StoredRow[]> {
    const rows = await table.query(...question);
    const [partitionKey, , select] = question;
    if (!select) for (const row of rows) remember(partitionKey, row);
    return rows;
  }

  async function pick(...question: Parameters<Table['pick']>): Promise<PickedRows> {
    const picked = await table.pick(...question);
    const [partitionKey] = question;
    for (const row of picked.rows) remember(partitionKey, row);
    return picked;
  }

  async function queryAcross(...question: Parameters<Table['queryAcross']>): ReturnType<Table['queryAcross']> {
    const found = await table.queryAcross(...question);
    for (const { partitionKey, row } of found) remember(partitionKey, row);
    return found;
  }

  async function write(partitionKey: string, operations: readonly RowOperation[]): Promise<string[]> {
    return table.write(
      partitionKey,
      operations.map(operation => withUnknown(partitionKey, operation)),
    );
  }

  function remember(partitionKey: string, { rowKey, properties }: StoredRow): void {
    const kind = kinds.find(({ prefix }) => rowKey.startsWith(prefix));
    const others = kind
      ? Object.entries(properties).filter(([name, value]) => isUnknown(name, kind) && isOurs(value))
      : [];
    if (others.length === 0) {
      unknown?.delete(keyOf(partitionKey, rowKey));
      return;
    }
    unknown ??= new LRUCache<string, Properties>({ max: mostRemembered });
    unknown.set(keyOf(partitionKey, rowKey), Object.fromEntries(others));
  }

  function withUnknown(partitionKey: string, operation: RowOperation): RowOperation {
    const key = keyOf(partitionKey, operation.rowKey);
    if (operation.kind === 'delete') unknown?.delete(key);
    const kept = operation.kind === 'replace' ? unknown?.get(key) : undefined;
    return kept && operation.kind === 'replace'
      ? { ...operation, properties: { ...kept, ...operation.properties } }
      : operation;
  }
}

function keyOf(partitionKey: string, rowKey: string): string {
  return `${partitionKey}/${rowKey}`;
}

function isUnknown(name: string, { columns, texts = [] }: RowKind): boolean {
  if (name === 'schemaVersion' || columns.includes(name)) return false;
  return !texts.includes(name.replace(/\d+$/, ''));
}

/** Of the types that columns of ours have, also those to come. */
function isOurs(value: Properties[string]): boolean {
  return !Number.isNaN(value);
}
