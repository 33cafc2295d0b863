import type { Finding } from '../../domain/proof.ts';
import type { ProofResult } from '../../store/proofRuns.ts';
import type { Person } from './findPerson.ts';

/** What is known of a person in every mailbox of a list. Times in epoch milliseconds. */
export interface Evidence extends Pick<Person, 'contacts' | 'notes'> {
  readonly list: string;
  readonly at: number;
  /** Whether the mailboxes were looked into. */
  readonly verified: boolean;
  readonly mailboxes: readonly MailboxEvidence[];
}

interface MailboxEvidence {
  readonly id: string;
  readonly finding: Finding;
  /** Where contacts of the person are, of a mailbox that was looked into. */
  readonly places: ProofResult['places'];
}
