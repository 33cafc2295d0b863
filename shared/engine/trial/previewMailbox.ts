import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { type PreviewedOperation, previewActions } from '../../domain/previewedOperation.ts';
import type { NoTargetReason } from '../../domain/reason.ts';
import { isoTime } from '../../isoTime.ts';
import { type ContactList, compileListMapping, listIn } from '../../settings/contactList.ts';
import { undetermined } from '../../settings/destination.ts';
import type { Progress } from '../../store/progress.ts';
import { noteSharedFolders } from '../receivers/index.ts';
import { findKeptContacts } from './keptContacts.ts';
import type { ListPreview } from './listPreview.ts';
import { describeWrites, nameContacts } from './previewOperations.ts';
import { whyNoTarget } from './targetStanding.ts';
import type { TrialMailbox } from './trialMailbox.ts';
import { type TrialRun, type TrialServices, tryRun } from './trialRun.ts';
import { type TriedMailbox, trySync } from './trialSync.ts';

/**
 * What a run would do in this mailbox now. What syncs it is tried, on a mailbox and on tables that
 * are only read; so the preview cannot say anything else than the run does.
 *
 * @throws GraphFailure when the directory does not answer
 */
export async function previewMailbox(
  list: ContactList,
  mailboxId: string,
  services: TrialServices,
): Promise<ListPreview | NoTargetReason> {
  const run = await tryRun(list, services);
  const row = (await run.store.progress.read(list.id, mailboxId))?.progress;
  const isTarget = run.due === undefined && run.targets.mailboxes.has(mailboxId);
  const noTarget = isTarget ? undefined : whyNoTarget(mailboxId, row, run.targets);
  if (noTarget) return noTarget;
  const about = { list, mailbox: mailboxId };
  if (!run.due || !row) {
    const nothing = { creates: 0, patches: 0, deletes: 0, kept: 0, held: 0, operations: [], notes: [...run.notes] };
    return { ...about, ...nothing, problems: run.problems };
  }
  const { head, epoch, mailboxes } = run.due;
  const full = mailboxes.get(mailboxId)?.full ?? false;
  const asked = {
    mailboxId,
    goal: { head, epoch },
    full,
    leaving: isCleanedUp(row.wanted),
    audience: row.wantedAudience,
  };
  const trial = await trySync(list, asked, run, services);
  const snapshot = await run.partition.readSnapshot();
  const nameOf = await nameContacts(trial, snapshot);
  const written = describeWrites(trial, nameOf);
  const mapping = compileListMapping(listIn(list, trial.result.checkpoint.language ?? undetermined));
  const kept = trial.leaving ? [] : await findKeptContacts({ trial, snapshot, written, mapping, nameOf });
  const held = kept.filter(({ action }) => action === 'hold').length;
  const { created: creates, updated: patches, deleted: deletes, adopted, givenBack, photos } = trial.result.contacts;
  const shared = trial.leaving ? [] : await describeSharedFolders(list, mailboxId, run, services);
  return {
    ...about,
    creates,
    patches,
    deletes,
    ...(adopted && { adopts: adopted }),
    ...(givenBack && { givesBack: givenBack }),
    ...(photos && { photos }),
    kept: kept.length - held,
    held,
    operations: inOrder([...written, ...kept]),
    notes: [...run.notes, ...(await describeCircumstances(list, trial, row, services.clock.now())), ...shared],
    problems: [...run.problems, ...trial.result.problems],
  };
}

/** By what is done, then by name. */
function inOrder(operations: readonly PreviewedOperation[]): PreviewedOperation[] {
  const rank = ({ action }: PreviewedOperation) => previewActions.indexOf(action);
  return operations.toSorted(
    (left, right) =>
      rank(left) - rank(right) ||
      (left.displayName ?? '').localeCompare(right.displayName ?? '', 'en', { numeric: true }),
  );
}

/** Of lists of other sources. */
async function describeSharedFolders(
  list: ContactList,
  mailboxId: string,
  { store: { progress } }: TrialRun,
  { configuredLists }: TrialServices,
): Promise<string[]> {
  const readAll = async (id: string) => {
    const stored = await progress.read(id, mailboxId);
    return stored ? [stored.progress] : [];
  };
  const notes = await noteSharedFolders(list, [mailboxId], { readAll }, configuredLists);
  return notes.map(({ detail }) => detail);
}

const lookedForByName =
  'The folder of before is gone: a resync that names the mailbox sees that at once, a scheduled run when it has something to write';

/** What an admin should know beside the operations. */
async function describeCircumstances(
  list: ContactList,
  { mailbox, before, result, leaving, full, busy }: TriedMailbox,
  row: Progress,
  now: number,
): Promise<string[]> {
  const used = result.checkpoint.folder;
  const { folder } = listIn(list, result.checkpoint.language ?? undetermined).destination;
  const notes: string[] = [];
  if (busy) notes.push('The mailbox is being synced at this moment: what is done meanwhile is shown as still to do');
  if (row.state !== 'current' && row.state !== 'behind' && row.dueAt > now) {
    const until = isoTime(row.dueAt);
    notes.push(`The mailbox waits until ${until} (${row.problem?.code ?? row.state}), unless a resync names it`);
  }
  if (leaving) notes.push('The mailbox leaves the list: what was written there is removed');
  if (full) notes.push('The folder is compared as a whole, and repaired');
  if (mailbox.folderChanges.includes('created')) notes.push(`The folder "${folder}" is made`);
  if (mailbox.folderChanges.includes('created') && before?.folder) notes.push(lookedForByName);
  if (mailbox.folderChanges.includes('renamed') && !leaving) notes.push(`The folder is renamed to "${folder}"`);
  if (mailbox.folderChanges.includes('removed')) notes.push('The folder is removed');
  const isFound = !leaving && used?.id !== before?.folder?.id && !mailbox.folderChanges.includes('created');
  if (used && isFound) notes.push(await describeFoundFolder(folder, used.id, mailbox, list));
  return notes;
}

async function describeFoundFolder(
  name: string,
  folderId: string,
  mailbox: TrialMailbox,
  { existing }: Pick<ContactList, 'existing'>,
): Promise<string> {
  const ours = await mailbox.readStamped(folderId);
  const others = (await mailbox.listContacts(folderId)).length - ours.length;
  const left =
    existing === 'leave'
      ? `that is not ours is left alone (contacts: ${others})`
      : `that is neither ours nor taken over is left alone (contacts that are not ours so far: ${others})`;
  return `The mailbox has a folder "${name}" already: it is used, and what is in it ${left}`;
}
