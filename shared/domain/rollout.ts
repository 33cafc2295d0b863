import { fingerprint } from './fingerprint.ts';
import type { Halt } from './halt.ts';

/** What a list brings to its mailboxes: its contacts as they were at a position, and what becomes of them there. */
export interface Stage {
  readonly head: number;
  /** The journal that the head is one of, by the time it was begun. */
  readonly epoch: number;
  /** Fingerprint of the definition that contacts are written by. */
  readonly definition: string;
}

/**
 * How far a change has come (rules.md: Change in rings). `from` is what the rings hold that it has not reached, `to`
 * what the others get; what the source changes meanwhile waits behind it. Rings are counted from 0.
 */
export type Rollout =
  | { readonly kind: 'none'; readonly reached: Stage }
  | ({ readonly kind: 'rolling' } & Change)
  | ({ readonly kind: 'halted'; readonly halt: Halt } & Change);

interface Change {
  /** The last of the rings that it has reached. */
  readonly ring: number;
  readonly from: Stage;
  readonly to: Stage;
  /** Epoch milliseconds when it came to this ring, and before which it does not go on. */
  readonly since: number;
  readonly waitUntil: number;
}

export interface RolloutPolicy {
  /** How many rings there are, without all the others, who come last. */
  readonly rings: number;
  /** Milliseconds. */
  readonly wait: number;
  /** A round of fewer contacts goes to everybody at once. */
  readonly from: number;
  readonly haltWhen: { readonly failedShare: number; readonly editedShare?: number | undefined };
}

/** Of the fields that a change wrote into contacts that were there, how many users had edited. */
export interface FieldEdits {
  readonly patched: number;
  readonly edited: number;
}

export const noEdits: FieldEdits = { patched: 0, edited: 0 };

/** The mailboxes of the ring that a change came to last. */
export interface RingStanding {
  readonly mailboxes: number;
  /** Not there yet, with nothing known against it. */
  readonly behind: number;
  readonly waiting: number;
  readonly failed: number;
  readonly contacts: number;
  readonly failedContacts: number;
  /** Counted where the policy halts by them. */
  readonly patchedFields?: number;
  readonly editedFields?: number;
  /** Epoch milliseconds since when removals wait for a decision; undefined where none do. */
  readonly heldSince?: number | undefined;
}

/** Which mailboxes a ring is made of: those that meet either. */
export interface RingMembers {
  readonly share: number;
  readonly isMember: (mailboxId: string) => boolean;
}

/**
 * What a list has to bring now. Small changes are everybody's at once; what has gathered since the last of them counts as
 * one. Another definition than the one on its way takes its place and begins with the first ring again: it may be what
 * mends the first.
 */
export function takeUp(rollout: Rollout, newest: Stage, policy: RolloutPolicy, now: number): Rollout {
  const reached = rollout.kind === 'none' ? rollout.reached : rollout.from;
  if (rollout.kind === 'halted') return rollout;
  if (reached.epoch !== newest.epoch) return { kind: 'none', reached: newest };
  if (rollout.kind === 'rolling' && rollout.to.definition === newest.definition) return rollout;
  const isSmall = newest.definition === reached.definition && newest.head - reached.head < policy.from;
  if (rollout.kind === 'none' && isSmall) return { kind: 'none', reached: newest };
  return { kind: 'rolling', from: reached, to: newest, ...beginsAt(0, policy, now) };
}

