import * as z from 'zod';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readJson, storable } from './columns.ts';
import { readRowOr } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;

export const storedHold = z.object({
  reason: z.string(),
  removals: z.number(),
  of: z.number(),
  /** Epoch milliseconds. */
  since: z.number(),
  /** What somebody decided about this number of removals; the next run carries it out. */
  decision: z.enum(['open', 'approved', 'rejected']),
  /** Ids of the groups that are in doubt, where mailboxes wait because of them. */
  groups: z.array(z.string()).optional(),
  /** Fingerprint of the mailboxes that wait, which lie in rows of their own; older versions did not say which. */
  who: z.string().optional(),
});

const holdColumn = storable(storedHold);

/** Removals that wait for a decision. */
export type StoredHold = z.infer<typeof storedHold>;

export const leavingHoldKey = 'leavingHold';

/** Nothing is decided, and the next run counts anew. */
const unreadableHold: StoredHold = {
  reason: 'TooManyMailboxesLeaving',
  removals: 0,
  of: 0,
  since: 0,
  decision: 'open',
};

export function leavingHoldOperation(stored: StoredHold, etag: string | undefined): RowOperation {
  const properties = { schemaVersion, ...packJson('hold', stored) };
  return { kind: 'replace', rowKey: leavingHoldKey, properties, ...(etag === undefined ? {} : { etag }) };
}

/** Whether mailboxes that would leave the list wait, as it was read. */
export interface ReadLeavingHold {
  readonly hold: StoredHold;
  readonly etag: string;
}

/** The hold of mailboxes that would leave one list, in its partition of `Sources`. */
export function openLeavingHold(table: Table, listId: string) {
  return { readLeavingHold, keepLeavingHold, endLeavingHold };

  async function readLeavingHold(): Promise<ReadLeavingHold | undefined> {
    const row = await table.get(listId, leavingHoldKey);
    return row && { hold: parseLeavingHold(row), etag: row.etag };
  }

  /** Unless somebody decided since `read`, which the next run finds. */
  async function keepLeavingHold(kept: StoredHold, read: ReadLeavingHold | undefined): Promise<void> {
    await unlessChanged(table.write(listId, [leavingHoldOperation(kept, read?.etag)]));
  }

  /** Unless somebody decided since `read`, which the next run finds. */
  async function endLeavingHold(read: ReadLeavingHold): Promise<void> {
    await unlessChanged(table.write(listId, [{ kind: 'delete', rowKey: leavingHoldKey, etag: read.etag }]));
  }

  function parseLeavingHold({ rowKey, properties }: StoredRow): StoredHold {
    return readRowOr(
      { table: 'Sources', partitionKey: listId, rowKey },
      () => readJson('hold', holdColumn, properties),
      () => unreadableHold,
    );
  }
}
