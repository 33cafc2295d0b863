import type { Contact } from '../../shared/domain/contact.ts';
import type { ContactWrite } from '../../shared/ports/contactMailbox.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import { isOurs } from './isOurs.ts';
import {
  type AdoptableContact,
  type ComparedField,
  comparedFields,
  isEqual,
  type Model,
  newTarget,
  noteViolation,
} from './model.ts';

export function noteAdoptable(
  model: Model,
  id: string,
  {
    mailboxId,
    folderId,
    contact,
    photo,
  }: Pick<AdoptableContact, 'mailboxId' | 'folderId' | 'photo'> & { contact: Contact },
): void {
  const values = new Map(comparedFields.map(field => [field, [contact[field]] as unknown[]]));
  model.adoptable.set(id, { mailboxId, folderId, values, photo, isImageLost: false });
}

/** The user put it into another folder, or deleted it. */
export function noteUsersMove({ adoptable }: Model, id: string, folderId: string | undefined): void {
  const own = adoptable.get(id);
  if (own) own.folderId = folderId;
}

/** The user has the field so from now on. */
export function noteUsersValue({ adoptable }: Model, id: string, field: ComparedField, value: unknown): void {
  adoptable.get(id)?.values.get(field)?.push(value);
}

/** Beside those that it has, in any selection and order of what it ever had: merging keeps the user's and no more. */
export function noteUsersCategories({ adoptable }: Model, id: string, name: string): void {
  const values = adoptable.get(id)?.values.get('categories');
  const last = (values?.at(-1) ?? []) as readonly string[];
  if (!last.includes(name)) values?.push([...last, name]);
}

/** A write to a contact that was the user's, which is never deleted. */
export function checkAdoption(model: Model, write: ContactWrite): void {
  if (write.kind === 'delete') noteViolation(model, 'UNSTAMPED', `delete of the adopted ${write.contactId}`);
}

/** The contact is one of the list's from now on, or the user's again. */
export function noteAdoption(model: Model, mailboxId: string, write: ContactWrite): void {
  if (write.kind === 'unstamp') model.targets.delete(write.contactId);
  if (write.kind !== 'patch' || !write.key) return;
  const { contactId, contact, key } = write;
  const known = model.targets.get(contactId);
  const written = new Map(comparedFields.map(field => [field, contact[field] as unknown]));
  const target = newTarget(contactId, mailboxId, key, written);
  model.targets.set(contactId, { ...target, deletedBy: known?.deletedBy, movedByUser: known?.movedByUser ?? false });
}

/** Nothing that was the user's is lost, or holds anything that the user never gave it once it is the user's again. */
export function compareAdoptable(model: Model, graph: MemoryGraph): void {
  for (const [id, own] of model.adoptable) {
    const mailbox = graph.mailbox(own.mailboxId);
    const found = mailbox.contacts.get(id);
    if (own.folderId === undefined) continue;
    if (!found || found.folderId === mailbox.deletedItemsId || mailbox.isDeleted(found.folderId)) {
      noteViolation(model, 'OWN-LOST', `${id} of ${own.mailboxId}`);
      continue;
    }
    if (found.folderId !== own.folderId) noteViolation(model, 'OWN-MOVED', id);
    if (own.photo && !isEqual(own.photo, found.photo)) noteViolation(model, 'OWN-PHOTO', id);
    if (isOurs(found) || own.isImageLost) continue;
    for (const [field, values] of own.values) {
      if (values.some(value => isEqual(inOrder(value), inOrder(found.contact[field])))) continue;
      noteViolation(model, 'OWN-CHANGED', `${field} of ${id} is ${JSON.stringify(found.contact[field])}`);
    }
  }
}

function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value;
}
