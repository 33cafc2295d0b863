import * as z from 'zod';
import { type LedgerEntry, refusalOf } from '../../domain/ledgerEntry.ts';
import type { MailboxPartition } from '../../store/mailboxes.ts';
import { problem } from '../../store/progress.ts';
import { findStoredLists, type KnownList, type KnownListServices } from './knownLists.ts';
import { mailboxStanding, type ReadMailboxesServices, readGoal, viewStanding } from './readMailboxes.ts';

/** So many refused contacts of a list are named. */
const mostRefused = 100;

const refusedContact = z.object({
  contact: z.string().meta({ description: 'Its key at the source' }),
  ...problem.shape,
  retryAt: z.iso.datetime(),
});

/** A mailbox over all lists, as the HTTP API shows it. */
export const mailboxView = z.object({
  id: z.string(),
  lists: z.array(
    z.object({
      list: z.string(),
      ...mailboxStanding.shape,
      folder: z.string().nullable().meta({ description: 'The name of the contact folder; null while there is none' }),
      refused: z.array(refusedContact).meta({ description: `Contacts that Graph refused, at most ${mostRefused}` }),
    }),
  ),
});
export type MailboxView = z.infer<typeof mailboxView>;

export interface ReadMailboxServices extends KnownListServices, ReadMailboxesServices {
  readonly openPartition: (mailboxId: string) => MailboxPartition;
}

/** How a mailbox stands in every list that knows it, which may be none. */
export async function readMailbox(mailboxId: string, services: ReadMailboxServices): Promise<MailboxView> {
  const partition = services.openPartition(mailboxId);
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
