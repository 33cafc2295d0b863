import { hour } from '../../domain/durations.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { ProgressTable } from '../../store/progress.ts';

/** A mailbox is compared about this long after the one before it, in milliseconds, so that they do not come at once. */
const spacing = 2000;
const longestSpread = 6 * hour;

/**
 * Asks for a full reconcile of every target mailbox, each at a time of its own within a few hours; the scheduled runs
 * send the messages as the times come. A mailbox keeps its place from week to week.
 *
 * @returns how many mailboxes were asked for
 */
export async function askForFullReconcile(
  lists: readonly ContactList[],
  progress: ProgressTable,
  clock: Clock,
): Promise<number> {
  let asked = 0;
  for (const { id } of lists) {
    const targets = (await progress.readAll(id)).filter(({ wanted }) => wanted === 'target');
    const spread = Math.min(targets.length * spacing, longestSpread);
    const now = clock.now();
    const notes = targets.map(({ mailboxId }) => ({ mailboxId, fullDueAt: now + placeOf(mailboxId, spread) }));
    await progress.note(id, notes);
    asked += notes.length;
  }
  return asked;
}

/** 0 to `spread` milliseconds, the same for a mailbox each time. */
function placeOf(mailboxId: string, spread: number): number {
  const share = Number.parseInt(fingerprint(mailboxId).slice(0, 8), 16) / 0x1_0000_0000;
  return Math.floor(share * spread);
}
