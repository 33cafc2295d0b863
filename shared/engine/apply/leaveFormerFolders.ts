import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { FormerFolderRow } from '../../store/mailboxCheckpoint.ts';
import type { Problem } from '../../store/progress.ts';
import { executePlan } from './executePlan.ts';
import type { ExecutionEnd, UnfinishedExecution } from './execution.ts';
import { type FormerFolder, idsOfFormer, isLeft, planLeaving } from './formerFolder.ts';
import type { ListPass } from './listPass.ts';
import type { PreparedWork } from './prepareList.ts';
import { removeFolder } from './removeFolder.ts';

export type Leaving =
  | {
      /** Folders in which contacts wait until they can be made in the new one. */
      readonly remaining: FormerFolderRow[];
      readonly notes: readonly Problem[];
    }
  | { readonly end: UnfinishedExecution };

/** Takes what is ours out of the folders that a list has moved from, and removes those of ours that are empty then. */
export async function leaveFormerFolders(pass: ListPass, work: PreparedWork): Promise<Leaving> {
  const { otherFolderIds } = pass.assignment;
  const remaining: FormerFolderRow[] = [];
  const notes: Problem[] = [];
  for (const former of work.formers) {
    const end = await empty(former, pass, work);
    if (end.kind !== 'finished') return { end };
    if (!isLeft(former, work.ledger)) remaining.push(former.row);
    else if (former.row.created && !otherFolderIds.has(former.row.id)) {
      try {
        const note = await removeFolder(pass.target.mailbox, former.folder);
        if (note) notes.push(note);
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        return { end: { kind: 'mailboxFailed', failure: error, unknown: false } };
      }
    }
  }
  return { remaining, notes };
}

async function empty(
  former: FormerFolder,
  pass: ListPass,
  { tasks, ledger, formers }: PreparedWork,
): Promise<ExecutionEnd> {
  const handled = new Set(tasks.flatMap(task => ('contactId' in task ? [task.contactId] : [])));
  const planned = await planLeaving(former, pass.assignment.list, pass.tools.reader, ledger);
  const open = planned.filter(({ contactId }) => !handled.has(contactId));
  const formerFolderIds = idsOfFormer(formers);
  return executePlan(open, { ...pass, folderId: former.row.id, formerFolderIds, ledger });
}
