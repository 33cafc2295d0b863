import { decisionOn } from '../../shared/domain/sourceChanges.ts';
import { openChoices } from '../../shared/store/choices.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { openMailboxPartition } from '../../shared/store/mailboxes.ts';
import { openRuns } from '../../shared/store/runs.ts';
import { failure } from '../memory/graphFaults.ts';
import type { Action } from './actions.ts';
import { changeSource } from './changeSource.ts';
import { changeTarget, isInLedger } from './changeTarget.ts';
import { forget, forgetHidden, type ListModel, readersOf, remember } from './model.ts';
import { pick } from './pick.ts';
import { settle, takeSteps } from './rest.ts';
import { firstSettings, type Stand } from './scene.ts';

/** Does one command to the world and to the model of it. */
export async function perform(action: Action, stand: Stand): Promise<void> {
  await act(action, stand);
  forgetHidden(stand.model);
  remember(stand.model);
}

async function act(action: Action, stand: Stand): Promise<void> {
  const { model, system } = stand;
  switch (action.do) {
    case 'steps':
      return takeSteps(system, action.count);
    case 'settle':
      return settle(system);
    case 'passTime':
      if (system.runningHandlers() > 0) system.stage.faults.note('time passed under way');
      return system.advance(action.seconds * 1000);
    case 'run':
      return system.start('scheduled run', app => app.run());
    case 'resync': {
      const list = pick(model.lists, action.list);
      const mailbox = action.mailbox === null ? undefined : pick(model.mailboxes, action.mailbox);
      if (mailbox !== undefined) model.named?.add(mailbox);
      return system.start('resync', app =>
        app.resync(list ? [list.id] : [], mailbox, action.full ? 'full' : 'incremental'),
      );
    }
    case 'askForFullReconcile':
      return system.start('full reconcile', app => app.askForFullReconcile());
    case 'forgetPhotos':
      return system.start('photo sweep', app => app.forgetPhotos());
    case 'takeUpDeadLetters':
      return system.start('dead letters', app => app.takeUpDeadLetters());
    case 'release': {
      const list = pick(model.lists, action.list);
      return system.start('release', app => app.release(list ? [list.id] : []));
    }
    case 'rollBack':
      return rollBack(stand, pick(model.lists, action.list), action.positions);
    case 'rollBackRun':
      return rollBackRun(stand, pick(model.lists, action.list), action.run);
    case 'unpin':
      return unpin(stand, pick(model.lists, action.list));
    case 'forgetPerson':
      return forgetPerson(stand, pick(model.lists, action.list), action.person);
    case 'decideHold':
      await decideHold(stand, pick(model.lists, action.list), action.approve);
      return;
    case 'changeMembership':
      return changeMembership(stand, pick(model.lists, action.list), pick(model.mailboxes, action.mailbox));
    case 'changeAccount':
      return changeAccount(stand, pick(model.mailboxes, action.mailbox));
    case 'changeReaders':
      return changeReaders(stand, pick(model.lists, action.list), pick(model.mailboxes, action.mailbox));
    case 'choose':
      return choose(stand, pick(model.lists, action.list), pick(model.mailboxes, action.mailbox));
    case 'changeRule': {
      const list = pick(model.lists, action.list);
      if (list) list.isRestricted = !list.isRestricted;
      return;
    }
    case 'changeSettings': {
      const list = pick(model.lists, action.list);
      if (!list) return;
      const { mapping, category } = action;
      const folder = action.renamed ? `${list.id} contacts` : (firstSettings[list.id]?.folder ?? '');
      // A folder that old rows call otherwise counts as renamed by its user.
      list.settings = { mapping, category, folder: system.hasBackup() ? list.settings.folder : folder };
      return;
    }
    case 'changePresence':
      return changePresence(stand, pick(model.lists, action.list));
    case 'poison': {
      const contact = pick([...model.source.keys()], action.contact);
      const list = model.lists.find(({ sourceFolders }) =>
        sourceFolders.includes(model.source.get(contact ?? '')?.lastFolderId ?? ''),
      );
      const key = `${pick(model.mailboxes, action.mailbox)} ${list?.id}:${contact}`;
      if (!model.poisoned.delete(key)) model.poisoned.set(key, action.how ?? 'refused');
      return;
    }
    case 'breakMailbox': {
      const mailboxId = pick(model.mailboxes, action.mailbox);
      if (mailboxId === undefined) return;
      model.broken.add(mailboxId);
      system.graph.mailbox(mailboxId).failure = failure(action.kind, action.kind === 'throttled' ? 20_000 : undefined);
      system.stage.faults.note(`mailbox ${action.kind}`);
      return;
    }
    case 'mendMailbox':
      return mendMailbox(stand, pick(model.mailboxes, action.mailbox));
    case 'fault':
      system.stage.faults.arm(action);
      return;
    case 'crash':
      system.stage.faults.armCrash(action);
      return;
    case 'freeze':
      system.host(action.host).freeze(action.seconds * 1000);
      system.stage.faults.note('process frozen');
      return;
    case 'replaceMailbox':
      return replaceMailbox(stand, pick(model.mailboxes, action.mailbox));
    case 'refuseFolderDeletion': {
      const mailboxId = pick(model.mailboxes, action.mailbox);
      if (mailboxId === undefined || model.undeletableFolders.delete(mailboxId)) return;
      model.undeletableFolders.set(mailboxId, action.how);
      return;
    }
    case 'backUpTables':
      return backUpTables(stand);
    case 'putTablesBack':
      return putTablesBack(stand);
    case 'repeatMessage':
      return system.repeatNext();
    case 'userEdits':
    case 'userDeletes':
    case 'userDeletesWithFolder':
    case 'userCategorizes':
    case 'userPurges':
    case 'userMoves':
    case 'userRestores':
    case 'userDeletesFolder':
    case 'userAddsContact':
    case 'userAddsFolder':
    case 'userCopies':
      return changeTarget(action, stand);
    default:
      return changeSource(action, stand);
  }
}

