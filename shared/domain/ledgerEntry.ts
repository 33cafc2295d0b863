import type { Adoption } from './adoption.ts';
import type { FieldFingerprints } from './fingerprint.ts';

/** What the ledger knows of one contact in one mailbox. */
export type LedgerEntry = PresentEntry | AbsentEntry;

/**
 * A contact of ours that is there.
 * - `written`: as `fields` says
 * - `unknown`: its content is in doubt; write every mapped field once
 * - `kept`: the source removed it, the list's policy leaves it in the mailbox
 */
export interface PresentEntry extends LedgerFacts {
  readonly state: 'written' | 'unknown' | 'kept';
  readonly contactId: string;
  /** The hash of the photo that was written to it. */
  readonly photo?: string;
  /** The last try to write a photo to it failed. */
  readonly photoRetry?: PhotoRetry;
}

export interface PhotoRetry {
  /** Epoch milliseconds of the next try. */
  readonly at: number;
  readonly attempts: number;
  /** Epoch milliseconds until which Graph may do the last try, which got no answer, over what is written meanwhile. */
  readonly mayLandUntil?: number;
}

/**
 * A contact of which nothing of ours is there.
 * - `deletedByUser`: it comes back when the source changes it, or by the list's policy (userEdits.ts)
 * - `missing`: an interrupted or refused write of ours may be the reason; plan it as new
 * - `damaged`: its row cannot be read; whether it is there is found out by its stamp, and this is never stored
 */
export interface AbsentEntry extends LedgerFacts {
  readonly state: 'deletedByUser' | 'missing' | 'damaged';
}

interface LedgerFacts {
  readonly sourceKey: string;
  /** Of the content last written. */
  readonly fields: FieldFingerprints;
  /** The category names that we wrote; rows of earlier versions hold only their fingerprint. */
  readonly categories?: readonly string[];
  /** The version stamp of the content last written. */
  readonly version: string;
  /** Graph's code for its e-mail entries without an address, which it arrived without. */
  readonly omission?: string;
  /** It was the user's before the list claimed it; of one that is not there, what comes back if the user restores it. */
  readonly adoption?: Adoption;
  /** The user has several contacts that may be meant, or one that others mean, too: none was adopted. */
  readonly ambiguous?: true;
  /** How the last try to write it failed; a write that succeeds ends it. */
  readonly trouble?: Refusal | Suspicion;
}

/** Graph does not take the contact. */
export interface Refusal {
  readonly kind: 'refused';
  /** Graph's. */
  readonly code: string;
  /** The properties of a contact that Graph named. */
  readonly detail: string;
  /** Epoch milliseconds of the next try. */
  readonly retryAt: number;
  readonly attempts: number;
}

/** Graph answers every write of it with a server error, and no other write tells whether that is the mailbox's fault. */
export interface Suspicion {
  readonly kind: 'suspected';
  /** Epoch milliseconds. */
  readonly since: number;
}

export function isPresent(entry: LedgerEntry): entry is PresentEntry {
  return 'contactId' in entry;
}

/** A contact of the user's that is kept up to date. */
export type AdoptedEntry = PresentEntry & { readonly adoption: Adoption };

export function isAdopted(entry: LedgerEntry | undefined): entry is AdoptedEntry {
  return entry !== undefined && isPresent(entry) && entry.adoption !== undefined;
}

export function contactIdOf(entry: LedgerEntry | undefined): string | undefined {
  return entry && isPresent(entry) ? entry.contactId : undefined;
}

export function refusalOf(entry: LedgerEntry | undefined): Refusal | undefined {
  return entry?.trouble?.kind === 'refused' ? entry.trouble : undefined;
}

/** What is known of the photo of a contact that is there. */
export function photoFactsOf(entry: LedgerEntry | undefined): Pick<PresentEntry, 'photo' | 'photoRetry'> {
  if (!entry || !isPresent(entry)) return {};
  const { photo, photoRetry } = entry;
  return { ...(photo !== undefined && { photo }), ...(photoRetry && { photoRetry }) };
}

export function withoutPhotoRetry({ photoRetry: _, ...entry }: PresentEntry): PresentEntry {
  return entry;
}

export function photoRetryOf(entry: LedgerEntry): PhotoRetry | undefined {
  return isPresent(entry) ? entry.photoRetry : undefined;
}

/** Epoch milliseconds. */
export function suspectedSince({ trouble }: LedgerEntry): number | undefined {
  return trouble?.kind === 'suspected' ? trouble.since : undefined;
}

/** The entry of a contact that is not there any more. */
export function withoutContact(entry: LedgerEntry, state: AbsentEntry['state']): AbsentEntry {
  if (!isPresent(entry)) return { ...entry, state };
  const { contactId: _, ...facts } = withoutPhoto(entry);
  return { ...facts, state };
}

/** The entry without what is known of the contact's photo. */
export function withoutPhoto<Entry extends LedgerEntry>(entry: Entry): Entry {
  if (!isPresent(entry)) return entry;
  const { photo: _, photoRetry: _retry, ...facts } = entry;
  return facts as Entry;
}

/** The entry without what was in the way of its writes. */
export function withoutTrouble<Entry extends LedgerEntry>(entry: Entry): Entry {
  const { trouble: _, ...facts } = entry;
  return facts as Entry;
}
