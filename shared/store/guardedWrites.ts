import type { RowOperation } from '../ports/tableStorage.ts';
import { maxTransactionRows } from './tables/limits.ts';

/** What a transaction takes beside the row that guards it. */
export const rowsBesideGuard = maxTransactionRows - 1;

/** Rows of one partition in one transaction; resolves with their new etags. */
export type WriteRows = (operations: readonly RowOperation[]) => Promise<string[]>;

/**
 * Writes that each take along one row and hold only if nobody else wrote that row since: of two who write, one is refused.
 *
 * @param operationOf how the guarding row is written
 * @param etag of the guarding row as it was read, undefined where there was none
 * @returns a write of rows, the guarding row as the last of them. Rejects with RowConflict
 */
export function guardWrites<Guard>(
  write: WriteRows,
  operationOf: (guard: Guard, etag: string | undefined) => RowOperation,
  etag: string | undefined,
): (rows: readonly RowOperation[], guard: Guard) => Promise<string[]> {
  let latest = etag;
  return async (rows, guard) => {
    const etags = await write([...rows, operationOf(guard, latest)]);
    latest = etags.at(-1) ?? '';
    return etags;
  };
}
