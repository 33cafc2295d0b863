import * as z from 'zod';
import type { RowOperation, StoredRow, Table } from '../ports/tableStorage.ts';
import { unlessChanged } from './unlessChanged.ts';

const schemaVersion = 1;
/** No run has such an id. */
const partition = '$pending';

const pendingRow = z.object({ run: z.string(), askedAt: z.number() });

/** A run that somebody asked for and whose capture has not begun. `askedAt` in epoch milliseconds. */
export type PendingResync = z.infer<typeof pendingRow>;

/** Rows of `Runs` that name, for each kind of request, the run that is about to serve it. */
export function openPendingResyncs(table: Table) {
  return { joinPending, endPending };

  /**
   * Makes `own` the pending run of `request`, unless another is and `isAlive`. Resolves with the id of whichever it is,
   * the same on every host.
   */
  async function joinPending(
    request: string,
    own: PendingResync,
    isAlive: (other: PendingResync) => Promise<boolean>,
  ): Promise<string> {
    for (;;) {
      const row = await table.get(partition, request);
      const other = row && parsePending(row);
      if (other && (other.run === own.run || (await isAlive(other)))) return other.run;
      const properties = { schemaVersion, ...own };
      if (
        await tryWrite({
          ...(row ? { kind: 'replace', etag: row.etag } : { kind: 'insert' }),
          rowKey: request,
          properties,
        })
      )
        return own.run;
    }
  }

  /** From now on a request starts another run. A row of another run stays. */
  async function endPending(request: string, run: string): Promise<void> {
    for (;;) {
      const row = await table.get(partition, request);
      if (!row || (parsePending(row)?.run ?? run) !== run) return;
      if (await tryWrite({ kind: 'delete', rowKey: request, etag: row.etag })) return;
    }
  }

  /** False when somebody else was faster, or when this was done before: the row says. */
  function tryWrite(operation: RowOperation): Promise<boolean> {
    return unlessChanged(table.write(partition, [operation]));
  }
}

/** Undefined for a damaged row, which serves nobody. */
function parsePending({ properties }: StoredRow): PendingResync | undefined {
  return pendingRow.safeParse(properties).data;
}
