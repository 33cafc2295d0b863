import { type LedgerEntry, type Refusal, refusalOf } from '../../domain/ledgerEntry.ts';
import type { Services } from '../services.ts';
import { findStoredLists, type KnownList, type KnownListServices } from './knownLists.ts';
import { type ReadMailboxesServices, readGoal, type ShownMailbox, standingOf } from './readMailboxes.ts';

export type ReadMailboxServices = KnownListServices & ReadMailboxesServices & Pick<Services, 'openMailboxPartition'>;

/** A mailbox over all lists that know it, which may be none. */
export interface MailboxOfLists {
  readonly id: string;
  readonly lists: readonly MailboxOfList[];
}

export interface MailboxOfList {
  readonly list: string;
  readonly standing: ShownMailbox;
  /** The name of the contact folder; null while there is none. */
  readonly folder: string | null;
  /** By the key at the source. */
  readonly refused: readonly { readonly sourceKey: string; readonly refusal: Refusal }[];
}

/** How a mailbox stands in every list that knows it. */
export async function readMailbox(mailboxId: string, services: ReadMailboxServices): Promise<MailboxOfLists> {
  const partition = services.openMailboxPartition(mailboxId);
  const [lists, { checkpoints }] = await Promise.all([findStoredLists(services), partition.readState()]);
  const known = await Promise.all(lists.map(list => readStanding(list, mailboxId, services)));
  return {
    id: mailboxId,
    lists: await Promise.all(
      known.flat().map(async ({ list, standing }) => ({
        list,
        standing,
        folder: checkpoints.get(list)?.folder?.name ?? null,
        refused: standing.row.failed > 0 ? refusedIn(await partition.readLedger(list)) : [],
      })),
    ),
  };
}

async function readStanding(
  list: KnownList & { readonly id: string },
  mailboxId: string,
  services: ReadMailboxServices,
): Promise<Pick<MailboxOfList, 'list' | 'standing'>[]> {
  const stored = await services.progress.read(list.id, mailboxId);
  if (!stored) return [];
  return [{ list: list.id, standing: standingOf(stored.progress, await readGoal(list, services)) }];
}

function refusedIn(ledger: readonly LedgerEntry[]): MailboxOfList['refused'] {
  return ledger.flatMap(entry => {
    const refusal = refusalOf(entry);
    return refusal ? [{ sourceKey: entry.sourceKey, refusal }] : [];
  });
}
