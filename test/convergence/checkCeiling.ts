import { positionOf } from '../../shared/domain/stamp.ts';
import type { ContactWrite } from '../../shared/ports/contactMailbox.ts';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import { type Model, noteViolation } from './model.ts';

/**
 * No contact is written as it was beyond the ceiling of the mailbox's ring, unless somebody asked for the mailbox by name.
 * What is stored of a list is read at once, before the write goes on.
 */
export async function checkCeiling(
  model: Model,
  mailboxId: string,
  write: ContactWrite,
  graph: MemoryGraph,
  tables: Tables,
): Promise<void> {
  if (!model.named || model.named.has(mailboxId)) return;
  const stamp = stampOf(write, mailboxId, graph);
  const [listId = ''] = stamp?.key.split(':') ?? [];
  if (!stamp || !model.lists.some(({ id }) => id === listId)) return;
  const read = await openListPartition(tables.sources, listId).readRollout();
  if (!read) return;
  const { rollout } = read;
  const isFirst = model.mailboxes.indexOf(mailboxId) === 0;
  const { head } = rollout.kind === 'none' ? rollout.reached : isFirst ? rollout.to : rollout.from;
  if (positionOf(stamp.version) > head)
    noteViolation(
      model,
      'BEYOND-CEILING',
      `${stamp.key} of ${stamp.version} in ${mailboxId}, whose ceiling is ${head}`,
    );
}

function stampOf(
  write: ContactWrite,
  mailboxId: string,
  graph: MemoryGraph,
): { readonly key: string; readonly version: string } | undefined {
  if (write.kind === 'create') return write.stamp;
  if (write.kind !== 'patch') return undefined;
  const key = write.key ?? graph.mailbox(mailboxId).contacts.get(write.contactId)?.stamp?.key;
  return key === undefined ? undefined : { key, version: write.version };
}