/** What is taken out of a list and comes again is another contact to its mailboxes. */
function forgetAll({ model }: Stand, list: ListModel): void {
  list.wasRolledBack = true;
  for (const mailboxId of model.mailboxes) forget(model, list.id, mailboxId);
}

async function rollBack(stand: Stand, list: ListModel | undefined, positions: number): Promise<void> {
  if (!list) return;
  const read = await openListPartition(stand.system.tables.sources, list.id).readCheckpoint();
  const position = Math.max(0, (read?.checkpoint.head ?? 0) - positions);
  forgetAll(stand, list);
  stand.system.start('rollback', app => app.rollBack(list.id, { position }));
}

async function rollBackRun(stand: Stand, list: ListModel | undefined, index: number): Promise<void> {
  if (!list) return;
  const run = (await openRuns(stand.system.tables.runs).readLatest(index + 1)).at(-1);
  if (!run) return;
  forgetAll(stand, list);
  stand.system.start('rollback', app => app.rollBack(list.id, { run: run.id }));
}

export function unpin(stand: Stand, list: ListModel | undefined): void {
  if (!list) return;
  if (list.wasRolledBack) forgetAll(stand, list);
  stand.system.start('unpinning', app => app.unpin(list.id));
}

/** Where nobody is gone from the list yet, somebody is deleted first, and gone with the next run. */
async function forgetPerson(stand: Stand, list: ListModel | undefined, person: number): Promise<void> {
  if (!list) return;
  const { model, system } = stand;
  if ((await findGone(stand, list)).length === 0) {
    await act({ do: 'removeContact', contact: person }, stand);
    system.start('scheduled run', app => app.run());
    await settle(system);
  }
  const sourceKey = pick(await findGone(stand, list), person);
  if (sourceKey === undefined) return;
  system.start('forgetting', async app => {
    if (!(await app.forgetPerson(list.id, sourceKey))) return;
    model.forgotten.add(`${list.id} ${sourceKey}`);
    system.stage.statistics.forgotten += 1;
  });
}

/** The source keys of whoever the list lost, as far as its journal tells. */
async function findGone({ system }: Stand, { id }: ListModel): Promise<string[]> {
  const { changes } = await openListPartition(system.tables.sources, id).readLog();
  const latest = new Map(changes.map(({ sourceKey, contact }) => [sourceKey, contact]));
  return [...latest].flatMap(([sourceKey, contact]) => (contact ? [] : [sourceKey]));
}

/** Somebody decides what the product shows at that moment. False when it shows nothing to decide. */
export async function decideHold({ system }: Stand, list: ListModel | undefined, approve: boolean): Promise<boolean> {
  if (!list) return false;
  const partition = openListPartition(system.tables.sources, list.id);
  const [stored, leaving, snapshot] = [
    await partition.readCheckpoint(),
    await partition.readLeavingHold(),
    await partition.readSnapshot(),
  ];
  const kept = snapshot.filter(row => decisionOn(row) === 'rejected').length;
  const removals = stored?.checkpoint.hold?.removals ?? leaving?.hold.removals ?? kept;
  if (removals === 0) return false;
  const decision = approve ? 'approve' : 'reject';
  const kind = stored?.checkpoint.hold ? 'contacts' : leaving ? 'mailboxes' : 'kept';
  system.start('hold decision', app => app.decideHold(list.id, { kind, decision, removals }));
  return true;
}

