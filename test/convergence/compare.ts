import { tallyMailbox } from '../../shared/domain/mailboxTally.ts';
import { openListPartition } from '../../shared/store/listPartition.ts';
import { openProgress, type Progress } from '../../shared/store/progress.ts';
import { openRuns } from '../../shared/store/runs.ts';
import { tallyRunMailbox } from '../../shared/store/runTotals.ts';
import { addTallies, differenceOf, type Tally } from '../../shared/store/totals.ts';
import type { StoredContact } from '../memory/graphMailbox.ts';
import { compareAdoptable } from './adoptable.ts';
import { folderOf } from './changeTarget.ts';
import { isOurs } from './isOurs.ts';
import {
  type CopiedContact,
  isEqual,
  isFromSource,
  isReceiver,
  isSeen,
  isTarget,
  type ListModel,
  type Model,
  mapContact,
  noteViolation,
  peopleOf,
  remember,
  type SourcePerson,
  settingsFor,
  type TargetContact,
  unassignedIn,
  withoutOwn,
} from './model.ts';
import { personalMark } from './personalData.ts';
import type { Stand } from './scene.ts';

/** `standing`: poison and broken mailboxes still stand; `full`: after a full reconcile, which finds what users did. */
export type Moment = 'standing' | 'normal' | 'full';

/** A contact of ours with what became of it. */
interface Copy {
  readonly target: TargetContact;
  /** Undefined once it is in Deleted Items or nowhere. */
  readonly live: StoredContact | undefined;
  readonly isInFolder: boolean;
}

/** Compares every target mailbox with what the sources hold, and notes each violation of the invariants. */
export async function compareAll(stand: Stand, moment: Moment): Promise<void> {
  const { model, system } = stand;
  for (const list of model.lists) {
    if (moment === 'standing' && list.isSourceBroken) continue;
    for (const mailboxId of model.mailboxes) await compareMailbox(stand, list, mailboxId, moment);
  }
  for (const [id, { mailboxId, folderId, contact }] of model.ownContacts) {
    const mailbox = system.graph.mailbox(mailboxId);
    const found = mailbox.contacts.get(id);
    const isUntouched = found && found.folderId === folderId && isEqual(found.contact, contact);
    if (!isUntouched || mailbox.isDeleted(folderId)) noteViolation(model, 'UNSTAMPED', `own contact of ${mailboxId}`);
  }
  compareAdoptable(model, system.graph);
  if (moment === 'full') for (const [id, copy] of model.copies) compareUsersCopy(stand, id, copy);
}

/** What admins see of runs and mailboxes names contacts by their keys only (invariant 5). */
export async function checkPersonalData({ model, system }: Stand): Promise<void> {
  const { progress, runs } = system.tables;
  const summaries = await runs.queryAcross('summary', 1000);
  const rows = await Promise.all([
    ...model.lists.map(({ id }) => progress.query(id)),
    ...summaries.map(({ partitionKey }) => runs.query(partitionKey)),
  ]);
  if (JSON.stringify(rows).includes(personalMark)) noteViolation(model, 'PERSONAL', 'in progress or runs');
}

/** Of whoever was forgotten, and did not come again, nothing that a contact held is stored of its list. */
export async function checkForgotten({ model, system }: Stand): Promise<void> {
  remember(model);
  for (const { id } of model.lists) {
    for (const { rowKey, properties } of await system.tables.sources.query(id)) {
      const isForgotten = model.forgotten.has(`${id} ${properties.sourceKey}`);
      if (isForgotten && JSON.stringify(properties).includes(personalMark)) noteViolation(model, 'FORGOTTEN', rowKey);
    }
  }
}

/** The totals of lists and runs are those of their rows, whatever happened. */
export async function checkTotals({ model, system }: Stand): Promise<void> {
  const progress = openProgress(system.tables.progress);
  const runs = openRuns(system.tables.runs);
  for (const { id } of model.lists) {
    const exact = addTallies(...(await progress.readAll(id)).map(tallyMailbox));
    compareTotals(model, `list ${id}`, await progress.readTotals(id), exact);
  }
  for (const { id } of await runs.readLatest(1000)) {
    const exact = addTallies(...(await runs.readMailboxes(id)).map(tallyRunMailbox));
    compareTotals(model, `run ${id}`, (await runs.readTotals(id))?.tally, exact);
  }
}

