import * as z from 'zod';
import { memberships, reportedStates } from '../domain/dueMailboxes.ts';
import { RowConflict, type RowOperation, type StoredRow, type Table } from '../ports/tableStorage.ts';
import { packJson, unpackJson } from './longText.ts';

const schemaVersion = 1;

export const problem = z.object({ code: z.string(), detail: z.string() });

/** A problem as rows hold it, with what is not shown as it is. */
export const storedProblem = problem.extend({
  /** Where the list's settings name what is wrong, for whoever may see the value. */
  setting: z.object({ path: z.string(), print: z.string() }).optional(),
  /** Source key of the contact that it is about: the same in many mailboxes is said once. */
  contact: z.string().optional(),
});
export type Problem = z.infer<typeof storedProblem>;

const handlerColumns = z.object({
  state: z.enum(reportedStates).default('behind'),
  position: z.number().default(-1),
  /** The journal that the position counts in (see the mailbox's checkpoint). */
  epoch: z.number().default(0),
  settings: z.string().default(''),
  contacts: z.number().default(0),
  failed: z.number().default(0),
  /** Epoch milliseconds of the next try, 0 for none. */
  dueAt: z.number().default(0),
  /** Epoch milliseconds of the last finished pass, 0 before the first. */
  syncedAt: z.number().default(0),
  sequence: z.number().default(0),
  /** Epoch milliseconds when a mailbox that left was found to have no user any more, 0 for none. */
  goneAt: z.number().default(0),
});

const fanOutColumns = z.object({
  wanted: z.enum(memberships).default('target'),
  /** Epoch milliseconds when somebody last had the mailbox cleared or asked for it by name, 0 for never. */
  decidedAt: z.number().default(0),
  /** Epoch milliseconds when it left, so that a slow loss of members counts too. */
  leftAt: z.number().default(0),
  /** Head, settings and time of the last message sent for it. */
  sentHead: z.number().default(-1),
  sentSettings: z.string().default(''),
  sentAt: z.number().default(0),
  /** Epoch milliseconds since when it has not been in line with what was sent for, 0 before the first message. */
  behindSince: z.number().default(0),
  /** Epoch milliseconds from when a full reconcile is due, 0 for none. */
  fullDueAt: z.number().default(0),
  /** Why a member of the list's groups is skipped, empty for a target. */
  skipReason: z.string().default(''),
});

/** What a handler reports of a mailbox, and what the fan-out noted about it. */
export interface Progress extends z.infer<typeof handlerColumns>, z.infer<typeof fanOutColumns> {
  readonly mailboxId: string;
  readonly problem?: Problem;
}

export type ProgressReport = z.infer<typeof handlerColumns> & { readonly problem?: Problem };

/** `Progress`: what the fan-out and the status pages read. A stale row costs a repeated message, never a wrong write. */
export function openProgress(table: Table) {
  return { readAll, readPage, read, note, report, remove };

  async function readAll(listId: string): Promise<Progress[]> {
    const rows = await table.query(listId);
    return rows.map(parseProgress);
  }

  /** At most `limit` rows in the order of their mailboxes' ids, from the id `from` (included) on. */
  async function readPage(listId: string, limit: number, from?: string): Promise<Progress[]> {
    const rows = await table.query(listId, { limit, ...(from === undefined ? {} : { from }) });
    return rows.map(parseProgress);
  }

  async function read(listId: string, mailboxId: string): Promise<ReadProgress | undefined> {
    const row = await table.get(listId, mailboxId);
    return row && { progress: parseProgress(row), etag: row.etag };
  }

  /** The fan-out's own columns, merged; never what a handler reports. */
  async function note(
    listId: string,
    notes: readonly (Partial<z.infer<typeof fanOutColumns>> & { mailboxId: string })[],
  ) {
    for (let start = 0; start < notes.length; start += 100) {
      const operations: RowOperation[] = notes.slice(start, start + 100).map(({ mailboxId, ...columns }) => ({
        kind: 'merge',
        rowKey: mailboxId,
        properties: { schemaVersion, ...columns },
      }));
      await table.write(listId, operations);
    }
  }

  /**
   * A handler's columns. Dropped when a later commit of the mailbox has already reported (design: State, Progress).
   * `known` is the row as it was read before, which spares reading it again when nobody wrote since.
   */
  async function report(
    listId: string,
    mailboxId: string,
    { problem: reported, ...columns }: ProgressReport,
    known?: ReadProgress,
  ): Promise<void> {
    const properties = { schemaVersion, ...columns, ...packJson('problem', reported ?? null) };
    for (let row = known ?? (await read(listId, mailboxId)); ; row = await read(listId, mailboxId)) {
      if (row && row.progress.sequence > columns.sequence) return;
      const operation: RowOperation = row
        ? { kind: 'merge', rowKey: mailboxId, properties, etag: row.etag }
        : { kind: 'insert', rowKey: mailboxId, properties };
      try {
        await table.write(listId, [operation]);
        return;
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    }
  }

  /** Unless somebody wrote it since it was read. */
  async function remove(listId: string, { progress, etag }: ReadProgress): Promise<boolean> {
    try {
      await table.write(listId, [{ kind: 'delete', rowKey: progress.mailboxId, etag }]);
      return true;
    } catch (error) {
      if (error instanceof RowConflict) return false;
      throw error;
    }
  }
}

/** A row with what guards the next write of it. */
export interface ReadProgress {
  readonly progress: Progress;
  readonly etag: string;
}

export type ProgressTable = ReturnType<typeof openProgress>;

function parseProgress(row: StoredRow): Progress {
  const reported = storedProblem.nullish().parse(unpackJson('problem', row.properties));
  return {
    mailboxId: row.rowKey,
    ...handlerColumns.parse(row.properties),
    ...fanOutColumns.parse(row.properties),
    ...(reported ? { problem: reported } : {}),
  };
}