/** The next ring, once this one has shown nothing against it; halted where it has. */
export function goOn(rollout: Rollout, standing: RingStanding, policy: RolloutPolicy, now: number): Rollout {
  if (rollout.kind !== 'rolling') return rollout;
  const { mailboxes, behind, waiting, failed, contacts, failedContacts, heldSince = 0 } = standing;
  const { patchedFields = 0, editedFields = 0 } = standing;
  const { failedShare: allowed, editedShare = 1 } = policy.haltWhen;
  if (failed > mailboxes * allowed) {
    return haltedBy(rollout, `${failed} of its ${mailboxes} mailboxes failed`, policy, now);
  }
  if (failedContacts > (contacts + failedContacts) * allowed) {
    const of = contacts + failedContacts;
    return haltedBy(rollout, `${failedContacts} of the ${of} contacts in its mailboxes were refused`, policy, now);
  }
  if (editedFields > patchedFields * editedShare) {
    const of = `${editedFields} of the ${patchedFields} fields that it wrote`;
    return haltedBy(rollout, `${of} had been edited by users`, policy, now);
  }
  if (heldSince > rollout.since) return haltedBy(rollout, 'meanwhile removals wait for a decision', policy, now);
  const isOver = now >= rollout.waitUntil;
  if (isOver && mailboxes === 0 && rollout.ring === 0)
    return haltedBy(rollout, 'no mailbox is in it that would show whether the change is good', policy, now);
  const isCurrent = behind === 0 && failed + waiting <= mailboxes * allowed;
  return isCurrent && isOver ? toNextRing(rollout, policy, now) : rollout;
}

/**
 * Instead of a change that was taken back: the rings that it has reached are brought to what the list is since, the others
 * keep what they have until it is their turn. A halt of that change is over.
 */
export function takeBack(rollout: Rollout, newest: Stage, policy: RolloutPolicy, now: number): Rollout {
  if (rollout.kind === 'none') return rollout;
  return { kind: 'rolling', from: rollout.from, to: newest, ...beginsAt(rollout.ring, policy, now) };
}

/** @param why in words, about numbers alone */
function haltedBy(rollout: Rollout, why: string, policy: RolloutPolicy, now: number): Rollout {
  if (rollout.kind !== 'rolling') return rollout;
  const ring = `ring ${rollout.ring + 1} of ${policy.rings + 1}`;
  const detail = `The change stopped at ${ring}: ${why}. Nothing is read and nothing is written until POST /api/lists/{list}/release, which goes on with the next ring`;
  return { ...rollout, kind: 'halted', halt: { at: now, code: 'RolloutHalted', detail } };
}

/**
 * Goes on without waiting, and whatever was against it: with the next ring, or, where the settings were mended meanwhile,
 * with what takes the place of the change.
 *
 * @param definition of the list as it is now
 */
export function release(rollout: Rollout, definition: string, policy: RolloutPolicy, now: number): Rollout {
  if (rollout.kind === 'none') return rollout;
  const { ring, from, to, since, waitUntil } = rollout;
  if (to.definition !== definition) return { kind: 'rolling', ring, from, to, since, waitUntil };
  return toNextRing(rollout, policy, now);
}

function toNextRing({ ring, from, to }: Change, policy: RolloutPolicy, now: number): Rollout {
  if (ring + 1 >= policy.rings) return { kind: 'none', reached: to };
  return { kind: 'rolling', from, to, ...beginsAt(ring + 1, policy, now) };
}

function beginsAt(ring: number, { wait }: RolloutPolicy, now: number) {
  return { ring, since: now, waitUntil: now + wait };
}

/**
 * The ceiling of a mailbox. One that holds what is beyond the ceiling of its ring already, since somebody asked for it by
 * name or it was in another ring before, goes on with those that the change has reached.
 *
 * @param ring none for a mailbox of which it is not known
 */
export function stageOf(rollout: Rollout, ring: number | undefined, isBeyond: boolean): Stage {
  if (rollout.kind === 'none') return rollout.reached;
  return isBeyond || (ring ?? Infinity) <= rollout.ring ? rollout.to : rollout.from;
}

/** The first ring that a mailbox is in: the same each time, and the same mailboxes first whatever the list. */
export function ringOf(mailboxId: string, rings: readonly RingMembers[]): number {
  const place = Number.parseInt(fingerprint(mailboxId).slice(0, 8), 16) / 2 ** 32;
  const found = rings.findIndex(({ share, isMember }) => place < share || isMember(mailboxId));
  return found < 0 ? rings.length : found;
}
