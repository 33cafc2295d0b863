import type { HeldMailbox } from '../../domain/hold.ts';
import type { Services } from '../services.ts';
import { isOpen } from './openHolds.ts';

/** One page of the mailboxes that a hold is about, in the order of their ids. */
export interface HeldMailboxesPage {
  /** Undefined where no mailboxes wait, or an older version found them, which did not say who they are. */
  readonly mailboxes:
    | readonly { readonly id: string; readonly effect: HeldMailbox['effect']; readonly contacts: number }[]
    | undefined;
  /** The id that the next page begins with; undefined after the last. */
  readonly next?: string | undefined;
}

/** @param from id of the first mailbox, the `next` of the page before */
export async function readHeldMailboxes(
  listId: string,
  { from = '', limit }: { readonly from?: string | undefined; readonly limit: number },
  { openListPartition, progress }: Pick<Services, 'openListPartition' | 'progress'>,
): Promise<HeldMailboxesPage> {
  const partition = openListPartition(listId);
  const stored = await partition.readLeavingHold();
  if (!stored?.hold.who || !isOpen({ kind: 'mailboxes', hold: stored.hold })) return { mailboxes: undefined };
  const left = (await partition.readHeldMailboxes()).filter(({ mailboxId }) => mailboxId >= from);
  const mailboxes = await Promise.all(
    left.slice(0, limit).map(async ({ mailboxId: id, effect }) => {
      const contacts = (await progress.read(listId, id))?.progress.contacts ?? 0;
      return { id, effect, contacts };
    }),
  );
  return { mailboxes, next: left[limit]?.mailboxId };
}