function changeMembership({ model, system }: Stand, list: ListModel | undefined, mailboxId: string | undefined): void {
  if (!list || mailboxId === undefined) return;
  if (list.members.delete(mailboxId)) forget(model, list.id, mailboxId);
  else list.members.add(mailboxId);
  system.graph.setGroup(`${list.id}@contoso.com`, [...list.members]);
}

/** The first mailbox has switched on what is for those alone who do. */
export async function beginChoices(stand: Stand): Promise<void> {
  for (const list of stand.model.lists) if (list.isOptIn) await choose(stand, list, stand.model.mailboxes[0]);
}

async function choose(
  { model, system }: Stand,
  list: ListModel | undefined,
  mailboxId: string | undefined,
): Promise<void> {
  if (!list?.isOptional || mailboxId === undefined) return;
  const isOn = list.switchedOff.delete(mailboxId);
  if (!isOn) list.switchedOff.add(mailboxId);
  if (!isOn) forget(model, list.id, mailboxId);
  await openChoices(system.tables.choices).write(list.id, mailboxId, isOn ? 'on' : 'off', 0);
}

function changeReaders({ system }: Stand, list: ListModel | undefined, mailboxId: string | undefined): void {
  if (!list || mailboxId === undefined) return;
  if (!list.readers.delete(mailboxId)) list.readers.add(mailboxId);
  system.graph.setGroup(readersOf(list.id), [...list.readers]);
}

function changeAccount({ model, system }: Stand, mailboxId: string | undefined): void {
  if (mailboxId === undefined) return;
  const enabled = model.disabled.delete(mailboxId);
  if (!enabled) model.disabled.add(mailboxId);
  system.graph.setEnabled(mailboxId, enabled);
}

function changePresence({ model }: Stand, list: ListModel | undefined): void {
  if (!list) return;
  list.isPresent = !list.isPresent;
  for (const mailboxId of model.mailboxes) forget(model, list.id, mailboxId);
}

async function backUpTables(stand: Stand): Promise<void> {
  const { model, system } = stand;
  // Tables without its id are those of another installation.
  if ((await system.tables.sources.query('$installation')).length === 0) return;
  system.backUpTables();
  model.backedUp.clear();
  for (const target of model.targets.values()) {
    if (target.deletedBy || (await isInLedger(stand, target))) model.backedUp.set(target, target.deletedBy);
  }
}

/** What was done since is told by the contacts alone, where the rows name their folder. */
async function putTablesBack({ model, system }: Stand): Promise<void> {
  if (!system.hasBackup()) return;
  await system.putTablesBack();
  model.named = undefined;
  model.forgotten.clear();
  for (const list of model.lists) {
    const choices = await openChoices(system.tables.choices).readAll(list.id);
    list.switchedOff.clear();
    for (const mailboxId of model.mailboxes) {
      const choice = choices.get(mailboxId) ?? (list.isOptIn ? 'off' : 'on');
      if (choice === 'off') list.switchedOff.add(mailboxId);
    }
  }
  for (const own of model.adoptable.values()) own.isImageLost = true;
  for (const target of model.targets.values()) {
    const { mailboxId, listId } = target;
    const { checkpoints } = await openMailboxPartition(system.tables.mailboxes, mailboxId).readState();
    const folderId = system.graph.mailbox(mailboxId).contacts.get(target.id)?.folderId;
    target.isUnknown ||= !model.backedUp.has(target) && folderId !== checkpoints.get(listId)?.folder?.id;
    // One that is gone and that no row calls deleted counts as deleted by the user.
    if (target.deletedBy === 'us' && model.backedUp.get(target) !== 'us') target.deletedBy = 'user';
  }
}

function replaceMailbox({ model, system }: Stand, mailboxId: string | undefined): void {
  if (mailboxId === undefined) return;
  system.graph.mailbox(mailboxId).replace();
  for (const [id, own] of model.ownContacts) if (own.mailboxId === mailboxId) model.ownContacts.delete(id);
  for (const [id, own] of model.adoptable) if (own.mailboxId === mailboxId) model.adoptable.delete(id);
  // That the user had brought it back may not have been seen.
  for (const target of model.targets.values())
    if (target.mailboxId === mailboxId && target.restoredByUser) target.deletedBy = 'user';
  for (const list of model.lists) {
    model.lostFolders.add(`${list.id} ${mailboxId}`);
    forget(model, list.id, mailboxId);
  }
}

export function mendMailbox({ model, system }: Stand, mailboxId: string | undefined): void {
  if (mailboxId === undefined || !model.broken.delete(mailboxId)) return;
  system.graph.mailbox(mailboxId).failure = undefined;
}