function compareTotals(model: Model, place: string, totals: Tally | undefined, exact: Tally): void {
  if (totals && !isEqual(differenceOf(totals, exact), {})) noteViolation(model, 'TOTALS', place);
}

/** An edited copy of a contact that is where we put it stays, and is the user's from now on. */
function compareUsersCopy(stand: Stand, id: string, { original, edited }: CopiedContact): void {
  const { model, system } = stand;
  const list = model.lists.find(({ id }) => id === original.listId);
  if (!edited || !list || !isTarget(model, list, original.mailboxId) || original.isForgotten) return;
  const mailbox = system.graph.mailbox(original.mailboxId);
  const folderId = folderOf(stand, original.listId, original.mailboxId);
  if (mailbox.contacts.get(original.id)?.folderId !== folderId) return;
  const found = mailbox.contacts.get(id);
  const isKept = found && found.folderId === folderId && isEqual(found.contact, edited) && !isOurs(found);
  if (!isKept) noteViolation(model, 'COPY', `${id} of ${original.id}`);
}

/** A copy that is all that is left of a contact is taken for it. */
function hasCopy(stand: Stand, list: ListModel, mailboxId: string, sourceKey: string): boolean {
  const { model, system } = stand;
  const { contacts } = system.graph.mailbox(mailboxId);
  const folderId = folderOf(stand, list.id, mailboxId);
  return [...model.copies].some(([id, { original }]) => {
    const found = contacts.get(id);
    const isOfContact =
      original.listId === list.id && original.mailboxId === mailboxId && original.sourceKey === sourceKey;
    return isOfContact && found !== undefined && found.folderId === folderId && isOurs(found);
  });
}

async function compareMailbox(stand: Stand, list: ListModel, mailboxId: string, moment: Moment): Promise<void> {
  const { model, system } = stand;
  const { statistics } = system.stage;
  const partition = openListPartition(system.tables.sources, list.id);
  const progress = (await openProgress(system.tables.progress).read(list.id, mailboxId))?.progress;
  const isLeavingHeld = (await partition.readLeavingHold()) !== undefined;
  const copies = copiesIn(stand, list, mailboxId);
  const place = `${list.id} in ${mailboxId}`;
  if (moment === 'standing' && model.broken.has(mailboxId)) {
    if (!isBehind(progress)) return;
    if (isTarget(model, list, mailboxId) && !isVisible(progress)) noteViolation(model, 'SILENT', `broken ${place}`);
    return;
  }
  if (!list.isPresent || !isReceiver(list, mailboxId)) {
    const mayStay = isLeavingHeld || progress?.wanted === 'kept' || model.whenTargetLeaves === 'leave';
    const isLeft = copies.some(({ isInFolder, target }) => isInFolder && !target.isUnknown);
    const isStamped = copies.some(
      ({ live, target }) => live && !target.isUnknown && model.adoptable.has(live.id) && isOurs(live),
    );
    if ((isLeft || isStamped) && !mayStay) noteViolation(model, 'LEFTOVER', place);
    return;
  }
  if (!isTarget(model, list, mailboxId)) return;
  statistics.mailboxesCompared += 1;
  const snapshot = await partition.readSnapshot();
  // Whoever was imported anew keeps the key of before, if it was recognised.
  const keys = new Map(snapshot.flatMap(({ ids, sourceKey }) => ids.map(id => [id, sourceKey] as const)));
  const wanted = new Map(
    peopleOf(model, list).map(person => [
      person.ids.flatMap(id => keys.get(id) ?? [])[0] ?? person.ids[0] ?? '',
      person,
    ]),
  );
  const removals = new Map(snapshot.map(row => [row.sourceKey, row]));
  const groups = Object.values((await partition.readTargets())?.targets.members ?? {});
  const areReadersInDoubt = groups.some(({ missing, keepsMissing }) => missing > 0 || keepsMissing);
  for (const [key, contact] of wanted) {
    const row = removals.get(key);
    // What waits for a decision, or was rejected, is as it was.
    if (row?.removal.kind === 'narrowed' && !contact.isPrivate) continue;
    const ofContact = copies.filter(({ target }) => target.sourceKey === key);
    // Whoever leaves owns contacts until that is decided.
    const isOwnerInDoubt = contact.contact.manager !== undefined && mailboxId === unassignedIn(model);
    if (list.hasOwners && isOwnerInDoubt && (isLeavingHeld || areReadersInDoubt)) continue;
    if (!isSeen(model, list, mailboxId, contact)) {
      const mayStay = !contact.isPrivate && (isLeavingHeld || areReadersInDoubt);
      if (!mayStay && isShown(ofContact, moment)) noteViolation(model, 'LEAK', `${list.id}:${key} in ${mailboxId}`);
      continue;
    }
    compareContact(stand, list, mailboxId, { key, contact }, ofContact, moment, progress);
  }
  if (model.removals === 'keep') return;
  for (const { target, isInFolder } of copies) {
    const row = removals.get(target.sourceKey);
    if (!isInFolder || wanted.has(target.sourceKey) || (row && row.removal.kind !== 'none')) continue;
    // Brought back from Deleted Items when the source had it no longer: the next full reconcile finds it.
    if (target.restoredByUser && moment !== 'full') continue;
    noteViolation(model, 'ZOMBIE', `${target.sourceKey} of ${place}`);
  }
}

