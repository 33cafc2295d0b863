import { type MailboxView, mostRefused } from '../../api/mailboxes.ts';
import { type LedgerEntry, refusalOf } from '../../domain/ledgerEntry.ts';
import type { Services } from '../services.ts';
import { findStoredLists, type KnownList, type KnownListServices } from './knownLists.ts';
import { type ReadMailboxesServices, readGoal, viewStanding } from './readMailboxes.ts';

export type ReadMailboxServices = KnownListServices & ReadMailboxesServices & Pick<Services, 'openMailboxPartition'>;

/** How a mailbox stands in every list that knows it, which may be none. */
export async function readMailbox(mailboxId: string, services: ReadMailboxServices): Promise<MailboxView> {
  const partition = services.openMailboxPartition(mailboxId);
  const [lists, { checkpoints }] = await Promise.all([findStoredLists(services), partition.readState()]);
  const views = await Promise.all(lists.map(list => readStanding(list, mailboxId, services)));
  return {
    id: mailboxId,
    lists: await Promise.all(
      views.flat().map(async view => ({
        ...view,
        folder: checkpoints.get(view.list)?.folder?.name ?? null,
        refused: view.failed > 0 ? refusedOf(await partition.readLedger(view.list)) : [],
      })),
    ),
  };
}

async function readStanding(
  list: KnownList & { readonly id: string },
  mailboxId: string,
  services: ReadMailboxServices,
) {
  const stored = await services.progress.read(list.id, mailboxId);
  if (!stored) return [];
  return [{ list: list.id, ...viewStanding(stored.progress, await readGoal(list, services)) }];
}

function refusedOf(ledger: readonly LedgerEntry[]): MailboxView['lists'][number]['refused'] {
  const refused = ledger.flatMap(entry => {
    const refusal = refusalOf(entry);
    if (!refusal) return [];
    const { code, detail, retryAt } = refusal;
    return [{ contact: entry.sourceKey, code, detail, retryAt: new Date(retryAt).toISOString() }];
  });
  return refused.slice(0, mostRefused);
}
