/** A share and a number: both must be exceeded before removals are held. */
export interface RemovalLimits {
  /** 0 to 1, of the contacts (or mailboxes) that were there. */
  readonly maxRemovalShare: number;
  readonly maxRemovals: number;
}

/** Why removals wait for a decision. The numbers are what an admin is shown and must repeat to approve. */
export interface Hold {
  readonly reason:
    | 'SourceUnexpectedlyEmpty'
    | 'SourceUnexpectedlySmall'
    | 'TooManyRemovals'
    | 'TooManyMailboxesLeaving';
  readonly removals: number;
  readonly of: number;
}

export interface RemovalQuestion {
  /** Contacts (or mailboxes) that would go now. */
  readonly removals: number;
  /** How many went within the last hour, so that a slow deletion counts too. */
  readonly recentRemovals: number;
  /** How many there were before. */
  readonly of: number;
  /** How many come now: a source that has these is not empty. */
  readonly added?: number;
}

/**
 * Whether that many contacts may go without asking; undefined when they may. A source that comes back empty is held
 * however small it was, unless the list allows every removal (`maxRemovalShare: 1`).
 */
export function holdContactRemovals(question: RemovalQuestion, limits: RemovalLimits): Hold | undefined {
  const { removals, of, added = 0 } = question;
  if (removals === 0 || limits.maxRemovalShare >= 1) return undefined;
  if (removals >= of + added && of > 1) return { reason: 'SourceUnexpectedlyEmpty', removals, of };
  return exceeds(question, limits) ? { reason: 'TooManyRemovals', removals, of } : undefined;
}

/**
 * The same for what a file lost that is at most half as long as before (`halvedFiles.ts`): held however few they are.
 *
 * @param of how many contacts such files had
 */
export function holdLostByFile(removals: number, of: number, { maxRemovalShare }: RemovalLimits): Hold | undefined {
  return removals > 0 && maxRemovalShare < 1 ? { reason: 'SourceUnexpectedlySmall', removals, of } : undefined;
}

/** The same for what is lost with a source that has nobody any more, beside others that have (`emptiedSources.ts`). */
export function holdLostBySource(removals: number, of: number, { maxRemovalShare }: RemovalLimits): Hold | undefined {
  return removals > 0 && maxRemovalShare < 1 ? { reason: 'SourceUnexpectedlyEmpty', removals, of } : undefined;
}

/** The same for mailboxes that would leave a list. */
export function holdLeavingMailboxes(question: RemovalQuestion, limits: RemovalLimits): Hold | undefined {
  const { removals, of } = question;
  return removals > 0 && exceeds(question, limits) ? { reason: 'TooManyMailboxesLeaving', removals, of } : undefined;
}

function exceeds({ removals, recentRemovals, of }: RemovalQuestion, limits: RemovalLimits): boolean {
  const total = removals + recentRemovals;
  return total > limits.maxRemovals && total > limits.maxRemovalShare * (of + recentRemovals);
}
