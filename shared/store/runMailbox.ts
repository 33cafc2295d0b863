import * as z from 'zod';
import type { Properties, RowOperation, StoredRow } from '../ports/tableStorage.ts';
import { readColumns, readJson } from './columns.ts';
import { describeDamage, readRowOr } from './damagedRow.ts';
import { packJson } from './longText.ts';
import { type RunProblem, runProblem } from './runProblem.ts';
import { tallyRunMailbox } from './runTotals.ts';
import { type RunAttempt, runAttempt } from './runWork.ts';
import type { Tally } from './totals.ts';

export const runMailboxStates = ['sent', 'done', 'waiting', 'failed', 'skipped'] as const;
export type RunMailboxState = (typeof runMailboxStates)[number];

const mailboxRow = z.object({ state: z.enum(runMailboxStates), reportedAt: z.number() });
const listIds = z.array(z.string()).default([]);
const notesOfAttempt = z.array(runProblem);
const lastProblems = notesOfAttempt.default([]);

/** One mailbox of a run: how it stands, and what each attempt cost and did. */
export interface RunMailbox extends z.infer<typeof mailboxRow> {
  readonly mailboxId: string;
  readonly lists: readonly string[];
  readonly attempts: readonly RunAttempt[];
  readonly problems: readonly RunProblem[];
  /** What an admin may want to know and nobody has to mend, over all attempts. */
  readonly notes: readonly RunProblem[];
}

/** What one attempt at a mailbox came to. */
export interface AttemptReport {
  readonly state: RunMailboxState;
  readonly done: RunAttempt;
  readonly problems: readonly RunProblem[];
  readonly notes?: readonly RunProblem[];
}

/** A mailbox as a run names it, before anything is done there. */
export interface AnnouncedMailbox {
  readonly mailboxId: string;
  readonly state: 'sent' | 'skipped';
  readonly lists: readonly string[];
  readonly problems?: readonly RunProblem[];
}

/** Beside the row of a mailbox that has problems or notes, so that nobody reads all mailboxes for them. */
export const toldPrefix = 'told:';
const mostProblems = 30;

/** What an announcement says of a mailbox. */
export function announcedColumns({ state, lists, problems = [] }: AnnouncedMailbox): Properties {
  return { state, reportedAt: 0, ...packJson('lists', lists), ...packJson('problems', problems) };
}

export function tallyAnnounced(mailbox: AnnouncedMailbox): Tally {
  return tallyRunMailbox({ problems: [], notes: [], attempts: [], ...mailbox });
}

/** What a report says of a mailbox; the same attempt again says the same. */
export function reportedColumns(
  attemptId: string,
  { state, done, problems, notes = [] }: AttemptReport,
  now: number,
): Properties {
  return {
    state,
    reportedAt: now,
    [`attempt${attemptId}`]: JSON.stringify(done),
    // One property: a part that an earlier attempt left behind would be read as part of this one.
    ...packJson('problems', shortened(problems)),
    ...(notes.length > 0 ? { [`notes${attemptId}`]: JSON.stringify(shortened(notes)) } : {}),
  };
}

export function toldOperation(mailboxId: string, { properties }: StoredRow): RowOperation {
  const told = Object.entries(properties).filter(([name]) => !name.startsWith('attempt'));
  return { kind: 'replace', rowKey: toldPrefix + mailboxId, properties: Object.fromEntries(told) };
}

/** A mailbox's row, with what it adds to the run's totals. */
export interface CountedRow extends StoredRow {
  readonly tally: Tally;
}

export function talliesOf(id: string, row: StoredRow | CountedRow): Tally {
  return 'tally' in row ? row.tally : tallyRow(id, row);
}

export function tallyRow(id: string, row: StoredRow): Tally {
  return tallyRunMailbox(parseRunMailbox(id, row));
}

/** As many as one property surely holds; the ledger keeps the reason of every contact. */
function shortened(problems: readonly RunProblem[]): RunProblem[] {
  const named = problems.slice(0, mostProblems).map(each => ({ ...each, detail: each.detail.slice(0, 400) }));
  const more = problems.length - named.length;
  return more > 0 ? [...named, { code: 'MoreProblems', detail: `${more} more problems of this mailbox` }] : named;
}

export function parseRunMailbox(id: string, row: StoredRow): RunMailbox {
  const mailboxId = row.rowKey.slice(row.rowKey.indexOf(':') + 1);
  return readRowOr<RunMailbox>(
    { table: 'Runs', partitionKey: id, rowKey: row.rowKey },
    () => ({
      mailboxId,
      ...readColumns(mailboxRow, row.properties),
      lists: readJson('lists', listIds, row.properties),
      attempts: readNamed('attempt', runAttempt, row),
      problems: readJson('problems', lastProblems, row.properties),
      notes: readNamed('notes', notesOfAttempt, row).flat(),
    }),
    damage => ({
      mailboxId,
      state: 'failed',
      reportedAt: 0,
      lists: [],
      attempts: [],
      problems: [
        { mailbox: mailboxId, ...describeDamage(damage, 'What became of the mailbox in this run is not known') },
      ],
      notes: [],
    }),
  );
}

/** One property each: that of attempt 21 is no part of that of attempt 2. @throws UnreadableProperty */
function readNamed<Schema extends z.ZodType>(
  prefixOfName: string,
  schema: Schema,
  { properties }: StoredRow,
): z.output<Schema>[] {
  return Object.entries(properties)
    .filter(([name]) => name.startsWith(prefixOfName))
    .map(([name, value]) => readJson(name, schema, { [name]: value }));
}
