import * as z from 'zod';
import type { Rollout } from '../domain/rollout.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readJson } from './columns.ts';
import { type RowPlace, readRow } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;

export const rolloutKey = 'rollout';
export const definitionPrefix = 'definition:';

const stage = z.object({ head: z.number(), epoch: z.number(), definition: z.string() });
const change = { ring: z.number(), from: stage, to: stage, since: z.number(), waitUntil: z.number() };
const storedRollout = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none'), reached: stage }),
  z.object({ kind: z.literal('rolling'), ...change }),
  z.object({
    kind: z.literal('halted'),
    ...change,
    halt: z.object({ at: z.number(), code: z.string(), detail: z.string() }),
  }),
]);

/** How far a change has come, as it was read. */
export interface ReadRollout {
  readonly rollout: Rollout;
  readonly etag: string;
}

/** What a list with rings remembers of its changes, in its partition of `Sources`. */
export function openRollout(table: Table, listId: string) {
  return { readRollout, writeRollout, readDefinition, keepDefinition };

  /** Undefined for a list that has had no rings yet. @throws DamagedRow */
  async function readRollout(): Promise<ReadRollout | undefined> {
    const row = await table.get(listId, rolloutKey);
    return row && { rollout: readRow(placeOf(row), () => parseRollout(row)), etag: row.etag };
  }

  /** Whether it was written: false when somebody else wrote it since it was read. */
  async function writeRollout(rollout: Rollout, read: ReadRollout | undefined): Promise<boolean> {
    const row = { rowKey: rolloutKey, properties: { schemaVersion, ...packJson('rollout', rollout) } };
    const operation: RowOperation = read ? { kind: 'replace', ...row, etag: read.etag } : { kind: 'insert', ...row };
    return unlessChanged(table.write(listId, [operation]));
  }

  /** What of the settings was kept under its fingerprint. @throws DamagedRow for one that is not there, too */
  async function readDefinition<Definition>(print: string, schema: z.ZodType<Definition>): Promise<Definition> {
    const rowKey = `${definitionPrefix}${print}`;
    const row = (await table.get(listId, rowKey)) ?? { rowKey, etag: '', properties: {} };
    return readRow(placeOf(row), () => readJson('definition', schema, row.properties));
  }

  async function keepDefinition(print: string, definition: object): Promise<void> {
    const properties = { schemaVersion, ...packJson('definition', definition) };
    await table.write(listId, [{ kind: 'replace', rowKey: `${definitionPrefix}${print}`, properties }]);
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey };
  }
}

/** @throws UnreadableProperty */
function parseRollout({ properties }: StoredRow): Rollout {
  return readJson('rollout', storedRollout, properties);
}
