import { type Audience, identityIn, withOwnersAmongTargets } from '../../domain/audience.ts';
import type { FanOutNote } from '../../store/progress.ts';
import type { ResolvedTargets } from '../receivers/index.ts';

interface OwningMailbox {
  readonly mailboxId: string;
  readonly wanted: string;
  readonly wantedAudience: Audience;
}

/** Which mailboxes get what has no owner among the targets, and who these owners are, as the list's rows are gone through. */
export function createUnassignedSurvey({ unassigned }: Pick<ResolvedTargets, 'unassigned'>) {
  const owners = new Set<string>();
  const found = new Map<string, Audience>();
  return { add, regroup };

  function add(mailboxes: readonly OwningMailbox[]): void {
    if (unassigned.size === 0) return;
    for (const { mailboxId, wanted, wantedAudience } of mailboxes) {
      if (wanted !== 'target') continue;
      for (const print of identityIn(wantedAudience)) owners.add(print);
      if (unassigned.has(mailboxId)) found.set(mailboxId, wantedAudience);
    }
  }

  /** Those of them for whom the owners among the targets are others than before. */
  function regroup(): (FanOutNote & { wantedAudience: Audience; sentAt: number })[] {
    return [...found].flatMap(([mailboxId, before]) => {
      const wantedAudience = withOwnersAmongTargets(before, owners);
      return wantedAudience === before ? [] : [{ mailboxId, wantedAudience, sentAt: 0 }];
    });
  }
}

export type UnassignedSurvey = ReturnType<typeof createUnassignedSurvey>;
