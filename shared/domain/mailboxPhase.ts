import { type Audience, everybody } from './audience.ts';

/** What a mailbox is in line with: a position of the journal, under settings that their fingerprint names, for an audience. */
export interface SyncPoint {
  readonly position: number;
  readonly settings: string;
  /** Absent where it is empty. */
  readonly audience?: Audience;
}

export function pointAt(position: number, settings: string, audience: Audience): SyncPoint {
  return { position, settings, ...(audience === everybody ? {} : { audience }) };
}

/** From where changes are applied. `snapshot`: the folder is compared with all that the list holds. */
export type Start = SyncPoint | 'snapshot';

/**
 * Why a folder has to be listed before anything is written to it. `interrupted`: a write of ours may have been under
 * way, so that what is missing comes back. `putBack`: the mailbox's rows were put back from a backup, and what is there
 * is right.
 */
export type ListingCause = 'interrupted' | 'putBack';

/**
 * Where one list stands in one mailbox (design: State).
 * - `new`: nothing is known to be there
 * - `makingFolder`: we were about to make the folder, and one of its name that is found is ours; `interrupted`: writes to
 *   the one before may have been under way
 * - `listing`: the folder has to be listed before anything is written, then it goes on
 * - `applying`: changes are being written; one that began at a point is read back as `settled` there, since nothing
 *   later is certain
 * - `settled`: in line with everything up to the point
 * - `cleared`: cleaned up, and nothing is written until the mailbox is a target again; `at`: epoch milliseconds when
 *   somebody had it cleared, so that it stays away until a resync names it
 */
export type MailboxPhase =
  | { readonly kind: 'new' }
  | { readonly kind: 'makingFolder'; readonly interrupted: boolean }
  | { readonly kind: 'listing'; readonly because: ListingCause; readonly from: Start }
  | { readonly kind: 'applying'; readonly from: Start }
  | { readonly kind: 'settled'; readonly at: SyncPoint }
  | { readonly kind: 'cleared'; readonly at: number | undefined };

export type PhaseEvent =
  /** The last owner died while it was working, or the rows were put back. */
  | { readonly kind: 'listingOwed'; readonly because: ListingCause }
  /** Everything has to be compared: other settings, another journal, a full reconcile, a folder that is gone. */
  | { readonly kind: 'startedOver' }
  | { readonly kind: 'folderAnnounced' }
  /** The folder is there, and the checkpoint names it. */
  | { readonly kind: 'folderNamed' }
  /** The ledger is in line with what the folder holds. */
  | { readonly kind: 'listed' }
  | { readonly kind: 'arrived'; readonly at: SyncPoint }
  | { readonly kind: 'cleanedUp'; readonly at: number | undefined };

/** The phase after an event. */
export function next(phase: MailboxPhase, event: PhaseEvent): MailboxPhase {
  switch (event.kind) {
    case 'listingOwed':
      return oweListing(phase, event.because);
    case 'startedOver':
      return startOver(phase);
    case 'folderAnnounced':
      return { kind: 'makingFolder', interrupted: isInterrupted(phase) };
    case 'folderNamed':
      return nameFolder(phase);
    case 'listed':
      return phase.kind === 'listing' ? { kind: 'applying', from: phase.from } : phase;
    case 'arrived':
      return { kind: 'settled', at: event.at };
    case 'cleanedUp':
      return { kind: 'cleared', at: event.at };
  }
}

/** From where the changes of a mailbox in this phase are applied. */
export function startOf(phase: MailboxPhase): Start {
  switch (phase.kind) {
    case 'listing':
    case 'applying':
      return phase.from;
    case 'settled':
      return phase.at;
    default:
      return 'snapshot';
  }
}

/** Why the folder has to be listed first. */
export function owedListing(phase: MailboxPhase): ListingCause | undefined {
  return phase.kind === 'listing' ? phase.because : undefined;
}

/** What was cleaned up holds nothing to be listed. */
function oweListing(phase: MailboxPhase, because: ListingCause): MailboxPhase {
  if (phase.kind === 'cleared') return phase;
  if (phase.kind === 'makingFolder') return { ...phase, interrupted: true };
  if (phase.kind === 'listing') return because === 'interrupted' ? { ...phase, because } : phase;
  return { kind: 'listing', because, from: startOf(phase) };
}

function startOver(phase: MailboxPhase): MailboxPhase {
  switch (phase.kind) {
    case 'listing':
      return { ...phase, from: 'snapshot' };
    case 'applying':
    case 'settled':
      return { kind: 'applying', from: 'snapshot' };
    default:
      return phase;
  }
}

function isInterrupted(phase: MailboxPhase): boolean {
  return phase.kind === 'listing' || (phase.kind === 'makingFolder' && phase.interrupted);
}

function nameFolder(phase: MailboxPhase): MailboxPhase {
  if (phase.kind === 'listing') return phase;
  if (phase.kind === 'makingFolder' && phase.interrupted) {
    return { kind: 'listing', because: 'interrupted', from: 'snapshot' };
  }
  return { kind: 'applying', from: startOf(phase) };
}
