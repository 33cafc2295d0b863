import { ownFields } from './adoption.ts';
import type { Restriction, Sight } from './audience.ts';
import type { Contact, ContactField } from './contact.ts';
import { differingFields, type FieldFingerprints } from './fingerprint.ts';
import {
  type AbsentEntry,
  type AdoptedEntry,
  isAdopted,
  isPresent,
  type LedgerEntry,
  refusalOf,
  withoutPhoto,
  withoutTrouble,
} from './ledgerEntry.ts';
import type { PlanReason } from './reason.ts';
import { adoptedVersion, installationOf, isOtherPosition } from './stamp.ts';

/** A contact as the mailbox should hold it. */
export interface WantedContact {
  readonly contact: Contact;
  readonly fingerprints: FieldFingerprints;
  readonly version: string;
  /** The hash of its photo. */
  readonly photo?: string;
  /** Ours among the contact's categories, where it holds the user's, too. */
  readonly ownCategories?: readonly string[];
}

/** What is wanted of one source key: a contact, or null when the source does not have it (any more). */
export interface WantedChange {
  readonly sourceKey: string;
  readonly wanted: WantedContact | null;
  /** For whom it is, where that is not everybody: for those whom each of them lets see it. */
  readonly restrictions?: readonly Restriction[];
  /** What the mailbox sees of it, where that is not everything. */
  readonly sight?: Exclude<Sight, 'visible'>;
  /** Epoch milliseconds of the capture that found the change, where that is known. */
  readonly changedAt?: number | undefined;
}

type OtherReason = Exclude<PlanReason, 'changedAtSource'>;

export type PlannedOperation =
  | {
      readonly action: 'create';
      readonly sourceKey: string;
      readonly wanted: WantedContact;
      readonly reason: OtherReason;
    }
  | {
      readonly action: 'patch';
      readonly sourceKey: string;
      readonly contactId: string;
      readonly wanted: WantedContact;
      readonly fields: readonly ContactField[];
      readonly reason: 'changedAtSource' | 'contentInDoubt';
    }
  /** A contact of the user's gets our stamp and the fields that the source has. */
  | {
      readonly action: 'adopt';
      readonly sourceKey: string;
      readonly contactId: string;
      readonly wanted: WantedContact;
      readonly fields: readonly ContactField[];
      /** As it was found, where it was. */
      readonly present?: Contact;
      readonly reason: 'adopted' | 'contentInDoubt';
    }
  /** An adopted contact is the user's again. */
  | {
      readonly action: 'giveBack';
      readonly sourceKey: string;
      readonly contactId: string;
      readonly reason: OtherReason;
    }
  | { readonly action: 'delete'; readonly sourceKey: string; readonly contactId: string; readonly reason: OtherReason }
  /** Nothing to write to the mailbox; the ledger row becomes `entry`, or goes when it is null. */
  | {
      readonly action: 'record';
      readonly sourceKey: string;
      readonly entry: LedgerEntry | null;
      readonly reason: OtherReason;
    }
  | { readonly action: 'skip'; readonly sourceKey: string; readonly reason: OtherReason };

export interface PlanPolicy {
  readonly managedFields: readonly ContactField[];
  readonly removals: 'delete' | 'deleteForGood' | 'keep';
}

/** What to do about one source key, given what was last written. Pure: the same input gives the same operation. */
export function planChange(change: WantedChange, entry: LedgerEntry | undefined, policy: PlanPolicy): PlannedOperation {
  const { sourceKey, wanted, sight } = change;
  if (wanted === null) return planRemoval(sourceKey, entry, policy);
  if (sight === 'hidden') return planHidden(change, entry);
  if (sight === 'undecided' && !(entry && isPresent(entry))) {
    return { action: 'skip', sourceKey, reason: 'audienceUnknown' };
  }
  return planContact(sourceKey, wanted, entry, policy);
}

/** It goes also where the list keeps what is removed. What the user deleted stays deleted if they may see it again. */
function planHidden({ sourceKey, restrictions }: WantedChange, entry: LedgerEntry | undefined): PlannedOperation {
  const reason = restrictions?.includes('private') ? 'privateAtSource' : 'notForThisUser';
  if (!entry) return { action: 'skip', sourceKey, reason };
  if (isPresent(entry)) {
    return { action: isAdopted(entry) ? 'giveBack' : 'delete', sourceKey, contactId: entry.contactId, reason };
  }
  if (entry.state === 'deletedByUser' && !refusalOf(entry)) return { action: 'skip', sourceKey, reason };
  return { action: 'record', sourceKey, entry: null, reason };
}

