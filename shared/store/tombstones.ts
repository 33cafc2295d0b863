import * as z from 'zod';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { deleteRows } from './deleteRows.ts';
import { decodeKey, encodeKey, rangeOf } from './rowKey.ts';
import { writeInTurn } from './writeInTurn.ts';

const schemaVersion = 1;
const indexedKey = 'indexed';
const contactPrefix = 'contact:';
const addressPrefix = 'address:';

/** What cannot be read of a row is as if nobody had written it. */
const indexedRow = z.object({ epoch: z.number().catch(0), position: z.number().catch(0) });
const tombstoneRow = z.object({ at: z.number().catch(0) });

/** Up to where a list's journal has been entered; positions of another epoch mean nothing. */
export type IndexedUpTo = z.infer<typeof indexedRow>;

/** What a list no longer has; `at` in epoch milliseconds. */
export interface Tombstones {
  readonly contacts: readonly { readonly sourceKey: string; readonly at: number }[];
  /** Addresses as their prints. */
  readonly addresses: readonly { readonly print: string; readonly sourceKey: string; readonly at: number }[];
}

/**
 * `Tombstones`: which contacts a list had and lost, and by which addresses they can be found: as keyed hashes, so that
 * the rows name nobody (rules.md: Proof).
 */
export function openTombstones(table: Table) {
  return { readIndexed, add, findKeys, readRemovedAt, forget };

  async function readIndexed(listId: string): Promise<IndexedUpTo> {
    const row = await table.get(listId, indexedKey);
    return indexedRow.parse(row?.properties ?? {});
  }

  /** The same again changes nothing; how far they go is written last. */
  async function add(listId: string, { contacts, addresses }: Tombstones, upTo: IndexedUpTo): Promise<void> {
    const rows = [
      ...contacts.map(({ sourceKey, at }) => [contactKey(sourceKey), at] as const),
      ...addresses.map(({ print, sourceKey, at }) => [addressKey(print, sourceKey), at] as const),
    ];
    // A contact may be removed several times: the last one counts.
    const operations = [...new Map(rows)].map(
      ([rowKey, at]): RowOperation => ({ kind: 'replace', rowKey, properties: { schemaVersion, at } }),
    );
    operations.push({ kind: 'replace', rowKey: indexedKey, properties: { schemaVersion, ...upTo } });
    await writeInTurn(table, listId, operations);
  }

  /** Source keys of the contacts that had an address. */
  async function findKeys(listId: string, print: string): Promise<string[]> {
    const rows = await table.query(listId, rangeOf(`${addressPrefix}${print}:`), ['RowKey']);
    return rows.map(({ rowKey }) => decodeKey(rowKey.slice(`${addressPrefix}${print}:`.length)));
  }

  /** When the contact was removed last (epoch milliseconds). */
  async function readRemovedAt(listId: string, sourceKey: string): Promise<number | undefined> {
    const row = await table.get(listId, contactKey(sourceKey));
    return row && timeOf(row);
  }

  /** Deletes what is older than that time (epoch milliseconds). Resolves with the number. */
  async function forget(listId: string, before: number): Promise<number> {
    const rows = await Promise.all(
      [contactPrefix, addressPrefix].map(prefix => table.query(listId, rangeOf(prefix), ['at'])),
    );
    const old = rows.flat().filter(row => timeOf(row) < before);
    return deleteRows(table, listId, old);
  }
}

function contactKey(sourceKey: string): string {
  return contactPrefix + encodeKey(sourceKey);
}

function addressKey(print: string, sourceKey: string): string {
  return `${addressPrefix}${print}:${encodeKey(sourceKey)}`;
}

function timeOf({ properties }: StoredRow): number {
  return tombstoneRow.parse(properties).at;
}
