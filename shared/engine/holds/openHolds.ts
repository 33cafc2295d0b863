import type { HoldKind } from '../../domain/hold.ts';
import type { SourceCheckpoint } from '../../store/sourceCheckpoint.ts';
import type { ReadLeavingHold, StoredHold } from '../../store/storedHold.ts';

/** Everything of a list that waits for a decision, or was decided and not yet carried out; contacts first. */
export interface HoldOf {
  readonly kind: HoldKind;
  readonly hold: StoredHold;
}

export function holdsOf(checkpoint: SourceCheckpoint | undefined, mailboxes: ReadLeavingHold | undefined): HoldOf[] {
  return [
    ...(checkpoint?.hold ? [{ kind: 'contacts' as const, hold: checkpoint.hold }] : []),
    ...(mailboxes ? [{ kind: 'mailboxes' as const, hold: mailboxes.hold }] : []),
  ];
}

/** One that is decided is carried out by the next run, and nobody has to do anything about it. */
export function isOpen({ hold }: HoldOf): boolean {
  return hold.decision === 'open';
}
