import { failure } from '../memory/graphFaults.ts';
import type { Action } from './actions.ts';
import type { Model, SourceContact } from './model.ts';
import { pick } from './pick.ts';
import { addSourceContact, type Stand, sampleValue, sourceFolders, sourceMailboxOf } from './scene.ts';

/** What happens at the sources. */
export function changeSource(action: Action, stand: Stand): void {
  const { model, system } = stand;
  const there = [...model.source.values()].filter(({ folderId }) => folderId !== undefined);
  const deleted = [...model.source.values()].filter(({ folderId }) => folderId === undefined);
  switch (action.do) {
    case 'addContact':
      addSourceContact(stand, action.folder, action.value);
      return;
    case 'editContact': {
      const contact = pick(there, action.contact);
      if (contact) edit(stand, contact, action.field, sampleValue(action.field, action.value));
      return;
    }
    case 'markPrivate': {
      const contact = pick(there, action.contact);
      if (!contact) return;
      contact.isPrivate = !contact.isPrivate;
      system.graph.mailbox(sourceMailboxOf(model, contact.lastFolderId)).markPrivate(contact.id, contact.isPrivate);
      return;
    }
    case 'removeContact': {
      const contact = pick(there, action.contact);
      if (contact) remove(stand, contact);
      return;
    }
    case 'restoreContact': {
      const contact = pick(deleted, action.contact);
      if (contact) restore(stand, contact);
      return;
    }
    case 'moveContact': {
      const contact = pick(there, action.contact);
      if (contact) move(stand, contact, action.folder);
      return;
    }
    case 'removeAll': {
      const folder = pick(sourceFolders(model), action.folder);
      for (const contact of there) if (contact.folderId === folder?.folderId) remove(stand, contact);
      return;
    }
    case 'restoreAll':
      for (const contact of deleted) restore(stand, contact);
      return;
    case 'importAnew': {
      const folder = pick(sourceFolders(model), action.folder);
      for (const contact of [...model.source.values()]) {
        if (contact.lastFolderId === folder?.folderId) importAnew(stand, contact);
      }
      return;
    }
    case 'killDeltaTokens':
    case 'breakSource':
    case 'mendSource':
    case 'fillSource': {
      const list = pick(model.lists, action.list);
      if (!list) return;
      const mailbox = system.graph.mailbox(list.sourceMailbox);
      if (action.do === 'killDeltaTokens') mailbox.killDeltaTokens();
      if (action.do === 'fillSource') mailbox.overQuota = !mailbox.overQuota;
      if (action.do === 'breakSource' || action.do === 'mendSource') {
        list.isSourceBroken = action.do === 'breakSource';
        mailbox.failure = list.isSourceBroken ? failure('accessDenied') : undefined;
      }
      return;
    }
    default:
      throw new Error(`${action.do} does nothing to a source`);
  }
}

function edit({ model, system }: Stand, contact: SourceContact, field: string, value: unknown): void {
  const { [field]: _, ...others } = contact.contact as Record<string, unknown>;
  contact.contact = value === undefined ? others : { ...others, [field]: value };
  system.graph.mailbox(sourceMailboxOf(model, contact.lastFolderId)).edit(contact.id, contact.contact);
}

function remove({ model, system }: Stand, contact: SourceContact): void {
  contact.folderId = undefined;
  system.graph.mailbox(sourceMailboxOf(model, contact.lastFolderId)).remove(contact.id);
  forgetContact(model, contact);
}

function restore({ model, system }: Stand, contact: SourceContact): void {
  contact.folderId = contact.lastFolderId;
  system.graph.mailbox(sourceMailboxOf(model, contact.lastFolderId)).move(contact.id, contact.lastFolderId);
}

function importAnew({ model, system }: Stand, contact: SourceContact): void {
  const mailbox = system.graph.mailbox(sourceMailboxOf(model, contact.lastFolderId));
  if (contact.folderId !== undefined) mailbox.remove(contact.id);
  model.source.delete(contact.id);
  const id = mailbox.add(contact.lastFolderId, contact.contact);
  if (contact.isPrivate) mailbox.markPrivate(id);
  model.source.set(id, {
    ...contact,
    id,
    formerIds: [...contact.formerIds, contact.id],
    folderId: contact.lastFolderId,
  });
}

/** To another folder of the same list. */
function move({ model, system }: Stand, contact: SourceContact, folderIndex: number): void {
  const list = model.lists.find(({ sourceFolders: ids }) => ids.includes(contact.lastFolderId));
  const folderId = pick(list?.sourceFolders ?? [], folderIndex);
  if (!list || folderId === undefined) return;
  contact.folderId = folderId;
  contact.lastFolderId = folderId;
  system.graph.mailbox(list.sourceMailbox).move(contact.id, folderId);
}

/** What users did with a contact is forgotten once the source removed it. */
function forgetContact(model: Model, { id, formerIds }: SourceContact): void {
  for (const target of model.targets.values()) {
    if ([id, ...formerIds].includes(target.sourceKey)) target.isForgotten = true;
  }
}
