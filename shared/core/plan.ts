import type { Contact, ContactField } from './contact.ts';
import { differingFields, type FieldFingerprints } from './fingerprint.ts';
import { isOtherPosition } from './stamp.ts';

/**
 * What the ledger knows of one contact in one mailbox.
 * - `written`: it is there as `fields` says
 * - `unknown`: it is there, its content is in doubt; write every mapped field once
 * - `absent`: the user deleted it; it comes back only when the source changes it
 * - `doubtfullyAbsent`: found gone where an interrupted write of ours may be the reason; plan it as new
 * - `kept`: the source removed it, the list's policy leaves it in the mailbox
 * - `damaged`: its row cannot be read; whether it is there is found out by its stamp, and never stored
 */
export type LedgerState = 'written' | 'unknown' | 'absent' | 'doubtfullyAbsent' | 'kept' | 'damaged';

export interface LedgerEntry {
  readonly sourceKey: string;
  readonly state: LedgerState;
  /** Null while nothing of ours is there. */
  readonly contactId: string | null;
  readonly fields: FieldFingerprints;
  /** The category names that we wrote; rows of earlier versions hold only their fingerprint. */
  readonly categories?: readonly string[];
  /** The version stamp of the content last written. */
  readonly version: string;
  /** Why the last attempt was refused, and when the next is due (epoch milliseconds). */
  readonly failure?: LedgerFailure;
  /** Graph's code for its e-mail entries without an address, which it arrived without. */
  readonly omission?: string;
  /**
   * Since when Graph has answered every write of it with a server error, while no other write told whether that is the
   * mailbox's fault (epoch milliseconds).
   */
  readonly failingSince?: number;
}

export interface LedgerFailure {
  readonly code: string;
  readonly detail: string;
  readonly retryAt: number;
  readonly attempts: number;
}

/** A contact as the mailbox should hold it. */
export interface WantedContact {
  readonly contact: Contact;
  readonly fingerprints: FieldFingerprints;
  readonly version: string;
  /** Ours among the contact's categories, where it holds the user's, too. */
  readonly ownCategories?: readonly string[];
}

/** What is wanted of one source key: a contact, or null when the source does not have it (any more). */
export interface WantedChange {
  readonly sourceKey: string;
  readonly wanted: WantedContact | null;
}

export type PlannedOperation =
  | { readonly action: 'create'; readonly sourceKey: string; readonly wanted: WantedContact; readonly reason: string }
  | {
      readonly action: 'patch';
      readonly sourceKey: string;
      readonly contactId: string;
      readonly wanted: WantedContact;
      readonly fields: readonly ContactField[];
      readonly reason: string;
    }
  | { readonly action: 'delete'; readonly sourceKey: string; readonly contactId: string; readonly reason: string }
  /** Nothing to write to the mailbox; the ledger row becomes `entry`, or goes when it is null. */
  | {
      readonly action: 'record';
      readonly sourceKey: string;
      readonly entry: LedgerEntry | null;
      readonly reason: string;
    }
  | { readonly action: 'skip'; readonly sourceKey: string; readonly reason: string };

export interface PlanPolicy {
  readonly managedFields: readonly ContactField[];
  readonly removals: 'delete' | 'keep';
}

/** What to do about one source key, given what was last written. Pure: the same input gives the same operation. */
export function planChange(change: WantedChange, entry: LedgerEntry | undefined, policy: PlanPolicy): PlannedOperation {
  return change.wanted === null
    ? planRemoval(change.sourceKey, entry, policy)
    : planContact(change.sourceKey, change.wanted, entry, policy);
}

function planRemoval(sourceKey: string, entry: LedgerEntry | undefined, policy: PlanPolicy): PlannedOperation {
  if (!entry) return { action: 'skip', sourceKey, reason: 'never written here' };
  if (entry.contactId === null) {
    return { action: 'record', sourceKey, entry: null, reason: 'removed at the source, not there any more' };
  }
  if (policy.removals === 'keep') {
    const reason = 'removed at the source, kept by policy';
    const { failure, ...rest } = entry;
    if (entry.state === 'kept' && !failure) return { action: 'skip', sourceKey, reason };
    return { action: 'record', sourceKey, entry: { ...rest, state: 'kept' }, reason };
  }
  return { action: 'delete', sourceKey, contactId: entry.contactId, reason: 'removed at the source' };
}

function planContact(
  sourceKey: string,
  wanted: WantedContact,
  entry: LedgerEntry | undefined,
  policy: PlanPolicy,
): PlannedOperation {
  if (!entry) return { action: 'create', sourceKey, wanted, reason: 'new at the source' };
  const changed = differingFields(policy.managedFields, wanted.fingerprints, entry.fields);
  if (entry.contactId === null) return planAbsent(sourceKey, wanted, entry, changed.length > 0);
  const fields = entry.state === 'unknown' ? policy.managedFields : changed;
  if (fields.length > 0) {
    const reason = entry.state === 'unknown' ? 'content in doubt' : `changed at the source: ${fields.join(', ')}`;
    return { action: 'patch', sourceKey, contactId: entry.contactId, wanted, fields, reason };
  }
  if (entry.failure || entry.state === 'kept') {
    const { failure, ...rest } = entry;
    return { action: 'record', sourceKey, entry: { ...rest, state: 'written' }, reason: 'already as wanted' };
  }
  return { action: 'skip', sourceKey, reason: 'unchanged' };
}

function planAbsent(sourceKey: string, wanted: WantedContact, entry: LedgerEntry, differs: boolean): PlannedOperation {
  if (entry.failure) return { action: 'create', sourceKey, wanted, reason: 'refused before, tried again' };
  if (entry.state === 'doubtfullyAbsent' || entry.state === 'damaged') {
    return { action: 'create', sourceKey, wanted, reason: 'lost by an interrupted write' };
  }
  if (differs && isOtherPosition(wanted.version, entry.version))
    return { action: 'create', sourceKey, wanted, reason: 'deleted by the user, changed at the source since' };
  if (differs) {
    const { fingerprints: fields, version } = wanted;
    return { action: 'record', sourceKey, entry: { ...entry, fields, version }, reason: 'deleted by the user' };
  }
  return { action: 'skip', sourceKey, reason: 'deleted by the user' };
}
