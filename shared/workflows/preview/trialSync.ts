import type { LedgerEntry, PlannedOperation } from '../../core/plan.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { MailboxCheckpoint, MailboxPartition } from '../../state/mailboxes.ts';
import type { ContactCounts } from '../../state/runs.ts';
import { isHeld, type MailboxLease } from '../sync/mailboxLease.ts';
import { type ListResult, syncList } from '../sync/syncList.ts';
import { createJournalReader } from '../sync/wantedContacts.ts';
import { openTrialMailbox, type TrialMailbox } from './trialMailbox.ts';
import type { TrialRun, TrialServices } from './trialRun.ts';

const rowsPerTransaction = 99;

/** One mailbox as its sync was tried. */
export interface TriedMailbox {
  readonly mailbox: TrialMailbox;
  readonly before: MailboxCheckpoint | undefined;
  /** The ledger as it is. */
  readonly ledger: readonly LedgerEntry[];
  /** The last plan that was made, each operation with the ledger's entry that it was made from. */
  readonly plan: readonly PlannedFrom[];
  readonly counts: ContactCounts;
  readonly result: ListResult;
  readonly leaving: boolean;
  readonly full: boolean;
  /** Somebody syncs the mailbox at this moment. */
  readonly busy: boolean;
}

export interface PlannedFrom {
  readonly operation: PlannedOperation;
  readonly entry: LedgerEntry | undefined;
}

/** Syncs one mailbox with the workflow that a run does it with, and writes nothing. */
export async function trySync(
  list: ContactList,
  asked: { readonly mailboxId: string; readonly head: number; readonly full: boolean; readonly leaving: boolean },
  run: TrialRun,
  { clock, timing, openMailbox }: TrialServices,
): Promise<TriedMailbox> {
  const partition = run.openPartition(asked.mailboxId);
  const mailbox = openTrialMailbox(openMailbox(asked.mailboxId), list.id);
  const state = await partition.readState();
  const { working = false, expiresAt = 0 } = state.lease?.lease ?? {};
  const busy = working && isHeld(expiresAt, clock.now(), timing.leaseSeconds * 1000);
  const listingOwed = working && !busy;
  const before = state.checkpoints.get(list.id);
  const ledger = await partition.readLedger(list.id);
  const counts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };
  let plan: readonly PlannedFrom[] = [];
  const result = await syncList({
    ...asked,
    list,
    listingOwed,
    verifyKeys: [],
    checkpoint: before,
    partition,
    mailbox,
    lease: grantLease(partition, listingOwed),
    reader: createJournalReader(() => run.source),
    clock,
    timing,
    counts,
    repairs: { lost: 0, doubled: 0, orphaned: 0, drifted: 0 },
    watch: () => undefined,
    planned: (operations, current) => {
      plan = operations.map(operation => ({ operation, entry: current.get(operation.sourceKey) }));
    },
  });
  return { mailbox, before, ledger, plan, counts, result, leaving: asked.leaving, full: asked.full, busy };
}

/** A trial needs no lease: what it commits stays in memory. */
function grantLease(partition: MailboxPartition, listingOwed: boolean): MailboxLease {
  return {
    listingOwed,
    async commit(rows) {
      for (let start = 0; start < rows.length; start += rowsPerTransaction) {
        await partition.write(rows.slice(start, start + rowsPerTransaction));
      }
    },
    outlastRequest: async () => undefined,
    release: async () => undefined,
    expiresAt: () => Number.POSITIVE_INFINITY,
  };
}
