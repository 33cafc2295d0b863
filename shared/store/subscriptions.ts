import * as z from 'zod';
import type { Watched } from '../ports/subscriptions.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readColumns, readEachColumn, readJson } from './columns.ts';
import { describeDamage, type RowPlace, readRowOr } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { type Problem, problem } from './progress.ts';
import { decodeKey, encodeKey, rangeOf } from './rowKey.ts';
import { keepUnknownColumns } from './unknownColumns.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
const prefix = 'subscription:';

const subscriptionRow = z.object({
  /** Names what is watched: the id of a source folder, or `users` or `members:<group>`, which are none. */
  folderId: z.string(),
  /** Whose folder it is; empty for what is in no mailbox. */
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

/** What is known of one subscription. */
export interface StoredSubscription extends z.infer<typeof subscriptionRow> {
  /** Why it could not be made or renewed at the last try. */
  readonly problem?: Problem;
}

/** The columns that tell what a subscription watches. */
export function placeOf(watched: Watched): Pick<StoredSubscription, 'folderId' | 'mailboxId'> {
  switch (watched.kind) {
    case 'folder':
      return { folderId: watched.folderId, mailboxId: watched.mailboxId };
    case 'users':
      return { folderId: 'users', mailboxId: '' };
    case 'members':
      return { folderId: `members:${watched.groupId}`, mailboxId: '' };
  }
}

export interface ReadSubscription {
  readonly subscription: StoredSubscription;
  readonly etag: string;
}

/** The rows `subscription:<what is watched>` in the partition of one list in `Sources`. */
export function openSubscriptionRows(stored: Table, listId: string) {
  const table = keepUnknownColumns(stored, [
    { prefix, columns: Object.keys(subscriptionRow.shape), texts: ['problem'] },
  ]);
  return { readAll, put, remove };

  async function readAll(): Promise<ReadSubscription[]> {
    const rows = await table.query(listId, rangeOf(prefix));
    return rows.map(row => ({ subscription: parseSubscription(listId, row), etag: row.etag }));
  }

  /** Whether it was written: false where there is not what was read any more, or one where there was none. */
  async function put(
    { problem: found, ...columns }: StoredSubscription,
    read: ReadSubscription | undefined,
  ): Promise<boolean> {
    const rowKey = keyOf(columns.folderId);
    const properties = { schemaVersion, ...columns, ...packJson('problem', found ?? null) };
    const operation: RowOperation = read
      ? { kind: 'replace', rowKey, properties, etag: read.etag }
      : { kind: 'insert', rowKey, properties };
    return unlessChanged(table.write(listId, [operation]));
  }

  /** Whether it was removed: false when the row changed since it was read. */
  async function remove({ subscription, etag }: ReadSubscription): Promise<boolean> {
    return unlessChanged(table.write(listId, [{ kind: 'delete', rowKey: keyOf(subscription.folderId), etag }]));
  }
}

export type SubscriptionRows = ReturnType<typeof openSubscriptionRows>;

function keyOf(folderId: string): string {
  return prefix + encodeKey(folderId);
}

function parseSubscription(listId: string, row: StoredRow): StoredSubscription {
  const { rowKey, properties } = row;
  const place: RowPlace = { table: 'Sources', partitionKey: listId, rowKey };
  return readRowOr<StoredSubscription>(
    place,
    () => {
      const found = readJson('problem', problem.nullish(), properties);
      return { ...readColumns(subscriptionRow, properties), ...(found ? { problem: found } : {}) };
    },
    damage => ({
      ...told(row),
      problem: describeDamage(damage, 'The next renewal of subscriptions makes another one'),
    }),
  );
}

/** What a damaged row tells: the id, if it can be read, still leads notifications to the list. */
function told({ rowKey, properties }: StoredRow): StoredSubscription {
  const untold = { folderId: '', mailboxId: '', id: '', url: '', clientState: '', createdAt: 0, expiresAt: 0 };
  const { columns } = readEachColumn(subscriptionRow, properties, untold);
  return { ...columns, folderId: decodeKey(rowKey.slice(prefix.length)), url: '' };
}
