import { fingerprint } from '../../domain/fingerprint.ts';

/** Ids of EWS hold the mailbox's address, and are long: their fingerprint tells contacts apart as well. */
export function contactKey(itemId: string): string {
  return fingerprint(itemId);
}
