import * as z from 'zod';
import type { StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readJson } from './columns.ts';
import { DamagedRow, type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
const newest = 'current';
/** Row keys of versions sort from the oldest to the newest. */
const versionPrefix = 'version:';
const afterVersions = 'version;';
const digits = 9;
const mostDefinitions = 10_000;
/** Older ones are forgotten when a new one is written. */
const keptVersions = 100;

const versionColumns = z.object({
  version: z.number().int().positive(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** Object id of a person; empty for a function key. */
  person: z.string().default(''),
  reason: z.string().default(''),
  /** Tells two edits apart that are alike otherwise. */
  edit: z.string().default(''),
  state: z.enum(['stored', 'deleted']),
});

/** As an entry of `CONTACT_LISTS`, without more being known of it. */
const entrySchema = z.record(z.string(), z.unknown());

export type StoredEntry = z.infer<typeof entrySchema>;

/** A list's definition as somebody stored it, or that they deleted it. */
export interface DefinitionVersion {
  readonly version: number;
  readonly at: number;
  readonly person: string;
  readonly reason: string;
  readonly edit: string;
  readonly content: { readonly kind: 'stored'; readonly entry: StoredEntry } | { readonly kind: 'deleted' };
}

/** The newest version of a list. */
export interface CurrentDefinition extends DefinitionVersion {
  readonly etag: string;
}

/** `Definitions`: the lists that are not in `CONTACT_LISTS`, a partition a list, with their versions. */
export function openDefinitions(table: Table) {
  return { readAll, read, readVersions, add };

  /** The newest version of every list, deleted ones included, by one request. */
  async function readAll(): Promise<ReadonlyMap<string, CurrentDefinition | DamagedRow>> {
    const rows = await table.queryAcross(newest, mostDefinitions);
    const read = (list: string, row: StoredRow) =>
      readRowOr<CurrentDefinition | DamagedRow>(
        placeOf(list, row),
        () => parseCurrent(row),
        damage => damage,
      );
    return new Map(rows.map(({ partitionKey, row }) => [partitionKey, read(partitionKey, row)]));
  }

  /** @throws DamagedRow */
  async function read(list: string): Promise<CurrentDefinition | undefined> {
    const row = await table.get(list, newest);
    return row && readRow(placeOf(list, row), () => parseCurrent(row));
  }

  /** Newest first. @throws DamagedRow */
  async function readVersions(list: string): Promise<readonly DefinitionVersion[]> {
    const rows = await table.query(list, { from: versionPrefix, to: afterVersions });
    return rows.map(row => readRow(placeOf(list, row), () => parseVersion(row))).reverse();
  }

  /**
   * Adds a version to those before. Resolves with false where somebody else did meanwhile.
   *
   * @param before the one that it follows; undefined for the first
   */
  async function add(
    list: string,
    { content, ...made }: DefinitionVersion,
    before: CurrentDefinition | undefined,
  ): Promise<boolean> {
    const properties = {
      schemaVersion,
      ...made,
      state: content.kind,
      ...(content.kind === 'stored' ? packJson('definition', content.entry) : {}),
    };
    const forgotten = made.version - keptVersions;
    const writing = table.write(list, [
      before
        ? { kind: 'replace', rowKey: newest, properties, etag: before.etag }
        : { kind: 'insert', rowKey: newest, properties },
      { kind: 'replace', rowKey: keyOf(made.version), properties },
      ...(forgotten > 0 ? [{ kind: 'delete', rowKey: keyOf(forgotten) } as const] : []),
    ]);
    // The repeat of a write that was done is refused, too.
    return (await unlessChanged(writing)) || (await read(list))?.edit === made.edit;
  }
}

/** Another one where somebody wrote one of them since. */
export function printOf(definitions: ReadonlyMap<string, CurrentDefinition | DamagedRow>): string {
  return JSON.stringify(
    [...definitions].map(([id, found]) => [id, found instanceof DamagedRow ? found.message : found.etag]),
  );
}

export type Definitions = ReturnType<typeof openDefinitions>;

function parseCurrent(row: StoredRow): CurrentDefinition {
  return { ...parseVersion(row), etag: row.etag };
}

/** @throws UnreadableProperty */
function parseVersion({ properties }: StoredRow): DefinitionVersion {
  const { state, ...version } = readColumns(versionColumns, properties);
  if (state === 'deleted') return { ...version, content: { kind: 'deleted' } };
  return { ...version, content: { kind: 'stored', entry: readJson('definition', entrySchema, properties) } };
}

function placeOf(partitionKey: string, { rowKey }: StoredRow): RowPlace {
  return { table: 'Definitions', partitionKey, rowKey };
}

function keyOf(version: number): string {
  return `${versionPrefix}${String(version).padStart(digits, '0')}`;
}
