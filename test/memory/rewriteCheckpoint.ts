import type { Tables } from '../../shared/ports/tableStorage.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { checkpointOperation, type SourceCheckpoint } from '../../shared/store/sourceCheckpoint.ts';

/** A captured list's checkpoint as an earlier version, or a capture that goes on, might have left it. */
export async function rewriteCheckpoint(
  { sources }: Pick<Tables, 'sources'>,
  listId: string,
  change: (checkpoint: SourceCheckpoint) => SourceCheckpoint,
): Promise<void> {
  const read = await openListPartition(sources, listId).readCheckpoint();
  if (!read) throw new Error('The list was not captured');
  await sources.write(listId, [checkpointOperation(change(read.checkpoint), read.etag)]);
}
