/** Contacts of a mailbox. https://learn.microsoft.com/graph/api/resources/contact */
import { contactEntity, readSelect, readStored, type View } from './contactEntity.ts';
import { requestedFolder } from './contactFolders.ts';
import { type ContactRules, writeProperties } from './contactProperties.ts';
import { contactFilter, contactOrder } from './contactQueries.ts';
import { type GraphAnswer, linkTo, preferenceHeaders } from './exchange.ts';
import { readExpand } from './extendedProperties.ts';
import { GraphError, itemNotFound, quotaExceeded, unparsableQuery } from './graphError.ts';
import { readContactId } from './identifiers.ts';
import {
  addContact,
  type Contact,
  changeContact,
  contactsOf,
  countItems,
  deleteContact,
  type Mailbox,
} from './mailbox.ts';
import { readPaging } from './queryOptions.ts';
import { findByAddress } from './tenant.ts';
import { type MailboxCall, parameter, type World } from './world.ts';

export function listContacts(call: MailboxCall): GraphAnswer {
  const { request, mailbox, preferences } = call;
  const { query } = request;
  if (query.has('$search')) throw unparsableQuery("The query option '$search' is not supported.");
  const view = readView(call, true);
  const { skip, top, count } = readPaging(query, 10);
  const folder = requestedFolder(call);
  const filter = query.get('$filter');
  const filtered = contactsOf(mailbox, folder.number).filter(contactFilter(filter));
  const found = contactOrder(query.get('$orderby'), filtered);
  return {
    status: 200,
    headers: preferenceHeaders(preferences),
    body: {
      '@odata.context': context(call),
      ...(count ? { '@odata.count': filter === null ? countItems(mailbox, folder) : found.length } : {}),
      value: found.slice(skip, skip + top).map(contact => contactEntity(mailbox, contact, view)),
      ...(skip + top < found.length ? { '@odata.nextLink': linkTo(request, { $skip: String(skip + top) }) } : {}),
    },
  };
}

/** `/contacts/$count`: a plain number. */
export function countContacts(call: MailboxCall): GraphAnswer {
  const folder = requestedFolder(call);
  const filter = call.request.query.get('$filter');
  const count =
    filter === null
      ? countItems(call.mailbox, folder)
      : contactsOf(call.mailbox, folder.number).filter(contactFilter(filter)).length;
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

export function getContact(call: MailboxCall): GraphAnswer {
  return answer(call, 200, requestedContact(call));
}

export function createContact(call: MailboxCall): GraphAnswer {
  const folder = requestedFolder(call);
  const stored = writeProperties({}, call.request.body, contactRules(call.world));
  if (call.user.state === 'overQuota') throw quotaExceeded();
  const contact = addContact(call.mailbox, folder, JSON.stringify(stored), call.world.now());
  call.world.notifier.contactChanged(call.user, contact, folder.number, 'created');
  return answer(call, 201, contact, stored);
}

export function updateContact(call: MailboxCall): GraphAnswer {
  const contact = requestedContact(call);
  const stored = writeProperties(readStored(contact), call.request.body, contactRules(call.world));
  changeContact(call.mailbox, contact, JSON.stringify(stored), call.world.now());
  call.world.notifier.contactChanged(call.user, contact, contact.folder, 'updated');
  return answer(call, 200, contact, stored);
}

export function removeContact(call: MailboxCall): GraphAnswer {
  removeFrom(call, requestedContact(call), false);
  return { status: 204 };
}

/** Wants a Content-Length, as Exchange's front end does. */
export function permanentlyDeleteContact(call: MailboxCall): GraphAnswer {
  const { headers } = call.request;
  if (headers['content-length'] === undefined) {
    throw new GraphError(411, 'LengthRequired', 'The request must have a Content-Length header.');
  }
  const contact = requestedContact(call);
  const { permanentDeleteKeepsBirthdays } = call.world.contactBehaviour;
  removeFrom(call, contact, !(permanentDeleteKeepsBirthdays && 'birthday' in readStored(contact)));
  return { status: 204 };
}

/** The contact that an id of either form names. @throws ErrorInvalidIdMalformed, ErrorInvalidMailboxItemId, ErrorItemNotFound */
export function findContact(mailbox: Mailbox, id: string): Contact {
  const reference = readContactId(mailbox, id);
  const contact = mailbox.contacts.get(reference.item);
  if (!contact || (reference.moves !== undefined && reference.moves !== contact.moves)) throw itemNotFound();
  return contact;
}

function removeFrom(call: MailboxCall, contact: Contact, forGood: boolean): void {
  const { folder } = contact;
  deleteContact(call.mailbox, contact, call.world.now(), forGood);
  call.world.notifier.contactChanged(call.user, contact, folder, 'deleted');
}

/** The contact that the path names, in the folder that it names. @throws what findContact does */
export function requestedContact(call: MailboxCall): Contact {
  const folder = call.parameters.folder === undefined ? undefined : requestedFolder(call);
  const contact = findContact(call.mailbox, parameter(call, 'contact'));
  if (folder && contact.folder !== folder.number) throw itemNotFound();
  return contact;
}

function readView(call: MailboxCall, inCollection: boolean): View {
  const { query } = call.request;
  return {
    immutableIds: call.preferences.immutableIds,
    inCollection,
    select: readSelect(query.get('$select')),
    expand: readExpand(query.get('$expand')),
  };
}

function answer(call: MailboxCall, status: number, contact: Contact, stored = readStored(contact)): GraphAnswer {
  const all = { immutableIds: call.preferences.immutableIds, inCollection: false, select: undefined, expand: [] };
  const view = call.request.method === 'GET' ? readView(call, false) : all;
  const entity = contactEntity(call.mailbox, contact, view, stored);
  return {
    status,
    headers: { ...preferenceHeaders(call.preferences), ETag: String(entity['@odata.etag']) },
    body: { '@odata.context': `${context(call)}/$entity`, ...entity },
  };
}

function context(call: MailboxCall): string {
  const user = encodeURIComponent(parameter(call, 'user'));
  const folder =
    call.parameters.folder === undefined ? '' : `/contactFolders('${encodeURIComponent(call.parameters.folder)}')`;
  return `${call.request.origin}/v1.0/$metadata#users('${user}')${folder}/contacts`;
}

function contactRules({ tenant, contactBehaviour }: World): ContactRules {
  return {
    refuseEmptyAddresses: contactBehaviour.refuseEmptyAddresses,
    directoryName: address => {
      const name = contactBehaviour.directoryNames ? findByAddress(tenant, address)?.properties.displayName : undefined;
      return typeof name === 'string' ? name : undefined;
    },
  };
}
