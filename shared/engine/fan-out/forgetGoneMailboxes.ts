import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { day } from '../../domain/durations.ts';
import type { Progress } from '../../store/progress.ts';
import type { Services } from '../services.ts';

/** So long a deleted user can be restored, with the same id (Entra ID: 30 days). */
const keptFor = 30 * day;

/** Deletes what is kept about mailboxes that left and whose users are gone for good. Resolves with their number. */
export async function forgetGoneMailboxes({
  clock,
  listIndex,
  progress,
  openMailboxPartition,
}: Pick<Services, 'clock' | 'listIndex' | 'progress' | 'openMailboxPartition'>): Promise<number> {
  const goneBefore = clock.now() - keptFor;
  let forgotten = 0;
  for (const listId of await listIndex.readAll()) {
    const gone = (await progress.readAll(listId)).filter(row => isForGood(row, goneBefore));
    for (const { mailboxId } of gone) {
      const known = await progress.read(listId, mailboxId);
      if (!known || !isForGood(known.progress, goneBefore)) continue;
      await openMailboxPartition(mailboxId).forget(listId);
      if (await progress.remove(listId, known)) forgotten++;
    }
  }
  return forgotten;
}

function isForGood({ wanted, state, goneAt }: Progress, goneBefore: number): boolean {
  return isCleanedUp(wanted) && state === 'cleared' && goneAt > 0 && goneAt <= goneBefore;
}
