import * as z from 'zod';
import { isHeld } from '../domain/lease.ts';
import type { Pin, PinnedTo } from '../domain/pin.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyRange, RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { betweenCaptures, type UncapturedList } from './betweenCaptures.ts';
import { type TakenCapture, takeCapture } from './captures.ts';
import { readEachColumn } from './columns.ts';
import { DamagedRow, type RowPlace, readRow, readRowOr } from './damagedRow.ts';
import { heldMailboxesPrefix, openHeldMailboxes } from './heldMailboxes.ts';
import { changeColumnNames, openJournal, parseChange } from './journalRows.ts';
import { openListIndex } from './listIndex.ts';
import { askOperation, parsePin, pinColumnNames, pinKey, unpinOperation } from './pinRow.ts';
import { definitionPrefix, openRollout, rolloutKey } from './rolloutRows.ts';
import { rangeOf } from './rowKey.ts';
import {
  openSnapshot,
  parsePresentId,
  parseSnapshotContact,
  presentIdColumnNames,
  presentIdMended,
  removalOf,
  type SnapshotContact,
  snapshotColumnNames,
} from './snapshotRows.ts';
import {
  headIn,
  parseCheckpoint,
  type ReadCheckpoint,
  rebuildCheckpoint,
  type SealedCheckpoint,
  type SourceCheckpoint,
  sourceCheckpointColumnNames,
  sourceCheckpointKey,
  sourceSealKey,
} from './sourceCheckpoint.ts';
import { leavingHoldKey, openLeavingHold } from './storedHold.ts';
import { openTargets } from './targets.ts';
import { keepUnknownColumns, type RowKind } from './unknownColumns.ts';
import { writeInTurn } from './writeInTurn.ts';

const schemaVersion = 1;

const damageKey = `${sourceCheckpointKey}:damage`;

const mailboxSearchKey = 'mailboxSearch';

const damageRow = z.object({ damagedKey: z.string(), property: z.string() });
const mailboxSearchRow = z.object({ at: z.number().default(0) });

const rowKinds: readonly RowKind[] = [
  { prefix: sourceSealKey, columns: [] },
  { prefix: damageKey, columns: Object.keys(damageRow.shape) },
  { prefix: pinKey, columns: pinColumnNames },
  { prefix: sourceCheckpointKey, columns: sourceCheckpointColumnNames, texts: ['details'] },
  { prefix: 'contact:', ...snapshotColumnNames },
  { prefix: 'change:', ...changeColumnNames },
  { prefix: 'id:', columns: presentIdColumnNames },
  { prefix: 'targets', columns: [], texts: ['targets'] },
  { prefix: 'members:', columns: [], texts: ['members', 'missing'] },
  { prefix: leavingHoldKey, columns: [], texts: ['hold'] },
  { prefix: heldMailboxesPrefix, columns: [], texts: ['ids'] },
  { prefix: mailboxSearchKey, columns: ['at'] },
  { prefix: rolloutKey, columns: [], texts: ['rollout'] },
  { prefix: definitionPrefix, columns: [], texts: ['definition'] },
];

/** Where everything lies that the status of a list tells of its source: checkpoint, hold, rollout, subscriptions, targets. */
export const statusRanges: readonly KeyRange[] = [
  { from: sourceCheckpointKey, to: `${sourceCheckpointKey};` },
  { from: leavingHoldKey, to: 'targets;' },
];

