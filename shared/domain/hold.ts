export const holdKinds = ['contacts', 'mailboxes'] as const;
/** Removals of contacts at the source, or mailboxes that would leave the list (or join it, where an exclusion is gone). */
export type HoldKind = (typeof holdKinds)[number];

/**
 * What an approval does to a mailbox that a hold is about: it loses the list, gets it because an exclusion is gone, or
 * loses what a rule of visibility shows to a group.
 */
export const heldEffects = ['leaves', 'joins', 'seesLess'] as const;
export interface HeldMailbox {
  readonly mailboxId: string;
  readonly effect: (typeof heldEffects)[number];
}

/** `kept`: contacts whose removal was rejected, to be removed after all. */
export const decidedKinds = [...holdKinds, 'kept'] as const;
export type DecidedKind = (typeof decidedKinds)[number];

export interface HoldDecision {
  /** Needed where more than one hold is open. */
  readonly kind?: DecidedKind | undefined;
  readonly decision: 'approve' | 'reject';
  /** The number of removals that the admin was shown. */
  readonly removals: number;
}

/** What came of a decision. */
export type HoldAnswer =
  | { readonly kind: 'decided' }
  | { readonly kind: 'nothingHeld' }
  /** Somebody decided before, and a run carries that out or has done so. `kept` contacts stay because of it. */
  | { readonly kind: 'alreadyDecided'; readonly kept: number }
  /** Several holds are open: the decision has to say which it means. */
  | { readonly kind: 'severalHeld' }
  /** One hold is open, of another kind than the decision names. */
  | { readonly kind: 'anotherWaits'; readonly waiting: HoldKind }
  /** A decision on that number was taken just before, and this may be the same once more: it has to say what it means. */
  | { readonly kind: 'maybeRepeated'; readonly waiting: HoldKind }
  /** Contacts that are kept can only be decided on while no other removals wait. */
  | { readonly kind: 'othersWait' }
  /** The number is another by now: look again before deciding. */
  | { readonly kind: 'otherNumber'; readonly shown: number }
  /** A capture of the list is under way and does not end. */
  | { readonly kind: 'busy' };