/** But for what the user brought back, which the next full reconcile finds. */
function isShown(copies: readonly Copy[], moment: Moment): boolean {
  return copies.some(
    ({ target, isInFolder }) => isInFolder && !target.isUnknown && !(target.restoredByUser && moment !== 'full'),
  );
}

function compareContact(
  stand: Stand,
  list: ListModel,
  mailboxId: string,
  { key, contact: source }: { readonly key: string; readonly contact: SourcePerson },
  copies: readonly Copy[],
  moment: Moment,
  progress: Progress | undefined,
): void {
  const { model, system } = stand;
  const { statistics } = system.stage;
  const place = `${list.id}:${key} in ${mailboxId}`;
  const isPoisoned = model.poisoned.has(`${mailboxId} ${list.id}:${key}`);
  const isFolderLost = moment !== 'full' && model.lostFolders.has(`${list.id} ${mailboxId}`);
  const wanted = mapContact(source.contact, settingsFor(model, list, mailboxId));
  const live = copies.filter(({ target, live: found }) => found && !isUsersByNow(target, found));
  const inFolder = live.filter(({ isInFolder }) => isInFolder);
  statistics.contactsCompared += 1;
  const undoUsers = moment === 'full' && model.userEdits === 'revert';

  if (live.length > 1) {
    const isUsersDoing = live.some(({ target }) => isOwnCopy(target, moment));
    if (!isUsersDoing) noteViolation(model, inFolder.length > 1 ? 'DUP' : 'DUPMOVED', place);
    return;
  }
  const [only] = live;
  if (isFolderLost) return;
  if (!only?.live) {
    if (hasCopy(stand, list, mailboxId, key)) return;
    const deletedByUser = copies.some(
      ({ target }) =>
        target.deletedBy === 'user' &&
        (model.adoptable.has(target.id) || isFromSource(target.written, source.contact, list.settings)),
    );
    if (deletedByUser && !undoUsers) statistics.keptForUsers += 1;
    else if (isPoisoned) checkVisible(stand, place, progress);
    else noteViolation(model, 'LOSS', place);
    return;
  }
  const { target, live: found } = only;
  // Once it was found deleted, only a full reconcile sees that it is back, as it was.
  if (target.restoredByUser && moment !== 'full') return;
  const isAdopted = model.adoptable.has(target.id);
  // One that the list keeps, since it was taken out of it, stays in the folder of before, also once it is back.
  const mayStayBehind = model.removals === 'keep' && (source.wasGone || list.wasRolledBack);
  if (!only.isInFolder && !target.movedByUser && !isAdopted && !mayStayBehind) {
    // It stays in the folder of before as long as Graph refuses it in the list's new one.
    if (isPoisoned) checkVisible(stand, place, progress);
    else noteViolation(model, 'FOLDER', place);
  }
  const own = [...target.ownCategories].filter(name => !found.contact.categories?.includes(name));
  if (own.length > 0) noteViolation(model, 'OWN-CATEGORY', `${own.join()} of ${place}`);
  const mayKeepPhoto = isPoisoned || (isAdopted && model.adoptable.get(target.id)?.photo !== undefined);
  if (model.hasPhotos && source.photo && !mayKeepPhoto) {
    statistics.photosCompared += 1;
    if (!isEqual(found.photo, source.photo)) noteViolation(model, 'PHOTO', place);
  }
  for (const [field, value] of wanted) {
    const isThere = field === 'categories' ? isCategorized(stand, only, value) : isEqual(found.contact[field], value);
    if (isThere || (isAdopted && (value === undefined || field === 'categories'))) continue;
    const isUsers =
      target.editedByUser.has(field) && isEqual(target.written.get(field), value) && !(undoUsers && only.isInFolder);
    if (isUsers) statistics.keptForUsers += 1;
    else if (isPoisoned) checkVisible(stand, place, progress);
    else {
      const detail = `${field} of ${place} is ${JSON.stringify(found.contact[field])}, wanted ${JSON.stringify(value)}`;
      noteViolation(model, 'STALE', detail);
    }
  }
}

