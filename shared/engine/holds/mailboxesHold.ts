import { countOf } from '../../domain/countOf.ts';
import { fingerprintOfList } from '../../domain/fingerprint.ts';
import type { HeldMailbox } from '../../domain/hold.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { Problem } from '../../store/progress.ts';
import type { ReadLeavingHold, StoredHold } from '../../store/storedHold.ts';
import { describeRecent } from './describeRecent.ts';

/** What was decided about so many mailboxes, or fewer than were shown; `open` for more, and while nobody has decided. */
export function decisionFor(removals: number, stored: ReadLeavingHold | undefined): StoredHold['decision'] {
  return stored && removals <= stored.hold.removals ? stored.hold.decision : 'open';
}

/** Nothing is written while it says the same. @param mailboxes whom it is about */
export async function keepMailboxesHold(
  hold: Omit<StoredHold, 'since' | 'decision' | 'who'>,
  mailboxes: readonly HeldMailbox[],
  now: number,
  stored: ReadLeavingHold | undefined,
  partition: ListPartition,
): Promise<void> {
  const before = stored?.hold;
  const isSame = before?.removals === hold.removals && before.of === hold.of && before.decision === 'open';
  const who = fingerprintOfList(mailboxes.map(({ mailboxId, effect }) => `${effect} ${mailboxId}`).sort());
  if (isSame && before.who === who && before.groups?.join() === hold.groups?.join()) return;
  if (before?.who !== who) await partition.storeHeldMailboxes(mailboxes);
  await partition.keepLeavingHold({ ...hold, who, since: before?.since ?? now, decision: 'open' }, stored);
}

export async function endMailboxesHold(stored: ReadLeavingHold | undefined, partition: ListPartition): Promise<void> {
  if (!stored) return;
  await partition.endLeavingHold(stored);
  if (stored.hold.who) await partition.storeHeldMailboxes([]);
}

/**
 * @param change who of them would get the list although they were excluded, and who would see less of it
 * @param recent how many left within the last hour
 */
export function describeMailboxesHold(
  { reason, removals, of, groups }: Omit<StoredHold, 'since' | 'decision' | 'who'>,
  { joining, narrowing }: { readonly joining: readonly string[]; readonly narrowing: readonly string[] },
  recent: number,
): Problem {
  const others = [
    ...(joining.length > 0 ? ['get it although they were excluded'] : []),
    ...(narrowing.length > 0 ? ['lose what the rules of visibility show to a group'] : []),
  ];
  const what = others.length > 0 ? ['leave the list', ...others].join(', or ') : 'leave the list at once';
  const cause = groups?.length ? ` ${describeGroups(groups)}.` : '';
  const detail = `${removals} of ${countOf(of, 'mailbox', 'mailboxes')} would ${what}${describeRecent(recent)}: nothing is done about them until somebody decides with POST /api/lists/{list}/hold.${cause}`;
  return { code: reason, detail };
}

function describeGroups(ids: readonly string[]): string {
  const lost =
    ids.length === 1
      ? `The group ${ids[0]} reads as empty, or lost`
      : `The groups ${ids.join(', ')} read as empty, or lost`;
  return `${lost} more than half of the members at once; hidden members are only seen with the permission Member.Read.Hidden`;
}
