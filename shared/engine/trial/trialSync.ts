import { chunksOf } from '../../domain/chunks.ts';
import { isHeld } from '../../domain/lease.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { PlannedOperation } from '../../domain/plan.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { arePutBack, folderIdsOfOthers, type MailboxCheckpoint, type MailboxPartition } from '../../store/mailboxes.ts';
import type { ContactCounts } from '../../store/runs.ts';
import type { ListResult } from '../apply/listResult.ts';
import type { MailboxLease } from '../apply/mailboxLease.ts';
import { syncList } from '../apply/syncList.ts';
import { createJournalReader, type JournalGoal } from '../apply/wantedContacts.ts';
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

/** Syncs one mailbox with what a run does it with, and writes nothing. */
export async function trySync(
  list: ContactList,
  asked: {
    readonly mailboxId: string;
    readonly goal: JournalGoal;
    readonly full: boolean;
    readonly leaving: boolean;
  },
  run: TrialRun,
  { clock, timing, openMailbox, openDirectory }: TrialServices,
): Promise<TriedMailbox> {
  const partition = run.store.openPartition(asked.mailboxId);
  const mailbox = openTrialMailbox(openMailbox(asked.mailboxId), list.id);
  const state = await partition.readState();
  const { working = false, expiresAt = 0 } = state.lease?.lease ?? {};
  const busy = working && isHeld(expiresAt, clock.now(), timing.leaseSeconds * 1000);
  const listingOwed = working && !busy;
  const before = state.checkpoints.get(list.id);
  const ledger = await partition.readLedger(list.id);
  const counts: ContactCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };
  let plan: readonly PlannedFrom[] = [];
  const putBack = arePutBack(state);
  const result = await syncList({
    ...asked,
    list,
    clearedAt: 0,
    // As a run does that names the mailbox.
    lookAtFolder: true,
    listingOwed,
    putBack,
    verifyKeys: [],
    checkpoint: before,
    reportedSequence: 0,
    otherFolderIds: folderIdsOfOthers(state, list.id),
    readInstallation: run.store.readInstallation,
    hasUser: async () => (await openDirectory().findUser(asked.mailboxId)) !== undefined,
    partition,
    mailbox,
    lease: grantLease(partition, listingOwed, putBack),
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
function grantLease(partition: MailboxPartition, listingOwed: boolean, putBack: boolean): MailboxLease {
  return {
    listingOwed,
    putBack,
    async commit(rows) {
      for (const part of chunksOf(rows, rowsPerTransaction)) await partition.write(part);
    },
    outlastRequest: async () => undefined,
    release: async () => undefined,
    expiresAt: () => Number.POSITIVE_INFINITY,
  };
}
