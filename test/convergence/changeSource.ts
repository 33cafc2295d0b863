import type { Action } from './actions.ts';
import { joinedList, type Model, type SourceContact } from './model.ts';
import { pick } from './pick.ts';
import { addSourceContact, placeOf, type Stand, samplePhoto, sampleValue } from './scene.ts';

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
    case 'changeOwner': {
      const contact = pick(there, action.contact);
      if (!contact || isJoined(model, contact)) return;
      const { manager: _, ...others } = contact.contact;
      contact.contact = action.owner === 0 ? others : { ...others, manager: `target${action.owner - 1}@contoso.com` };
      placeOf(model, contact.lastFolderId).edit(contact.id, contact.contact);
      return;
    }
    case 'markPrivate': {
      const contact = pick(there, action.contact);
      if (!contact) return;
      const { markPrivate } = placeOf(model, contact.lastFolderId);
      // Of a person of several sources it would be one part that is private.
      if (!markPrivate || isJoined(model, contact)) return;
      contact.isPrivate = !contact.isPrivate;
      markPrivate(contact.id, contact.isPrivate);
      return;
    }
    case 'changePhoto': {
      const contact = pick(there, action.contact);
      const { setPhoto } = contact ? placeOf(model, contact.lastFolderId) : {};
      if (!contact || !setPhoto || !model.hasPhotos) return;
      contact.photo = samplePhoto(action.value);
      setPhoto(contact.id, contact.photo);
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
      const place = pick([...model.places.keys()], action.folder);
      for (const contact of there) if (contact.folderId === place) remove(stand, contact);
      return;
    }
    case 'restoreAll':
      for (const contact of deleted) restore(stand, contact);
      return;
    case 'importAnew': {
      const place = pick([...model.places.keys()], action.folder);
      for (const contact of [...model.source.values()]) {
        if (contact.lastFolderId === place) importAnew(stand, contact);
      }
      return;
    }
    case 'breakPlace':
    case 'mendPlace':
    case 'killCursors': {
      const place = pick([...model.places.values()], action.place);
      const list = model.lists.find(({ sourceFolders }) => sourceFolders.includes(place?.id ?? ''));
      if (!place || !list) return;
      if (action.do === 'killCursors') place.killCursors();
      if (action.do === 'breakPlace') place.breakOff();
      if (action.do === 'mendPlace') place.mend();
      list.isSourceBroken = list.sourceFolders.some(id => model.places.get(id)?.isBroken);
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
        const place = placeOf(model, list.sourceFolders[0] ?? '');
        if (action.do === 'breakSource') place.breakOff();
        else place.mend();
        list.isSourceBroken = list.sourceFolders.some(id => model.places.get(id)?.isBroken);
      }
      return;
    }
    default:
      throw new Error(`${action.do} does nothing to a source`);
  }
}

function edit({ model }: Stand, contact: SourceContact, field: string, value: unknown): void {
  const place = placeOf(model, contact.lastFolderId);
  if (isJoined(model, contact) && (!heldByAll.includes(field) || (field === 'displayName' && value === undefined)))
    return;
  const { [field]: _, ...others } = contact.contact as Record<string, unknown>;
  contact.contact = value === undefined ? others : { ...others, [field]: value };
  place.edit(contact.id, contact.contact);
  // It may meet the list's condition no longer.
  if (isJoined(model, contact)) forgetContact(model, contact);
}

/** What every kind of source can hold. */
const heldByAll: readonly string[] = ['displayName', 'department', 'mobilePhone'];

function isJoined({ lists }: Model, { lastFolderId }: SourceContact): boolean {
  return lists.some(({ id, sourceFolders }) => id === joinedList && sourceFolders.includes(lastFolderId));
}

function remove({ model }: Stand, contact: SourceContact): void {
  const place = placeOf(model, contact.lastFolderId);
  if (!place.mayLose()) return;
  contact.folderId = undefined;
  place.remove(contact.id);
  forgetContact(model, contact);
}

function restore({ model }: Stand, contact: SourceContact): void {
  contact.folderId = contact.lastFolderId;
  placeOf(model, contact.lastFolderId).restore(contact.id, contact.contact);
}

function importAnew({ model }: Stand, contact: SourceContact): void {
  const place = placeOf(model, contact.lastFolderId);
  if (place.kind !== 'contactFolder') return;
  if (contact.folderId !== undefined) place.remove(contact.id);
  model.source.delete(contact.id);
  const id = place.add(contact.contact);
  if (contact.isPrivate) place.markPrivate?.(id, true);
  model.source.set(id, {
    ...contact,
    id,
    photo: undefined,
    formerIds: [...contact.formerIds, contact.id],
    folderId: contact.lastFolderId,
    wasGone: true,
  });
}

/** To another folder of the same list. */
function move({ model, system }: Stand, contact: SourceContact, folderIndex: number): void {
  const list = model.lists.find(({ sourceFolders: ids }) => ids.includes(contact.lastFolderId));
  const folderId = pick(list?.sourceFolders ?? [], folderIndex);
  if (!list || list.id === joinedList || folderId === undefined) return;
  contact.folderId = folderId;
  contact.lastFolderId = folderId;
  system.graph.mailbox(list.sourceMailbox).move(contact.id, folderId);
}

/** What users did with a contact is forgotten once the source removed it, or one of those that are the same person. */
function forgetContact(model: Model, contact: SourceContact): void {
  const address = contact.contact.emailAddresses?.[0]?.address;
  const isSame = (other: SourceContact) =>
    isJoined(model, other) && other.contact.emailAddresses?.[0]?.address === address;
  const all = isJoined(model, contact) ? [...model.source.values()].filter(isSame) : [contact];
  for (const each of all) each.wasGone = true;
  const keys = all.flatMap(({ id, formerIds }) => [id, ...formerIds]);
  for (const target of model.targets.values()) {
    if (keys.some(key => target.sourceKey === key || target.sourceKey.startsWith(`${key}@`))) target.isForgotten = true;
  }
}