/** The partition of one list in `Sources`: checkpoint, snapshot, journal, targets and holds. */
export function openListPartition(stored: Table, listId: string) {
  const table = keepUnknownColumns(stored, rowKinds);
  const journal = openJournal(table, listId);
  return {
    ...openTargets(table, listId),
    ...openSnapshot(table, listId),
    ...journal,
    ...openLeavingHold(table, listId),
    ...openHeldMailboxes(table, listId),
    ...openRollout(table, listId),
    readCheckpoint,
    readSealedCheckpoint,
    readPace,
    readPin,
    pin,
    unpin,
    noteDamage,
    mend,
    takeCapture: takeCaptureOf,
    betweenCaptures: whileUncaptured,
    readCaptureStart,
    readMailboxSearch,
    noteMailboxSearch,
  };

  /** @throws DamagedRow */
  async function readCheckpoint(): Promise<ReadCheckpoint | undefined> {
    const row = await table.get(listId, sourceCheckpointKey);
    return row && { checkpoint: readRow(placeOf(row), () => parseCheckpoint(row)), etag: row.etag };
  }

  /** The checkpoint with the etag of its seal, and whether something of the list is damaged. */
  async function readSealedCheckpoint(): Promise<SealedCheckpoint | undefined> {
    const rows = await table.query(listId, { from: sourceCheckpointKey, to: `${sourceCheckpointKey};` });
    const row = rows.find(({ rowKey }) => rowKey === sourceCheckpointKey);
    if (!row) return undefined;
    const sealEtag = rows.find(({ rowKey }) => rowKey === sourceSealKey)?.etag;
    const noted = rows.find(({ rowKey }) => rowKey === damageKey);
    const pinned = rows.find(({ rowKey }) => rowKey === pinKey);
    const sealed = { etag: row.etag, sealEtag, pinned: pinned && parsePin(pinned) };
    try {
      const checkpoint = readRow(placeOf(row), () => parseCheckpoint(row));
      return { ...sealed, checkpoint, damage: noted && parseDamage(noted) };
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      const checkpoint = rebuildCheckpoint(row, await findHead(row));
      return { ...sealed, checkpoint, damage: error };
    }
  }

  async function readPin(): Promise<Pin | undefined> {
    const row = await table.get(listId, pinKey);
    return row && parsePin(row).pin;
  }

  /** The list's content is to be that of a position from now on, until it is unpinned; what its sources say waits. */
  async function pin(to: PinnedTo): Promise<void> {
    await write([askOperation(to)]);
  }

  async function unpin(): Promise<void> {
    await write([unpinOperation()]);
  }

  /** How many captures have started, and when the last one did; of a damaged row, what it tells. */
  async function readPace(): Promise<Pick<SourceCheckpoint, 'captures' | 'captureStartedAt'> | undefined> {
    const row = await table.get(listId, sourceCheckpointKey);
    return (
      row &&
      readRowOr(
        placeOf(row),
        () => parseCheckpoint(row),
        () => rebuildCheckpoint(row, 0),
      )
    );
  }

  /** The head that the row tells, else the newest position of the journal. */
  async function findHead(row: StoredRow): Promise<number> {
    return headIn(row) ?? journal.readNewestPosition();
  }

  function parseDamage({ properties }: StoredRow): DamagedRow {
    const { damagedKey, property } = readEachColumn(damageRow, properties, { damagedKey: '', property: '' }).columns;
    return new DamagedRow({ table: 'Sources', partitionKey: listId, rowKey: damagedKey }, property);
  }

  /** For the status of the list and its next capture. */
  async function noteDamage({ place, property }: DamagedRow): Promise<void> {
    const properties = { schemaVersion, damagedKey: place.rowKey, property };
    await table.write(listId, [{ kind: 'replace', rowKey: damageKey, properties }]);
  }

  /**
   * Deletes changes that cannot be read, so that whoever needs them takes the snapshot, and writes anew whose the ids
   * are. What of the snapshot the source did not tell stays noted.
   */
  async function mend(snapshot: Iterable<SnapshotContact>): Promise<void> {
    const changes = await table.query(listId, rangeOf('change:'));
    const ids = await table.query(listId, rangeOf('id:'));
    const owners = new Map([...snapshot].flatMap(({ sourceKey, ids: own }) => own.map(id => [id, sourceKey] as const)));
    const operations = [
      ...changes.filter(row => damageIn(row, parseChange)).map(removalOf),
      ...ids.filter(row => damageIn(row, parsePresentId)).map(row => presentIdMended(row, owners)),
    ];
    await writeInTurn(table, listId, operations);
    const contacts = await table.query(listId, rangeOf('contact:'));
    const [left] = contacts.flatMap(row => damageIn(row, parseSnapshotContact) ?? []);
    if (left) await noteDamage(left);
    else await table.write(listId, [{ kind: 'delete', rowKey: damageKey }]);
  }

  function damageIn(row: StoredRow, parse: (row: StoredRow) => unknown): DamagedRow | undefined {
    return readRowOr<DamagedRow | undefined>(
      placeOf(row),
      () => void parse(row),
      damage => damage,
    );
  }

  /**
   * Takes the list for a capture; the list is known from then on.
   *
   * @param policies of the list
   * @param leaseMilliseconds that a capture which does not come back keeps others away
   */
  async function takeCaptureOf(
    policies: SourceCheckpoint['policies'],
    clock: Clock,
    leaseMilliseconds: number,
  ): Promise<TakenCapture> {
    const sealed = await readSealedCheckpoint();
    if (!sealed) await openListIndex(stored).add(listId);
    return takeCapture(sealed, policies, write, clock, leaseMilliseconds);
  }

  function whileUncaptured<Answer>(
    clock: Clock,
    leaseMilliseconds: number,
    decide: (list: UncapturedList | undefined, now: number) => Promise<Answer>,
  ): Promise<Answer | { readonly kind: 'busy' }> {
    return betweenCaptures({ listId, table, stored, readCheckpoint }, clock, leaseMilliseconds, decide);
  }

  /** When the capture began that is under way: epoch milliseconds, undefined where none is. */
  async function readCaptureStart(now: number, leaseMilliseconds: number): Promise<number | undefined> {
    const sealed = await readSealedCheckpoint();
    if (!sealed || !isHeld(sealed.checkpoint.capturingUntil, now, leaseMilliseconds)) return undefined;
    return sealed.checkpoint.captureStartedAt;
  }

  /** When mailboxes were last looked for that `Progress` does not know: epoch milliseconds, 0 for never. */
  async function readMailboxSearch(): Promise<number> {
    const row = await table.get(listId, mailboxSearchKey);
    return row ? readEachColumn(mailboxSearchRow, row.properties).columns.at : 0;
  }

  async function noteMailboxSearch(at: number): Promise<void> {
    await table.write(listId, [{ kind: 'replace', rowKey: mailboxSearchKey, properties: { schemaVersion, at } }]);
  }

  async function write(operations: readonly RowOperation[]): Promise<string[]> {
    return table.write(listId, operations);
  }

  function placeOf({ rowKey }: StoredRow): RowPlace {
    return { table: 'Sources', partitionKey: listId, rowKey };
  }
}

export type ListPartition = ReturnType<typeof openListPartition>;
