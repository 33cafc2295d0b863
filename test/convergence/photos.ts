import type { PhotoWrite } from '../../shared/ports/contactMailbox.ts';
import type { GraphMailbox, StoredContact } from '../memory/graphMailbox.ts';
import { type Model, noteViolation, type SourceContact, type SourcePerson, type TargetContact } from './model.ts';
import type { Place } from './places.ts';

/** A JPEG of this number; nothing for 0. */
function photoOf(value: number): Uint8Array {
  return Uint8Array.from(value === 0 ? [] : [0xff, 0xd8, 0xff, value]);
}

/** Beyond what sources have. */
const usersPhoto = 99;

/** The source's contact gets another photo, or loses the one that it has. */
export function changePhoto({ setPhoto }: Place, contact: SourceContact, value: number): void {
  if (!setPhoto) return;
  contact.photos = [...(contact.photos ?? []), value];
  setPhoto(contact.id, photoOf(value));
}

/** Some contacts of the user's own have a photo, which stays. */
export function giveUsersPhoto(model: Model, mailbox: GraphMailbox, contactId: string): void {
  const own = model.adoptable.get(contactId);
  if (!own) return;
  model.adoptable.set(contactId, { ...own, hasPhoto: true });
  mailbox.setPhoto(contactId, photoOf(usersPhoto));
}

/** A photo is about to be written: never over the user's. */
export function checkPhotoWrite({ adoptable }: Model, { contactId }: PhotoWrite): string | undefined {
  return adoptable.get(contactId)?.hasPhoto ? `over the user's own of ${contactId}` : undefined;
}

/** The target holds the source's photo; where the source has none any more, perhaps one of before. */
export function comparePhoto(
  model: Model,
  { photos = [] }: Pick<SourcePerson, 'photos'>,
  target: TargetContact,
  { photo }: StoredContact,
  place: string,
): void {
  const own = model.adoptable.get(target.id);
  const found = photo?.[3] ?? 0;
  const wanted = photos.at(-1) ?? 0;
  if (own?.hasPhoto) {
    if (found !== usersPhoto) noteViolation(model, 'OWN-PHOTO', `${found} in ${place}`);
    return;
  }
  const mayBe = wanted === 0 ? [0, ...photos] : [wanted];
  // Where no row tells any more that it is ours, it counts as the user's.
  if (own?.isImageLost && found !== 0) return;
  if (!mayBe.includes(found)) noteViolation(model, 'PHOTO', `${found} in ${place}, wanted ${wanted}`);
}
