import * as z from 'zod';
import type { StoredRow } from '../ports/tableStorage.ts';
import { readJson, storable } from './columns.ts';
import { describeDamage, type RowPlace, readRowOr } from './damagedRow.ts';
import { unpackJson } from './longText.ts';
import { startOfRun } from './runId.ts';
import { runProblem } from './runProblem.ts';
import { contactCounts, repairCounts, requestCounts } from './runWork.ts';

export const runCauses = ['schedule', 'resync', 'notification'] as const;

const runSummary = z.object({
  cause: z.enum(runCauses),
  lists: z.array(z.string()),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  /** Epoch milliseconds when every message was sent, 0 before. */
  fannedOutAt: z.number(),
  /** The journal's head of each list when the messages were sent. */
  heads: z.record(z.string(), z.number()),
  problems: z.array(runProblem),
  /** What an admin may want to know and nobody has to mend. */
  notes: z.array(runProblem).default([]),
  graph: requestCounts,
  /** Its totals are those of its rows: no older version named mailboxes of it. */
  counted: z.boolean().optional(),
});

const count = z.number();
const runFigures = z.object({
  sent: count,
  done: count,
  waiting: count,
  failed: count,
  skipped: count,
  contacts: contactCounts,
  repaired: repairCounts,
  /** Of the mailboxes alone. */
  graph: requestCounts,
  /** Epoch milliseconds, 0 before the first report. */
  reportedAt: count,
  problems: z.array(runProblem),
  notes: z.array(runProblem),
});
/** What the mailboxes of a run came to so far. */
export type RunFigures = z.infer<typeof runFigures>;

/** One pass over one or more lists; `startedAt` is in its id, newest first. */
export type RunSummary = z.infer<typeof runSummary> & {
  readonly id: string;
  /** What the mailboxes of a finished run came to, so that nobody reads their rows again. */
  readonly outcome?: RunFigures;
};

/** One that cannot be read, or is of another version, is found out anew. */
function readOutcome({ properties }: StoredRow): { outcome?: RunFigures } {
  if (!properties.outcome) return {};
  const outcome = runFigures.safeParse(unpackJson('outcome', properties));
  return outcome.success ? { outcome: outcome.data } : {};
}

/** Members that a newer version added stay where they are. */
const storedSummary = storable(runSummary);

/** Of a damaged row only its key tells something. */
export function parseRunSummary(id: string, row: StoredRow): RunSummary {
  const place: RowPlace = { table: 'Runs', partitionKey: id, rowKey: row.rowKey };
  const startedAt = startOfRun(id);
  return readRowOr<RunSummary>(
    place,
    () => ({
      ...readJson('summary', storedSummary, row.properties),
      id,
      ...readOutcome(row),
    }),
    damage => ({
      id,
      cause: 'schedule',
      lists: [],
      startedAt,
      fannedOutAt: startedAt,
      heads: {},
      problems: [describeDamage(damage, 'What the run came to is not known')],
      notes: [],
      graph: { requests: 0, roundTrips: 0 },
    }),
  );
}
