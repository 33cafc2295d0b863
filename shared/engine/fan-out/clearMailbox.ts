import { fingerprint } from '../../domain/fingerprint.ts';
import { type ContactList, settingsFingerprint } from '../../settings/contactList.ts';
import { newRunId } from '../../store/runId.ts';
import type { Services } from '../services.ts';
import { newRun } from './runLists.ts';

/**
 * Has removed what the list wrote to the mailbox, which gets nothing any more until a resync names it. The source is not
 * read for it. Resolves with the id of the run that does it, or with undefined when the list never had this mailbox.
 */
export async function clearMailbox(
  list: ContactList,
  mailbox: string,
  services: Pick<Services, 'clock' | 'newId' | 'openListPartition' | 'progress' | 'runs' | 'priorityQueue'>,
): Promise<string | undefined> {
  const { clock, newId, openListPartition, progress, runs, priorityQueue } = services;
  if (!(await progress.read(list.id, mailbox))) return undefined;
  // First, so that whoever syncs the mailbox from now on clears it, and the schedule does if no message arrives.
  const decision = { wanted: 'cleared' as const, decidedAt: clock.now(), skipReason: '' };
  await progress.note(list.id, [{ mailboxId: mailbox, ...decision, sentAt: 0, fullDueAt: 0 }]);
  const head = (await openListPartition(list.id).readSealedCheckpoint())?.checkpoint.head ?? 0;
  const run = newRunId(clock.now(), newId());
  // Without a head: to have reached a position is not to be cleared.
  const summary = newRun({ id: run, cause: 'resync', lists: [list] }, clock.now());
  await runs.writeSummary(summary);
  await runs.announce(run, [{ mailboxId: mailbox, state: 'sent', lists: [list.id] }]);
  const lists = [{ list: list.id, head }];
  const id = `${run}:${mailbox}:${fingerprint(lists)}`;
  await priorityQueue.send([{ id, body: { kind: 'syncMailbox', id, run, mailbox, lists, attempt: 0 } }]);
  await runs.writeSummary({ ...summary, fannedOutAt: clock.now() });
  const sent = { sentHead: head, sentSettings: settingsFingerprint(list), sentAt: clock.now() };
  await progress.note(list.id, [{ mailboxId: mailbox, ...sent }]);
  return run;
}
