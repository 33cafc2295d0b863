import { chunksOf } from '../../domain/chunks.ts';
import { isHeld } from '../../domain/lease.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { type MailboxCheckpoint, newCheckpoint } from '../../store/mailboxCheckpoint.ts';
import { arePutBack, folderIdsOfOthers, type MailboxPartition } from '../../store/mailboxes.ts';
import type { ListResult } from '../apply/listResult.ts';
import { type MailboxLease, withDebt } from '../apply/mailboxLease.ts';
import { syncList } from '../apply/syncList.ts';
import { createJournalReader, type JournalHead } from '../apply/wantedContacts.ts';
import { openTrialMailbox, type TrialMailbox } from './trialMailbox.ts';
import type { TrialRun, TrialServices } from './trialRun.ts';

const rowsPerTransaction = 99;

/** One mailbox as its sync was tried. */
export interface TriedMailbox {
  readonly mailbox: TrialMailbox;
  readonly before: MailboxCheckpoint | undefined;
  /** The ledger as it is. */
  readonly ledger: readonly LedgerEntry[];
  readonly result: ListResult;
  readonly leaving: boolean;
  readonly full: boolean;
  /** Somebody syncs the mailbox at this moment. */
  readonly busy: boolean;
}

/** Syncs one mailbox with what a run does it with, and writes nothing. */
export async function trySync(
  list: ContactList,
  asked: {
    readonly mailboxId: string;
    readonly goal: JournalHead;
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
  const putBack = arePutBack(state);
  const lease = grantLease(partition, listingOwed, putBack);
  const result = await syncList({
    assignment: {
      list,
      goal: asked.goal,
      wish: asked.leaving ? { kind: 'leaving', clearedAt: undefined } : { kind: 'target' },
      full: asked.full,
      // As a run does that names the mailbox.
      lookAtFolder: true,
      verifyKeys: [],
      checkpoint: withDebt(before ?? newCheckpoint, lease),
      otherFolderIds: folderIdsOfOthers(state, list.id),
    },
    target: {
      mailbox,
      partition,
      lease,
      handOverAt: Infinity,
      hasUser: async () => (await openDirectory().findUser(asked.mailboxId)) !== undefined,
    },
    tools: {
      reader: createJournalReader(() => run.source),
      readInstallation: run.store.readInstallation,
      clock,
      timing,
    },
  });
  return { mailbox, before, ledger, result, leaving: asked.leaving, full: asked.full, busy };
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
