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
 * way, so that what is missing comes back. `unfinished`: it was listed for that, and what the listing found has not all
 * been dealt with; what was written since is known. `putBack`: the mailbox's rows were put back from a backup, and what
 * is there is right.
 */
export type ListingCause = 'interrupted' | 'unfinished' | 'putBack';

/**
 * Where one list stands in one mailbox (README.md: Three unions).
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
  /** Before all was applied. What was found by the listing that was owed is in no journal: it is owed again. */
  | { readonly kind: 'brokenOff'; readonly wasListed: boolean }
  | { readonly kind: 'arrived'; readonly at: SyncPoint }
  | { readonly kind: 'cleanedUp'; readonly at: number | undefined };

/** The phase after an event. */
export function next(phase: MailboxPhase, event: PhaseEvent): MailboxPhase {
  // The table's type pairs each step with the phase and the event that it is for.
  const step = transitions[event.kind][phase.kind] as (phase: MailboxPhase, event: PhaseEvent) => MailboxPhase;
  return step(phase, event);
}

type Phase<Kind> = MailboxPhase & { readonly kind: Kind };
type Event<Kind> = PhaseEvent & { readonly kind: Kind };
type Transitions = {
  readonly [On in PhaseEvent['kind']]: {
    readonly [From in MailboxPhase['kind']]: (phase: Phase<From>, event: Event<On>) => MailboxPhase;
  };
};

const comparing = { kind: 'applying', from: 'snapshot' } as const;
const making = { kind: 'makingFolder', interrupted: false } as const;
const makingInDoubt = { kind: 'makingFolder', interrupted: true } as const;

/** What an event makes of each phase. */
const transitions: Transitions = {
  listingOwed: {
    new: list,
    makingFolder: () => makingInDoubt,
    listing: (phase, { because }) => (phase.because === 'interrupted' ? phase : { ...phase, because }),
    applying: list,
    settled: list,
    // What was cleaned up holds nothing to be listed.
    cleared: asItIs,
  },
  startedOver: {
    new: asItIs,
    makingFolder: asItIs,
    listing: phase => ({ ...phase, from: 'snapshot' }),
    applying: () => comparing,
    settled: () => comparing,
    cleared: asItIs,
  },
  folderAnnounced: {
    new: () => making,
    makingFolder: asItIs,
    listing: () => makingInDoubt,
    applying: () => making,
    settled: () => making,
    cleared: () => making,
  },
  folderNamed: {
    new: goOn,
    makingFolder: ({ interrupted }) =>
      interrupted ? { kind: 'listing', because: 'interrupted', from: 'snapshot' } : comparing,
    listing: asItIs,
    applying: asItIs,
    settled: goOn,
    cleared: goOn,
  },
  listed: { new: asItIs, makingFolder: asItIs, listing: goOn, applying: asItIs, settled: asItIs, cleared: asItIs },
  brokenOff: {
    new: asItIs,
    makingFolder: asItIs,
    listing: asItIs,
    // Compared with the snapshot, what the listing found is found again.
    applying: (phase, { wasListed }) =>
      wasListed && phase.from !== 'snapshot' ? { kind: 'listing', because: 'unfinished', from: phase.from } : phase,
    settled: asItIs,
    cleared: asItIs,
  },
  arrived: { new: settle, makingFolder: settle, listing: settle, applying: settle, settled: settle, cleared: settle },
  cleanedUp: { new: clear, makingFolder: clear, listing: clear, applying: clear, settled: clear, cleared: clear },
};

function asItIs(phase: MailboxPhase): MailboxPhase {
  return phase;
}

function list(phase: MailboxPhase, { because }: Event<'listingOwed'>): MailboxPhase {
  return { kind: 'listing', because, from: startOf(phase) };
}

function goOn(phase: MailboxPhase): MailboxPhase {
  return { kind: 'applying', from: startOf(phase) };
}

function settle(_: MailboxPhase, { at }: Event<'arrived'>): MailboxPhase {
  return { kind: 'settled', at };
}

function clear(_: MailboxPhase, { at }: Event<'cleanedUp'>): MailboxPhase {
  return { kind: 'cleared', at };
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
