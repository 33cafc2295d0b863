import { withoutDeltaLinks } from './cursorColumns.ts';
import { openListPartition } from './listPartition.ts';
import { checkpointOperation } from './sourceCheckpoint.ts';
import { openStore, type Store } from './store.ts';
import { createTrialTables, type TablesReading } from './tables/trialTables.ts';

/** A store whose writes stay in memory. */
export interface TrialStore extends Store {
  /** Reads a list's progress as a whole, whose rows are then not read again one by one. */
  readProgressAhead(listId: string): Promise<void>;
  /** Leaves out the delta links, which are the next capture's, and whoever captures right now. @throws DamagedRow */
  beginCaptureAnew(listId: string): Promise<void>;
}

/** @param stored what it goes by where nothing was written into it */
export function openTrialStore(stored: TablesReading): TrialStore {
  const tables = createTrialTables(stored);
  return { ...openStore(tables, () => 'trial'), readProgressAhead, beginCaptureAnew };

  async function readProgressAhead(listId: string): Promise<void> {
    await tables.progress.query(listId);
  }

  async function beginCaptureAnew(listId: string): Promise<void> {
    const read = await openListPartition(tables.sources, listId).readCheckpoint();
    if (!read) return;
    const { checkpoint, etag } = read;
    const cursor = withoutDeltaLinks(checkpoint.cursor);
    await tables.sources.write(listId, [checkpointOperation({ ...checkpoint, cursor, capturingUntil: 0 }, etag)]);
  }
}
