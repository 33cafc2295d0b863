import * as z from 'zod';
import type { StoredRow, Table } from '../ports/tableStorage.ts';
import { packJson, unpackJson } from './longText.ts';
import { type Problem, problem } from './progress.ts';
import { encodeKey, rangeOf } from './rowKey.ts';

const schemaVersion = 1;
const prefix = 'subscription:';

const subscriptionRow = z.object({
  folderId: z.string(),
  mailboxId: z.string(),
  /** Graph's id; empty while none could be made. */
  id: z.string(),
  /** The base URL of the webhooks that it leads to. */
  url: z.string(),
  /** Fingerprint of the secret that it was made with. */
  clientState: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  expiresAt: z.number(),
});

/** What is known of the subscription to one source folder. */
export interface StoredSubscription extends z.infer<typeof subscriptionRow> {
  /** Why it could not be made or renewed at the last try. */
  readonly problem?: Problem;
}

export interface ReadSubscription {
  readonly subscription: StoredSubscription;
  readonly etag: string;
}

/** The rows `subscription:<folder>` in the partition of one list in `Sources`. */
export function openSubscriptionRows(table: Table, listId: string) {
  return { readAll, put, remove };

  async function readAll(): Promise<ReadSubscription[]> {
    const rows = await table.query(listId, rangeOf(prefix));
    return rows.map(row => ({ subscription: parseSubscription(row), etag: row.etag }));
  }

  /** Guarded by what was read: `etag` of the row, or that there was none. @throws RowConflict */
  async function put({ problem: found, ...columns }: StoredSubscription, etag: string | undefined): Promise<void> {
    const rowKey = keyOf(columns.folderId);
    const properties = { schemaVersion, ...columns, ...packJson('problem', found ?? null) };
    await table.write(listId, [
      etag === undefined ? { kind: 'insert', rowKey, properties } : { kind: 'replace', rowKey, properties, etag },
    ]);
  }

  /** @throws RowConflict when the row changed since it was read */
  async function remove(folderId: string, etag: string): Promise<void> {
    await table.write(listId, [{ kind: 'delete', rowKey: keyOf(folderId), etag }]);
  }
}

export type SubscriptionRows = ReturnType<typeof openSubscriptionRows>;

function keyOf(folderId: string): string {
  return prefix + encodeKey(folderId);
}

function parseSubscription(row: StoredRow): StoredSubscription {
  const found = problem.nullish().parse(unpackJson('problem', row.properties));
  return { ...subscriptionRow.parse(row.properties), ...(found ? { problem: found } : {}) };
}
