import * as z from 'zod';
import type { DayStanding } from '../domain/dayFigures.ts';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { readIfReadable, readJson } from './columns.ts';
import { deleteRows } from './deleteRows.ts';
import { packJson } from './longText.ts';
import type { Tally } from './totals.ts';
import { writeInTurn } from './writeInTurn.ts';

const schemaVersion = 1;

const count = z.int();
const standingColumn = z
  .object({ current: count, behind: count, waiting: count, failed: count, skipped: count })
  .optional();
const workColumn = z.record(z.string(), count).optional();

/** One day of a list. */
export interface StoredDay {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** How its mailboxes stood when it had ended; undefined where nobody noted it. */
  readonly standing?: DayStanding | undefined;
  /** What was done, as `figuresOf` names it. */
  readonly work?: Tally | undefined;
}

/** The figures of past days: a partition of `Runs` for each list, a row a day. */
export function openDays(table: Table) {
  return { write, read, forget };

  /** What a day does not say stays as it is. */
  async function write(listId: string, days: readonly StoredDay[]): Promise<void> {
    await writeInTurn(table, partitionOf(listId), days.map(mergeOf));
  }

  /** From this day on, oldest first. What cannot be read of a row is as if nobody had noted it. */
  async function read(listId: string, from: string): Promise<StoredDay[]> {
    const rows = await table.query(partitionOf(listId), { from });
    return rows.map(parseDay);
  }

  /** Deletes the days before this one. Resolves with how many those were. */
  async function forget(listId: string, before: string): Promise<number> {
    const rows = await table.query(partitionOf(listId), { to: before }, ['RowKey']);
    return deleteRows(table, partitionOf(listId), rows);
  }
}

/** No run has such an id. */
function partitionOf(listId: string): string {
  return `$days:${listId}`;
}

function mergeOf({ day, standing, work }: StoredDay): RowOperation {
  const properties = {
    schemaVersion,
    ...(standing ? packJson('standing', standing) : {}),
    ...(work ? packJson('work', work) : {}),
  };
  return { kind: 'merge', rowKey: day, properties };
}

function parseDay({ rowKey, properties }: StoredRow): StoredDay {
  return {
    day: rowKey,
    standing: readIfReadable(() => readJson('standing', standingColumn, properties)),
    work: readIfReadable(() => readJson('work', workColumn, properties)),
  };
}