function planRemoval(sourceKey: string, entry: LedgerEntry | undefined, policy: PlanPolicy): PlannedOperation {
  if (!entry) return { action: 'skip', sourceKey, reason: 'neverWritten' };
  if (!isPresent(entry)) {
    return { action: 'record', sourceKey, entry: null, reason: 'removedHereToo' };
  }
  if (policy.removals === 'keep') {
    const reason = 'keptByPolicy';
    // What it holds stays in doubt: where the source has it again, it is written as a whole.
    const state = entry.state === 'unknown' ? 'unknown' : 'kept';
    const isOwed = entry.trouble?.kind === 'refused' || entry.photoRetry !== undefined;
    if (entry.state === state && !isOwed) return { action: 'skip', sourceKey, reason };
    // A photo that may have been written is not tried any more, and stays unknown.
    const kept = entry.photoRetry ? withoutPhoto(entry) : entry;
    return { action: 'record', sourceKey, entry: { ...withoutTrouble(kept), state }, reason };
  }
  const { contactId } = entry;
  return { action: isAdopted(entry) ? 'giveBack' : 'delete', sourceKey, contactId, reason: 'removedAtSource' };
}

function planContact(
  sourceKey: string,
  wanted: WantedContact,
  entry: LedgerEntry | undefined,
  policy: PlanPolicy,
): PlannedOperation {
  if (!entry) return { action: 'create', sourceKey, wanted, reason: 'newAtSource' };
  if (isAdopted(entry) && entry.state === 'unknown') return planAdopted(sourceKey, wanted, entry, policy.managedFields);
  const changed = differingFields(policy.managedFields, wanted.fingerprints, entry.fields);
  if (!isPresent(entry)) return planAbsent(sourceKey, wanted, entry, changed.length > 0);
  const fields = entry.state === 'unknown' ? policy.managedFields : changed;
  if (fields.length > 0) {
    const reason = entry.state === 'unknown' ? 'contentInDoubt' : 'changedAtSource';
    const versioned = isAdopted(entry) ? asAdopted(wanted, entry) : wanted;
    return { action: 'patch', sourceKey, contactId: entry.contactId, wanted: versioned, fields, reason };
  }
  if (refusalOf(entry) || entry.state === 'kept') {
    const written = { ...withoutTrouble(entry), state: 'written' } as const;
    return { action: 'record', sourceKey, entry: written, reason: 'alreadyAsWanted' };
  }
  return { action: 'skip', sourceKey, reason: 'unchanged' };
}

/** Whether it carries our stamp is as much in doubt as what it holds. */
export function planAdopted(
  sourceKey: string,
  wanted: WantedContact,
  entry: AdoptedEntry,
  managedFields: readonly ContactField[],
): PlannedOperation & { readonly action: 'adopt' } {
  const fields = ownFields(entry.adoption, wanted.contact, managedFields);
  const { contactId } = entry;
  return {
    action: 'adopt',
    sourceKey,
    contactId,
    wanted: asAdopted(wanted, entry),
    fields,
    reason: 'contentInDoubt',
  };
}

function asAdopted(wanted: WantedContact, { version }: AdoptedEntry): WantedContact {
  return { ...wanted, version: adoptedVersion(wanted.version, installationOf(version) ?? '') };
}

function planAbsent(sourceKey: string, wanted: WantedContact, entry: AbsentEntry, differs: boolean): PlannedOperation {
  if (refusalOf(entry)) return { action: 'create', sourceKey, wanted, reason: 'refusedBefore' };
  if (entry.state === 'missing' || entry.state === 'damaged') {
    return { action: 'create', sourceKey, wanted, reason: 'lostByInterruption' };
  }
  if (differs && isOtherPosition(wanted.version, entry.version))
    return { action: 'create', sourceKey, wanted, reason: 'changedAfterDeletion' };
  if (differs) {
    const { fingerprints: fields, version } = wanted;
    return { action: 'record', sourceKey, entry: { ...entry, fields, version }, reason: 'deletedByUser' };
  }
  return { action: 'skip', sourceKey, reason: 'deletedByUser' };
}
