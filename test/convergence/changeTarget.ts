import type { Contact } from '../../shared/domain/contact.ts';
import { contactIdOf } from '../../shared/domain/ledgerEntry.ts';
import { openMailboxPartition } from '../../shared/store/mailboxes.ts';
import type { GraphMailbox } from '../memory/graphMailbox.ts';
import type { Action } from './actions.ts';
import { noteUsersCategories, noteUsersMove, noteUsersValue } from './adoptable.ts';
import { forget, isReceiver, settingsFor, type TargetContact } from './model.ts';
import { personalMark } from './personalData.ts';
import { pick } from './pick.ts';
import { type Stand, sampleValue } from './scene.ts';

/** What users do in their mailboxes. */
export async function changeTarget(action: Action, stand: Stand): Promise<void> {
  const { model, system } = stand;
  switch (action.do) {
    case 'userEdits': {
      const target = pick(contactsInFolders(stand), action.contact);
      if (!target) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      const { [action.field]: before, ...others } = mailbox.contact(target.id).contact;
      const value = action.value === 0 ? undefined : `user's ${sampleValue(action.field, action.value)}`;
      if (before === value) return;
      mailbox.edit(target.id, (value === undefined ? others : { ...others, [action.field]: value }) as Contact);
      target.editedByUser.add(action.field);
      noteUsersValue(model, target.id, action.field, value);
      return;
    }
    case 'userMoves': {
      const target = pick(contactsInFolders(stand), action.contact);
      // One that Graph says it failed to make is looked for in our folder only.
      if (!target || (system.stage.faults.hasMet('serverErrorDone') && !(await isInLedger(stand, target)))) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      mailbox.move(target.id, mailbox.addFolder('Private'));
      target.movedByUser = true;
      noteUsersMove(model, target.id, mailbox.contact(target.id).folderId);
      return;
    }
    case 'userCategorizes': {
      const target = pick(contactsInFolders(stand), action.contact);
      if (!target) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      const { contact } = mailbox.contact(target.id);
      const name = `user's ${action.value}`;
      if (contact.categories?.includes(name)) return;
      mailbox.edit(target.id, { ...contact, categories: [...(contact.categories ?? []), name] });
      target.ownCategories.add(name);
      noteUsersCategories(model, target.id, name);
      return;
    }
    case 'userDeletesWithFolder': {
      const target = pick(contactsInFolders(stand), action.contact);
      // One whose creation nobody has heard of yet is looked for in our folder only.
      if (!target || !(await isInLedger(stand, target))) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      const folderId = mailbox.addFolder(`Gone with ${target.id}/Below`);
      mailbox.move(target.id, folderId);
      mailbox.deleteFolder(mailbox.folder(folderId).parentFolderId);
      noteUsersMove(model, target.id, undefined);
      target.deletedBy = 'user';
      return;
    }
    case 'userDeletes':
    case 'userPurges': {
      const target = pick(contactsInFolders(stand), action.contact);
      if (!target) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      if (action.do === 'userDeletes') mailbox.remove(target.id);
      else mailbox.purge(target.id);
      noteUsersMove(model, target.id, undefined);
      target.deletedBy = 'user';
      return;
    }
    case 'userRestores': {
      const restorable = [...model.targets.values()].filter(target => isRestorable(stand, target));
      const target = pick(restorable, action.contact);
      const folderId = target && folderOf(stand, target.listId, target.mailboxId);
      if (!target || folderId === undefined) return;
      system.graph.mailbox(target.mailboxId).move(target.id, folderId);
      target.deletedBy = undefined;
      target.movedByUser = false;
      target.restoredByUser = true;
      const own = model.adoptable.get(target.id);
      if (own) own.isImageLost = true;
      noteUsersMove(model, target.id, folderId);
      target.restoredDuringWork = stand.system.runningHandlers() > 0;
      return;
    }
    case 'userCopies': {
      const target = pick(contactsInFolders(stand), action.contact);
      // A copy that is the user's may be taken over in its turn.
      if (model.existing !== 'leave') return;
      // One whose creation nobody has heard of yet cannot be told from its copy.
      if (!target || !(await isInLedger(stand, target))) return;
      const mailbox = system.graph.mailbox(target.mailboxId);
      const id = mailbox.copy(target.id);
      const edited = action.edited
        ? { ...mailbox.contact(id).contact, jobTitle: `copy ${id}${personalMark}` }
        : undefined;
      if (edited) mailbox.edit(id, edited);
      model.copies.set(id, { original: target, edited });
      return;
    }
    case 'userDeletesFolder':
    case 'userAddsContact':
    case 'userAddsFolder': {
      const [list, mailboxId] = [pick(model.lists, action.list), pick(model.mailboxes, action.mailbox)];
      if (!list || mailboxId === undefined) return;
      const folderId = folderOf(stand, list.id, mailboxId);
      if (folderId === undefined) return;
      const mailbox = system.graph.mailbox(mailboxId);
      if (action.do !== 'userDeletesFolder') {
        const own = action.do === 'userAddsFolder' ? mailbox.addFolder('Below', folderId) : folderId;
        const contact: Contact = { displayName: `own ${model.ownContacts.size}${personalMark}` };
        model.ownContacts.set(mailbox.add(own, contact), { mailboxId, folderId: own, contact });
        return;
      }
      mailbox.binFolder(folderId);
      for (const [id, own] of model.ownContacts) {
        if (own.mailboxId === mailboxId && mailbox.isDeleted(own.folderId)) model.ownContacts.delete(id);
      }
      // What a pass has just found there is still written, in Deleted Items.
      for (const [id, own] of model.adoptable) {
        const lies = own.mailboxId === mailboxId && mailbox.contacts.get(id)?.folderId;
        if (lies && mailbox.isDeleted(lies)) noteUsersMove(model, id, undefined);
      }
      model.lostFolders.add(`${list.id} ${mailboxId}`);
      forget(model, list.id, mailboxId);
      return;
    }
    default:
      throw new Error(`${action.do} is nothing that a user does`);
  }
}

