import type { Membership } from '../../domain/dueMailboxes.ts';
import { week } from '../../domain/durations.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import { clearedAt, type MailboxCheckpoint } from '../../store/mailboxCheckpoint.ts';
import type { MailboxIndex } from '../../store/mailboxes.ts';
import type { Progress, ProgressTable } from '../../store/progress.ts';
import type { FanOutQuestion } from './fanOutQuestion.ts';

/**
 * What `Progress` knows of a list's mailboxes, some at a time. Where it has lost them all, it is filled anew from what
 * lies with the mailboxes: who was cleared stays away, and who left meanwhile is found and leaves by the list's policy.
 * To look for them goes through the whole table, so that a list that has no mailboxes does it once a week.
 */
export async function* readProgress(
  { list, isKnown, now }: Pick<FanOutQuestion, 'list' | 'isKnown' | 'now'>,
  progress: ProgressTable,
  partition: ListPartition,
  mailboxIndex: MailboxIndex,
): AsyncGenerator<Progress[]> {
  let isEmpty = true;
  for await (const rows of progress.recount(list.id)) {
    if (rows.length > 0) isEmpty = false;
    yield rows;
  }
  if (!isEmpty || !isKnown || now - (await partition.readMailboxSearch()) < week) return;
  await partition.noteMailboxSearch(now);
  const found = await mailboxIndex.findMailboxes(list.id);
  await progress.note(
    list.id,
    found.flatMap(({ mailboxId, checkpoint }) => decisionIn(mailboxId, checkpoint)),
  );
  yield await progress.readAll(list.id);
}

function decisionIn(
  mailboxId: string,
  checkpoint: MailboxCheckpoint,
): { mailboxId: string; wanted: Membership; decidedAt: number }[] {
  const decidedAt = clearedAt(checkpoint);
  if (decidedAt > 0) return [{ mailboxId, wanted: 'cleared', decidedAt }];
  return checkpoint.phase.kind === 'cleared' ? [] : [{ mailboxId, wanted: 'target', decidedAt: 0 }];
}
