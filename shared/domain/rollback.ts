import type { Contact } from './contact.ts';
import { day } from './durations.ts';
import { fingerprint } from './fingerprint.ts';

/** How long a list can be rolled back (rules.md: Rollback). */
const keptDays = 30;

/** Epoch milliseconds since when changes are kept. */
export function keptSince(now: number): number {
  return now - keptDays * day;
}

/** A change of a contact, as the journal tells it. */
export interface ToldChange<Before> {
  readonly position: number;
  readonly sourceKey: string;
  /** After the change; null for a removal. */
  readonly contact: Contact | null;
  /** Null where the source did not have it, undefined where nobody knows. */
  readonly before?: Before | null | undefined;
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  /** Somebody had the person forgotten. */
  readonly forgotten?: true | undefined;
}

/** What happened to a contact since a position. */
export interface ContactHistory<Before> {
  /** What it was at the position; null where the source did not have it. */
  readonly before: Before | null;
  /** The source said meanwhile that it is private, or somebody had the person forgotten. */
  readonly staysOut: boolean;
}

/** Everything that happened since a position; or the oldest position of which that can be told. */
export type History<Before> =
  | { readonly kind: 'told'; readonly contacts: ReadonlyMap<string, ContactHistory<Before>> }
  | { readonly kind: 'untold'; readonly oldest: number };

/**
 * Gathers what happened since a position, page by page: of each contact no more is kept than what it was.
 *
 * @param since epoch milliseconds: what is older is not told any more
 */
export function gatherHistory<Before>(position: number, since: number) {
  let contacts = new Map<string, ContactHistory<Before>>();
  let told = position;
  let oldest = position;
  return { add, endAt };

  function add({ position: at, sourceKey, before, contact, at: time = 0, forgotten }: ToldChange<Before>): void {
    if (at !== told + 1) startAfter(at - 1);
    told = at;
    const known = contacts.get(sourceKey);
    if (time < since || (!known && before === undefined)) {
      startAfter(at);
      return;
    }
    const staysOut = known?.staysOut === true || forgotten === true || isPrivate(contact);
    contacts.set(sourceKey, { before: known ? known.before : (before ?? null), staysOut });
  }

  function startAfter(untold: number): void {
    oldest = untold;
    contacts = new Map();
  }

  /** @param head the newest position */
  function endAt(head: number): History<Before> {
    if (told < head) return { kind: 'untold', oldest: head };
    return oldest > position ? { kind: 'untold', oldest } : { kind: 'told', contacts };
  }
}

/** What becomes of a contact so that it is as it was. */
export type Restoration<Before> =
  | { readonly kind: 'remove'; readonly sourceKey: string }
  | { readonly kind: 'putBack'; readonly sourceKey: string; readonly before: Before };

interface PresentContact {
  readonly contact: Contact;
  readonly photo?: { readonly hash?: string | undefined } | undefined;
}

interface FormerContact {
  readonly contact: Contact;
  readonly source?: { readonly photo?: string | undefined } | undefined;
}

/**
 * The inverse of what happened since. What the source calls private, or called so meanwhile, is not shown to anybody
 * again, and who was forgotten does not come back: they stay as they are.
 *
 * @param present by source key
 */
export function restore<Before extends FormerContact>(
  history: ReadonlyMap<string, ContactHistory<Before>>,
  present: ReadonlyMap<string, PresentContact>,
): { readonly restorations: readonly Restoration<Before>[]; readonly leftOut: number } {
  const { hidden = [], shown = [] } = Object.groupBy(history, ([sourceKey, { staysOut }]) =>
    staysOut || isPrivate(present.get(sourceKey)?.contact) ? 'hidden' : 'shown',
  );
  const restorations = shown.flatMap(([sourceKey, { before }]): Restoration<Before>[] => {
    const now = present.get(sourceKey);
    if (!before) return now ? [{ kind: 'remove', sourceKey }] : [];
    return now && isSame(now, before) ? [] : [{ kind: 'putBack', sourceKey, before }];
  });
  return { restorations, leftOut: hidden.length };
}

/** Where nobody knows what photo it had, it has the right one. */
function isSame({ contact, photo }: PresentContact, before: FormerContact): boolean {
  const hasPhoto = before.source?.photo === undefined || before.source.photo === photo?.hash;
  return hasPhoto && fingerprint(contact) === fingerprint(before.contact);
}

function isPrivate(contact: Contact | null | undefined): boolean {
  return contact?.sensitivity === 'private';
}

/** Why a list cannot be rolled back to what somebody named. */
export type NoRollback =
  | { readonly kind: 'unknownRun' | 'unchangedByRun' | 'neverCaptured' }
  /** `newest`: the list has not come to the position. */
  | { readonly kind: 'notReached'; readonly newest: number }
  /** `oldest`: the oldest position that is possible. */
  | { readonly kind: 'untold'; readonly oldest: number };
