import type { AskedGoal } from '../../domain/goal.ts';
import type { Halt } from '../../domain/halt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import type { PhotoStore } from '../../ports/photos.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import type { Timing } from '../../settings/settings.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { MailboxPartition } from '../../store/mailboxes.ts';
import type { MailboxLease } from '../../store/mailboxLease.ts';
import type { StageReader } from '../rollouts/index.ts';
import type { JournalReader, Viewer } from '../wanted/index.ts';
import type { Wish } from './mailboxWish.ts';

/** One list in one mailbox. */
export interface ListPass {
  readonly assignment: Assignment;
  readonly target: LeasedMailbox;
  readonly tools: SyncTools;
}

/** What is to be done about a list in a mailbox. */
export interface Assignment {
  readonly list: SyncedList;
  /** What the message names: nothing carries the mailbox past it. */
  readonly goal: AskedGoal;
  /** The position that the mailbox's ring has come to; undefined for a list that has had no rings yet. */
  readonly ringHead: number | undefined;
  /** It is one of a change in rings, which stops where users had edited too much of what it writes. */
  readonly countsEdits: boolean;
  /** Fingerprint of the definition that a list without rings is pinned to. */
  readonly definition: string | undefined;
  /** The ring that the mailbox is in, where that is known and the list has rings. */
  readonly ring: number | undefined;
  readonly wish: Wish;
  /** Who the mailbox is to the list's contacts. */
  readonly viewer: Viewer;
  /** Compare the folder with the whole snapshot and repair it. */
  readonly full: boolean;
  /** Look at the folder, whatever the checkpoint says. */
  readonly lookAtFolder: boolean;
  /** Source keys whose content in the mailbox is in doubt. */
  readonly verifyKeys: readonly string[];
  /** Where the list stands, with what the mailbox's lease owes. */
  readonly checkpoint: MailboxCheckpoint;
  /** Lists that the mailbox has beside this one, and their folders there. */
  readonly otherListIds: readonly string[];
  readonly otherFolderIds: ReadonlySet<string>;
  /** The list that writes the same contacts into a folder of the mailbox, if there is one. */
  readonly doubledBy: (folderId: string) => Promise<string | undefined>;
}

/** A mailbox whose lease is held, with what is stored about it. */
export interface LeasedMailbox {
  readonly mailbox: ContactMailbox;
  readonly partition: MailboxPartition;
  readonly lease: MailboxLease;
  /** Epoch milliseconds from when no batch is begun any more, but for the first: the host ends a handler that lasts. */
  readonly handOverAt: number;
  /** Whether the directory still has the mailbox's user. */
  readonly hasUser: () => Promise<boolean>;
  /** The language of the mailbox's user. Rejects with `GraphFailure`. */
  readonly readLanguage: () => Promise<string>;
}

/** What the passes of all mailboxes share. */
export interface SyncTools {
  readonly reader: JournalReader;
  /** The id of this installation. */
  readonly readInstallation: () => Promise<string>;
  readonly photos: PhotoStore;
  readonly clock: Clock;
  readonly timing: Timing;
  /** What a mailbox of a list with rings is brought to; undefined for what its message names. */
  readonly readStage: StageReader['readStage'];
  readonly listWith: StageReader['listWith'];
  /** Asked before each batch, and answered from memory. */
  readonly readHalt: (listId: string) => Promise<Halt | undefined>;
}
