import type { Source, SourceCheckpoint, StoredHold } from '../../store/sources.ts';

export const holdKinds = ['contacts', 'mailboxes'] as const;
/** Removals of contacts at the source, or mailboxes that would leave the list (or join it, where an exclusion is gone). */
export type HoldKind = (typeof holdKinds)[number];

/** Everything of a list that waits for a decision, or was decided and not yet carried out; contacts first. */
export interface HoldOf {
  readonly kind: HoldKind;
  readonly hold: StoredHold;
}

export function holdsOf(
  checkpoint: SourceCheckpoint | undefined,
  mailboxes: Awaited<ReturnType<Source['readLeavingHold']>>,
): HoldOf[] {
  return [
    ...(checkpoint?.hold ? [{ kind: 'contacts' as const, hold: checkpoint.hold }] : []),
    ...(mailboxes ? [{ kind: 'mailboxes' as const, hold: mailboxes.hold }] : []),
  ];
}

/** One that is decided is carried out by the next run, and nobody has to do anything about it. */
export function isOpen({ hold }: HoldOf): boolean {
  return hold.decision === 'open';
}
