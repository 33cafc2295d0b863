import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MailboxPartition } from '../../store/mailboxes.ts';
import type { Progress, ProgressTable } from '../../store/progress.ts';
import type { ListIndex } from '../../store/sources.ts';

/** So long a deleted user can be restored, with the same id (Entra ID: 30 days). */
const keptFor = 30 * 86_400_000;

export interface ForgetServices {
  readonly clock: Clock;
  readonly listIndex: ListIndex;
  readonly progress: ProgressTable;
  readonly openPartition: (mailboxId: string) => MailboxPartition;
}

/** Deletes what is kept about mailboxes that left and whose users are gone for good. Resolves with their number. */
export async function forgetGoneMailboxes({
  clock,
  listIndex,
  progress,
  openPartition,
}: ForgetServices): Promise<number> {
  const goneBefore = clock.now() - keptFor;
  let forgotten = 0;
  for (const listId of await listIndex.readAll()) {
    const gone = (await progress.readAll(listId)).filter(row => isForGood(row, goneBefore));
    for (const { mailboxId } of gone) {
      const known = await progress.read(listId, mailboxId);
      if (!known || !isForGood(known.progress, goneBefore)) continue;
      await openPartition(mailboxId).forget(listId);
      if (await progress.remove(listId, known)) forgotten++;
    }
  }
  return forgotten;
}

function isForGood({ wanted, state, goneAt }: Progress, goneBefore: number): boolean {
  return isCleanedUp(wanted) && state === 'cleared' && goneAt > 0 && goneAt <= goneBefore;
}
