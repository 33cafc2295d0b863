import { RowConflict } from '../ports/tableStorage.ts';

/**
 * Whether a guarded write was done: false where a row is not as it was read. Perhaps because this very write was done
 * before and its answer was lost: where that matters, the row says.
 */
export async function unlessChanged(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof RowConflict) return false;
    throw error;
  }
}
