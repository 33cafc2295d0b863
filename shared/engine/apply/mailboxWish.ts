import type { Clock } from '../../ports/clock.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Directory } from '../../ports/directory.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { clearedAt, type MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { Progress, ProgressTable } from '../../store/progress.ts';
import type { SyncMessage } from '../messages.ts';
import { type FindReceiversServices, findReceivers } from '../receivers/index.ts';

/**
 * What is wanted of a mailbox for one list. `clearedAt`: epoch milliseconds when somebody had it cleared, undefined where
 * it leaves for another reason.
 */
export type Wish = { readonly kind: 'target' } | { readonly kind: 'leaving'; readonly clearedAt: number | undefined };

export interface WishServices extends FindReceiversServices {
  readonly clock: Clock;
  readonly lists: readonly ContactList[];
  readonly progress: ProgressTable;
  readonly openDirectory: () => Directory;
}

/**
 * A message is only a hint: what is wanted is what `Progress` says, and a mailbox that is no target gets nothing, for
 * which this resolves with undefined. One that `Progress` does not know yet is asked for in the directory. Where
 * somebody had the mailbox cleared, and `Progress` has lost that, the mailbox's own checkpoint still tells.
 */
export async function readWish(
  listId: string,
  { mailbox, lookAtFolders = false }: Pick<SyncMessage, 'mailbox' | 'lookAtFolders'>,
  known: Progress | undefined,
  checkpoint: MailboxCheckpoint | undefined,
  services: WishServices,
): Promise<Wish | undefined> {
  const { wanted, decidedAt } = known ?? { wanted: 'unknown', decidedAt: 0 };
  const clearedBefore = checkpoint ? clearedAt(checkpoint) : 0;
  if (wanted === 'cleared') {
    return { kind: 'leaving', clearedAt: decidedAt || clearedBefore || services.clock.now() };
  }
  if (wanted === 'leaving') return { kind: 'leaving', clearedAt: clearedBefore || undefined };
  const isWanted = wanted === 'target' || (wanted === 'unknown' && (await isTarget(listId, mailbox, services)));
  if (!isWanted) return undefined;
  if (clearedBefore <= decidedAt || lookAtFolders) return { kind: 'target' };
  await services.progress.note(listId, [{ mailboxId: mailbox, wanted: 'cleared', decidedAt: clearedBefore }]);
  return { kind: 'leaving', clearedAt: clearedBefore };
}

/** When the directory does not answer, it is not: the next fan-out knows better. */
async function isTarget(listId: string, mailbox: string, services: WishServices): Promise<boolean> {
  const { clock, lists, openDirectory } = services;
  const list = lists.find(({ id }) => id === listId);
  if (!list) return false;
  try {
    const { targets, loop } = await findReceivers(list, openDirectory(), clock.now(), services);
    return !loop && targets.mailboxes.has(mailbox);
  } catch (error) {
    if (error instanceof GraphFailure) return false;
    throw error;
  }
}
