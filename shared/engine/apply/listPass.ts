import type { PlannedOperation } from '../../domain/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import type { MailboxCheckpoint, MailboxPartition } from '../../store/mailboxes.ts';
import type { ContactCounts, RepairCounts } from '../../store/runs.ts';
import type { LedgerWriter } from './ledgerWriter.ts';
import type { MailboxLease } from './mailboxLease.ts';
import type { JournalGoal, JournalReader } from './wantedContacts.ts';

/** One list in one mailbox, whose lease is held. */
export interface ListPass {
  readonly list: SyncedList;
  /** What the message names. */
  readonly goal: JournalGoal;
  readonly leaving: boolean;
  /** Epoch milliseconds when somebody had the mailbox cleared; 0 where it leaves for another reason, or not at all. */
  readonly clearedAt: number;
  /** Compare the folder with the whole snapshot and repair it. */
  readonly full: boolean;
  /** Look at the folder, whatever the checkpoint says. */
  readonly lookAtFolder: boolean;
  /** The folder has to be listed before anything is written to it. */
  readonly listingOwed: boolean;
  /** The mailbox's rows were put back from a backup: the folder has to be listed, and what is there is right. */
  readonly putBack: boolean;
  /** Source keys whose content in the mailbox is in doubt. */
  readonly verifyKeys: readonly string[];
  readonly checkpoint: MailboxCheckpoint | undefined;
  /** The sequence of the last report: later ones must have a higher one, also if the checkpoint was lost or set back. */
  readonly reportedSequence: number;
  /** Folders that other lists have in the mailbox. */
  readonly otherFolderIds: ReadonlySet<string>;
  readonly partition: MailboxPartition;
  readonly mailbox: ContactMailbox;
  readonly lease: MailboxLease;
  readonly reader: JournalReader;
  /** The id of this installation. */
  readonly readInstallation: () => Promise<string>;
  /** Whether the directory still has the mailbox's user. */
  readonly hasUser: () => Promise<boolean>;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly counts: ContactCounts;
  /** Counted up by what a listing found. */
  readonly repairs: RepairCounts;
  /** Called as soon as writes may be under way, so that a lost lease can name the keys in doubt. */
  readonly watch: (ledger: LedgerWriter) => void;
  /** Told the plan, with the ledger as it was made from, before anything of it is done. */
  readonly planned?: (operations: readonly PlannedOperation[], ledger: LedgerWriter) => void;
}

/** Whether the folder has to be listed before the early end of a pass would be right. */
export function isListingOwed({ listingOwed, putBack, verifyKeys }: ListPass): boolean {
  return listingOwed || putBack || verifyKeys.length > 0;
}
