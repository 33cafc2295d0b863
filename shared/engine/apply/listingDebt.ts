import { next } from '../../domain/mailboxPhase.ts';
import type { MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { MailboxLease } from '../../store/mailboxLease.ts';

/** A checkpoint with the listing that its mailbox owes. */
export function withDebt(
  checkpoint: MailboxCheckpoint,
  { listingOwed, putBack }: Pick<MailboxLease, 'listingOwed' | 'putBack'>,
): MailboxCheckpoint {
  if (!listingOwed && !putBack) return checkpoint;
  const because = listingOwed ? 'interrupted' : 'putBack';
  return { ...checkpoint, phase: next(checkpoint.phase, { kind: 'listingOwed', because }) };
}
