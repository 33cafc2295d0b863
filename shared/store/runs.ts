import * as z from 'zod';
import { RowConflict, type RowOperation, type StoredRow, type Table } from '../ports/tableStorage.ts';
import { packJson, unpackJson } from './longText.ts';
import { openPendingResyncs } from './pendingResyncs.ts';
import { storedProblem } from './progress.ts';

const schemaVersion = 1;

export const runCauses = ['schedule', 'resync', 'notification'] as const;

export const runProblem = storedProblem.extend({ list: z.string().optional(), mailbox: z.string().optional() });
export type RunProblem = z.infer<typeof runProblem>;

export const requestCounts = z.object({ requests: z.number(), roundTrips: z.number() });

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
});

/** One pass over one or more lists; `startedAt` is in its id, newest first. */
export type RunSummary = z.infer<typeof runSummary> & { readonly id: string };

export const contactCounts = z.object({
  created: z.number(),
  updated: z.number(),
  deleted: z.number(),
  failed: z.number(),
});
export type ContactCounts = z.infer<typeof contactCounts>;
export const noContacts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };

export const repairCounts = z.object({
  lost: z.number(),
  doubled: z.number(),
  orphaned: z.number(),
  drifted: z.number(),
});
/** What a listing of the folder found and repaired. */
export type RepairCounts = z.infer<typeof repairCounts>;
export const noRepairs: RepairCounts = { lost: 0, doubled: 0, orphaned: 0, drifted: 0 };

const attempt = z.object({ contacts: contactCounts, repaired: repairCounts, graph: requestCounts });
export type RunAttempt = z.infer<typeof attempt>;

export const runMailboxStates = ['sent', 'done', 'waiting', 'failed', 'skipped'] as const;
export type RunMailboxState = (typeof runMailboxStates)[number];

const mailboxRow = z.object({ state: z.enum(runMailboxStates), reportedAt: z.number() });

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

const prefix = 'mailbox:';
const mostProblems = 30;
const endOfTime = 9_999_999_999_999;

export const runIdPattern = /^\d{13}-[0-9a-f]{8}$/;

/** Run ids sort newest first, so that the first rows of the table are the latest runs. */
export function newRunId(now: number, unique: string): string {
  return `${String(endOfTime - now).padStart(13, '0')}-${unique.slice(0, 8)}`;
}

/** `Runs`: totals are summed when read and never incremented, so that a repeated message counts nothing twice. */
export function openRuns(table: Table) {
  return {
    ...openPendingResyncs(table),
    createSummary,
    writeSummary,
    readSummary,
    readLatest,
    announce,
    report,
    readMailboxes,
    remove,
  };

  /** Unless it is there already. */
  async function createSummary({ id, ...summary }: RunSummary): Promise<void> {
    const properties = { schemaVersion, ...packJson('summary', summary) };
    try {
      await table.write(id, [{ kind: 'insert', rowKey: 'summary', properties }]);
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
    }
  }

  async function writeSummary({ id, ...summary }: RunSummary): Promise<void> {
    const properties = { schemaVersion, ...packJson('summary', summary) };
    await table.write(id, [{ kind: 'replace', rowKey: 'summary', properties }]);
  }

  async function readSummary(id: string): Promise<RunSummary | undefined> {
    const row = await table.get(id, 'summary');
    return row && parseSummary(id, row);
  }

  async function readLatest(limit: number, afterId?: string): Promise<RunSummary[]> {
    const rows = await table.queryAcross('summary', limit, afterId);
    return rows.map(({ partitionKey, row }) => parseSummary(partitionKey, row));
  }

  /** Names the mailboxes of the run before their messages are sent. */
  async function announce(
    id: string,
    mailboxes: readonly {
      mailboxId: string;
      state: 'sent' | 'skipped';
      lists: readonly string[];
      problems?: readonly RunProblem[];
    }[],
  ): Promise<void> {
    for (let start = 0; start < mailboxes.length; start += 100) {
      const operations: RowOperation[] = mailboxes
        .slice(start, start + 100)
        .map(({ mailboxId, state, lists, problems = [] }) => ({
          kind: 'merge',
          rowKey: prefix + mailboxId,
          properties: {
            schemaVersion,
            state,
            reportedAt: 0,
            ...packJson('lists', lists),
            ...packJson('problems', problems),
          },
        }));
      await table.write(id, operations);
    }
  }

  /** Written at each attempt before its message completes; the same attempt again replaces itself. */
  async function report(
    id: string,
    mailboxId: string,
    attemptId: string,
    { state, done, problems, notes = [] }: AttemptReport,
    now: number,
  ): Promise<void> {
    const properties = {
      schemaVersion,
      state,
      reportedAt: now,
      [`attempt${attemptId}`]: JSON.stringify(done),
      // One property: a part that an earlier attempt left behind would be read as part of this one.
      ...packJson('problems', shortened(problems)),
      ...(notes.length > 0 ? { [`notes${attemptId}`]: JSON.stringify(shortened(notes)) } : {}),
    };
    await table.write(id, [{ kind: 'merge', rowKey: prefix + mailboxId, properties }]);
  }

  async function readMailboxes(id: string): Promise<RunMailbox[]> {
    const rows = await table.query(id, { from: prefix, to: 'mailbox;' });
    return rows.map(parseMailbox);
  }

  /** The summary goes last, so that what an interruption leaves is found again. */
  async function remove(id: string): Promise<void> {
    const rows = await table.query(id, {}, ['RowKey']);
    const keys = [...rows.map(({ rowKey }) => rowKey).filter(key => key !== 'summary'), 'summary'];
    for (let start = 0; start < keys.length; start += 100) {
      await table.write(
        id,
        keys.slice(start, start + 100).map(rowKey => ({ kind: 'delete', rowKey })),
      );
    }
  }
}

/** As many as one property surely holds; the ledger keeps the reason of every contact. */
function shortened(problems: readonly RunProblem[]): RunProblem[] {
  const named = problems.slice(0, mostProblems).map(each => ({ ...each, detail: each.detail.slice(0, 400) }));
  const more = problems.length - named.length;
  return more > 0 ? [...named, { code: 'MoreProblems', detail: `${more} more problems of this mailbox` }] : named;
}

export type RunsTable = ReturnType<typeof openRuns>;

function parseSummary(id: string, row: StoredRow): RunSummary {
  return { id, ...runSummary.parse(unpackJson('summary', row.properties)) };
}

function parseMailbox(row: StoredRow): RunMailbox {
  const attempts = propertiesNamed('attempt', row).map(value => attempt.parse(value));
  return {
    mailboxId: row.rowKey.slice(prefix.length),
    ...mailboxRow.parse(row.properties),
    lists: z.array(z.string()).parse(unpackJson('lists', row.properties) ?? []),
    attempts,
    problems: z.array(runProblem).parse(unpackJson('problems', row.properties) ?? []),
    notes: propertiesNamed('notes', row).flatMap(value => z.array(runProblem).parse(value)),
  };
}

function propertiesNamed(prefixOfName: string, { properties }: StoredRow): unknown[] {
  return Object.entries(properties)
    .filter(([name]) => name.startsWith(prefixOfName))
    .map(([, text]): unknown => JSON.parse(String(text)));
}