/**
 * Categories of ours beside the user's. A contact whose creation nobody recorded may keep those of earlier settings:
 * nothing tells them from the user's then.
 */
function isCategorized({ system }: Stand, { target, live }: Copy, wanted: unknown): boolean {
  const found = withoutOwn(target, live?.contact.categories);
  if (isEqual(found, wanted)) return true;
  const names = (found ?? []) as readonly string[];
  const missing = ((wanted ?? []) as readonly string[]).filter(name => !names.includes(name));
  return system.stage.faults.everMet() && missing.length === 0;
}

function copiesIn(stand: Stand, list: ListModel, mailboxId: string): Copy[] {
  const mailbox = stand.system.graph.mailbox(mailboxId);
  const folderId = folderOf(stand, list.id, mailboxId);
  return [...stand.model.targets.values()]
    .filter(target => target.listId === list.id && target.mailboxId === mailboxId)
    .map(target => {
      const found = mailbox.contacts.get(target.id);
      const live =
        found && found.folderId !== mailbox.deletedItemsId && !mailbox.isDeleted(found.folderId) ? found : undefined;
      return { target, live, isInFolder: live !== undefined && live.folderId === folderId };
    });
}

/**
 * A user who brings a contact back from Deleted Items has it twice where we are making it again at that moment, or the
 * source had removed it and no row tells of it any more: until the next full reconcile, and for good where it was taken
 * out of our folder.
 */
function isOwnCopy(target: TargetContact, moment: Moment): boolean {
  if (target.isUnknown && target.movedByUser) return true;
  return (
    target.restoredByUser &&
    (target.movedByUser || (moment !== 'full' && (target.restoredDuringWork || target.isForgotten)))
  );
}

/** Of two with our stamp, the one that the user brought back is the user's unless it holds what we wrote. */
function isUsersByNow({ restoredByUser }: TargetContact, live: StoredContact): boolean {
  return restoredByUser && !isOurs(live);
}

function checkVisible({ model }: Stand, place: string, progress: Progress | undefined): void {
  if (!isVisible(progress)) noteViolation(model, 'SILENT', `refused ${place}`);
}

function isVisible(progress: Progress | undefined): boolean {
  return progress?.problem !== undefined;
}

function isBehind(progress: Progress | undefined): boolean {
  return progress?.state !== 'current';
}
