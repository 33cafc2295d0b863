/** Photos of contacts, of one size and not to be deleted. https://learn.microsoft.com/graph/api/resources/profilephoto */
import { requestedContact } from './contacts.ts';
import type { GraphAnswer } from './exchange.ts';
import { itemNotFound, unparsableQuery } from './graphError.ts';
import { type Contact, changeContact } from './mailbox.ts';
import { type Photo, photoEntity, readPhoto } from './photo.ts';
import type { MailboxCall } from './world.ts';

export function getContactPhoto(call: MailboxCall): GraphAnswer {
  return { status: 200, body: photoEntity(photoOf(requestedContact(call))) };
}

export function getContactPhotoBytes(call: MailboxCall): GraphAnswer {
  const { type, bytes } = photoOf(requestedContact(call));
  return { status: 200, headers: { 'Content-Type': type }, body: bytes };
}

/** A change of the contact: it shows in delta, without the photo. */
export function setContactPhoto(call: MailboxCall): GraphAnswer {
  const contact = requestedContact(call);
  contact.photo = readPhoto(call.request.body, call.request.headers['content-type']);
  changeContact(call.mailbox, contact, contact.properties, call.world.now());
  call.world.notifier.contactChanged(call.user, contact, contact.folder, 'updated');
  return { status: 200 };
}

/** https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7371 */
export function refuseContactPhotoSize(): GraphAnswer {
  throw unparsableQuery('Unsupported segment type.');
}

function photoOf({ photo }: Contact): Photo {
  if (!photo) throw itemNotFound();
  return photo;
}
