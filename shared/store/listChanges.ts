import type { Ending } from '../domain/ending.ts';
import type { LedgerEntry } from '../domain/ledgerEntry.ts';
import type { MailboxCheckpoint } from './mailboxCheckpoint.ts';

/** What becomes of one contact's row in the ledger; `at`: when it came to say so, in epoch milliseconds. */
export type LedgerChange =
  | { readonly kind: 'put'; readonly entry: LedgerEntry; readonly at: number }
  | {
      readonly kind: 'remove';
      readonly sourceKey: string;
      /** Absent where nothing of it ever was there. */
      readonly ended?: Ended | undefined;
    };

/** What stays behind of a contact that was in the mailbox: how that ended, and when (epoch milliseconds). */
export interface Ended {
  readonly how: Ending;
  readonly at: number;
}

/** What changes of one list in one mailbox at once: rows of its ledger, and then its checkpoint. */
export interface ListChanges {
  readonly listId: string;
  readonly ledger?: readonly LedgerChange[];
  readonly checkpoint?: MailboxCheckpoint;
}
