import type { RemovalLimits } from '../../domain/safeguards.ts';
import type { SyncMode } from '../messages.ts';
import type { ResolvedTargets } from '../receivers/index.ts';
import type { RingStages } from './rollOut.ts';

/** What the fan-out needs to know of a list, be it in the settings or vanished from them. */
export interface FanOutList {
  readonly id: string;
  /** Fingerprint of the settings that the mailboxes should be in line with. */
  readonly settings: string;
  /** The fingerprint of the definition that it is pinned to, where it has no rings, whose rows tell that. */
  readonly definition?: string | undefined;
  readonly whenTargetLeaves: 'cleanUp' | 'leave';
  readonly safeguards: RemovalLimits;
  /** Gone from the settings: nothing is left to do in its mailboxes but to clean up those that leave. */
  readonly vanished?: boolean;
}

/** Which mailboxes of a list are to be looked at, and by what. */
export interface FanOutQuestion {
  /** Id of the run: what it has sent already, before its host died, it does not send again. */
  readonly run: string;
  readonly list: FanOutList;
  readonly head: number;
  /** The journal that the head is one of, by the time it was begun. */
  readonly epoch: number;
  /** The list was captured before this run, so that its mailboxes should be known. */
  readonly isKnown: boolean;
  readonly targets: ResolvedTargets;
  /** What each mailbox is brought to; undefined for a list without rings, whose mailboxes all go to the head. */
  readonly stages: RingStages | undefined;
  /** Only this mailbox, and at once, whatever its state. */
  readonly onlyMailbox: string | undefined;
  readonly mode: SyncMode;
  /** Somebody asked for the list: what failed or had no mailbox is tried before its time. */
  readonly askedFor: boolean;
  readonly now: number;
  readonly messagePatience: number;
}
