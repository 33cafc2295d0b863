import { chunksOf } from '../domain/chunks.ts';
import { type HeldMailbox, heldEffects } from '../domain/hold.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readIfReadable } from './columns.ts';
import { packText, unpackText } from './longText.ts';
import { rangeOf } from './rowKey.ts';

const schemaVersion = 1;

export const heldMailboxesPrefix = 'heldMailboxes:';
/** A row holds 1 MiB; an id has 36 characters of two bytes. */
const idsPerRow = 6000;
/** A transaction takes 4 MiB. */
const rowsPerTransaction = 7;

/** Whom the hold of a list's mailboxes is about, in its partition of `Sources`: not read with its status. */
export function openHeldMailboxes(table: Table, listId: string) {
  return { readHeldMailboxes, storeHeldMailboxes };

  /** In the order of their ids. What cannot be read is left out: the next run writes it anew. */
  async function readHeldMailboxes(): Promise<HeldMailbox[]> {
    const rows = await table.query(listId, rangeOf(heldMailboxesPrefix));
    return rows.flatMap(mailboxesIn).sort((left, right) => (left.mailboxId < right.mailboxId ? -1 : 1));
  }

  /** In the place of those that are there. */
  async function storeHeldMailboxes(mailboxes: readonly HeldMailbox[]): Promise<void> {
    const rows = heldEffects.flatMap(effect => {
      const ids = mailboxes.filter(each => each.effect === effect).map(({ mailboxId }) => mailboxId);
      return chunksOf(ids, idsPerRow).map((part, index): RowOperation & { readonly rowKey: string } => ({
        kind: 'replace',
        rowKey: `${heldMailboxesPrefix}${effect}:${String(index).padStart(4, '0')}`,
        properties: { schemaVersion, ...packText('ids', part.join(' ')) },
      }));
    });
    const kept = new Set(rows.map(({ rowKey }) => rowKey));
    const before = await table.query(listId, rangeOf(heldMailboxesPrefix), ['RowKey']);
    const former = before.filter(({ rowKey }) => !kept.has(rowKey));
    const operations = [...rows, ...former.map(({ rowKey }): RowOperation => ({ kind: 'delete', rowKey }))];
    for (const part of chunksOf(operations, rowsPerTransaction)) await table.write(listId, part);
  }
}

function mailboxesIn({ rowKey, properties }: StoredRow): HeldMailbox[] {
  const effect = heldEffects.find(each => rowKey.startsWith(`${heldMailboxesPrefix}${each}:`));
  const text = readIfReadable(() => unpackText('ids', properties)) ?? '';
  if (!effect || text === '') return [];
  return text.split(' ').map(mailboxId => ({ mailboxId, effect }));
}
