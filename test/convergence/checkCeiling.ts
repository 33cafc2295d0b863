import { positionOf } from '../../shared/domain/stamp.ts';
import type { SyncMessage } from '../../shared/engine/messages.ts';
import type { ContactWrite } from '../../shared/ports/contactMailbox.ts';
import type { Tables } from '../../shared/ports/tableStorage.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { newCheckpoint, reachedBy } from '../../shared/store/mailboxCheckpoint.ts';
import { openMailboxPartition } from '../../shared/store/mailboxes.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import { type Model, noteViolation } from './model.ts';

/** By `<list> <mailbox>`: the furthest head that messages have named. */
export type Asked = Map<string, number>;

/** A message is about to be handled by a process, of which this is what it was asked for. */
export function noteAsked({ lists, asked, unasked }: Model, askedHere: Asked, message: SyncMessage): void {
  for (const { list, head } of message.lists) {
    const key = `${list} ${message.mailbox}`;
    for (const heads of [asked, askedHere]) heads.set(key, Math.max(heads.get(key) ?? 0, head));
  }
  const named = message.lists.map(({ list }) => list);
  for (const { id } of lists) if (!named.includes(id)) unasked.add(`${id} ${message.mailbox}`);
}

/**
 * No contact is written as it was beyond what messages have named for the mailbox, nor beyond the ceiling of its ring,
 * unless somebody asked for the mailbox by name. What is stored is read at once, before the write goes on.
 */
export async function checkCeiling(
  model: Model,
  askedHere: Asked,
  mailboxId: string,
  write: ContactWrite,
  graph: MemoryGraph,
  tables: Tables,
): Promise<void> {
  if (!model.named) return;
  const stamp = stampOf(write, mailboxId, graph);
  const [listId = ''] = stamp?.key.split(':') ?? [];
  if (!stamp || !model.lists.some(({ id }) => id === listId)) return;
  const asked = await readAsked(model, askedHere, mailboxId, listId, tables);
  const ring =
    model.inRings && !model.named.has(mailboxId) ? await readRing(model, mailboxId, listId, tables) : Infinity;
  const ceiling = Math.min(asked, ring);
  if (positionOf(stamp.version) > ceiling)
    noteViolation(
      model,
      'BEYOND-CEILING',
      `${stamp.key} of ${stamp.version} in ${mailboxId}, whose ceiling is ${ceiling}`,
    );
}

/**
 * What the process was asked for, or where the mailbox is. One without a position may have had one that another process
 * brought it to, and a list without one that a message does not name is brought to its end, wherever that is.
 */
async function readAsked(
  { asked, unasked }: Model,
  askedHere: Asked,
  mailboxId: string,
  listId: string,
  tables: Tables,
): Promise<number> {
  const key = `${listId} ${mailboxId}`;
  const { checkpoints } = await openMailboxPartition(tables.mailboxes, mailboxId).readState();
  const reached = reachedBy(checkpoints.get(listId) ?? newCheckpoint);
  if (reached) return Math.max(reached.head, askedHere.get(key) ?? 0);
  return unasked.has(key) ? Infinity : (asked.get(key) ?? 0);
}

async function readRing({ mailboxes }: Model, mailboxId: string, listId: string, tables: Tables): Promise<number> {
  const read = await openListPartition(tables.sources, listId).readRollout();
  if (!read) return Infinity;
  const { rollout } = read;
  const isFirst = mailboxes.indexOf(mailboxId) === 0;
  return (rollout.kind === 'none' ? rollout.reached : isFirst ? rollout.to : rollout.from).head;
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