/** The folder of a list in a mailbox by the name that the settings give it now. */
export function folderOf({ model, system }: Stand, listId: string, mailboxId: string): string | undefined {
  const list = model.lists.find(({ id }) => id === listId);
  return list && system.graph.mailbox(mailboxId).findFolder([settingsFor(model, list, mailboxId).folder])?.id;
}

/** Contacts of ours that lie where a list's folder is. */
function contactsInFolders(stand: Stand): TargetContact[] {
  return [...stand.model.targets.values()].filter(target => {
    const found = stand.system.graph.mailbox(target.mailboxId).contacts.get(target.id);
    return found !== undefined && found.folderId === folderOf(stand, target.listId, target.mailboxId);
  });
}

export async function isInLedger({ system }: Stand, { mailboxId, listId, id }: TargetContact): Promise<boolean> {
  const ledger = await openMailboxPartition(system.tables.mailboxes, mailboxId).readLedger(listId);
  return ledger.some(entry => contactIdOf(entry) === id);
}

/** In Deleted Items by the user's own doing, and not there in another copy. */
function isRestorable(stand: Stand, target: TargetContact): boolean {
  const mailbox = stand.system.graph.mailbox(target.mailboxId);
  const list = stand.model.lists.find(({ id }) => id === target.listId);
  if (!list?.isPresent || !isReceiver(list, target.mailboxId)) return false;
  if (target.deletedBy !== 'user' || mailbox.contacts.get(target.id)?.folderId !== mailbox.deletedItemsId) return false;
  const others = [...stand.model.targets.values()].filter(
    ({ id, mailboxId, listId, sourceKey }) =>
      id !== target.id && mailboxId === target.mailboxId && listId === target.listId && sourceKey === target.sourceKey,
  );
  return others.every(({ id }) => !isLive(mailbox, id));
}

function isLive(mailbox: GraphMailbox, contactId: string): boolean {
  const found = mailbox.contacts.get(contactId);
  return found !== undefined && found.folderId !== mailbox.deletedItemsId && !mailbox.isDeleted(found.folderId);
}
