/** Controls over one mailbox: what its user, an older client or an administrator of Exchange does there. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { contactId, readStored } from './contactEntity.ts';
import { resolveFolder } from './contactFolders.ts';
import { contactProperties } from './contactProperties.ts';
import { findContact } from './contacts.ts';
import { controlledWorld, readControl } from './controlRequests.ts';
import { recordUserDeleted, recordUserRestored } from './directoryChanges.ts';
import { invalidUser } from './graphError.ts';
import { folderId, formerIdCodes } from './identifiers.ts';
import {
  addContact,
  binFolder,
  type Contact,
  changeContact,
  contactsFolder,
  createFolder,
  deletedItemsFolder,
  getFolder,
  type Mailbox,
  moveContact,
  moveFolder,
} from './mailbox.ts';
import { jpegOf } from './photo.ts';
import { findByAddress, lookUpUser, mailboxStates, replaceMailbox, type User } from './tenant.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

const parametersSchema = z.object({ id: z.string() });
const stateSchema = z.strictObject({ state: z.enum(mailboxStates), forSeconds: z.number().min(0).optional() });
const replaceSchema = z.strictObject({ code: z.enum(formerIdCodes).default('ErrorInvalidMailboxItemId') });
const moveContactSchema = z.strictObject({ contactId: z.string(), folderId: z.string() });
const copyContactSchema = z.strictObject({ contactId: z.string(), folderId: z.string().optional() });
/** `photoBytes`: of a photo that may be larger than what Graph takes in a request. */
const storeContactSchema = z.strictObject({
  contactId: z.string(),
  properties: z
    .record(z.string(), z.unknown())
    .refine(properties => Object.keys(properties).every(name => name in contactProperties), 'no property of a contact')
    .default({}),
  photoBytes: z.int().min(3).max(100_000_000).optional(),
});
const folderSchema = z.strictObject({ folderId: z.string() });
const moveFolderSchema = z.strictObject({ folderId: z.string(), parentFolderId: z.string() });
const hiddenFolderSchema = z.strictObject({ displayName: z.string().min(1), parentFolderId: z.string().optional() });
const contactGroupSchema = z.strictObject({ folderId: z.string().default('contacts'), displayName: z.string().min(1) });
const folderNamesSchema = z.strictObject({ contacts: z.string().optional(), deletedItems: z.string().optional() });

export function registerMailboxControls(app: FastifyInstance, worlds: Worlds): void {
  function control<Body>(
    name: string,
    schema: z.ZodType<Body>,
    effect: (mailbox: Mailbox, body: Body, user: User, world: World) => object,
  ): void {
    app.post(`/_simulator/mailboxes/:id/${name}`, request => {
      const world = controlledWorld(worlds, request);
      const user = requestedUser(world, request);
      if (!user.mailbox) throw invalidUser(user.id);
      return effect(user.mailbox, readControl(schema, request), user, world);
    });
  }

  app.post('/_simulator/mailboxes/:id/state', request => {
    const world = controlledWorld(worlds, request);
    const user = requestedUser(world, request);
    const { state, forSeconds } = readControl(stateSchema, request);
    if (state === 'deleted') recordUserDeleted(world, user);
    else if (user.state === 'deleted') recordUserRestored(world, user);
    user.state = state;
    user.stateEndsAt = forSeconds === undefined ? undefined : world.now() + forSeconds * 1000;
    return {};
  });
  control('replace', replaceSchema, (_mailbox, { code }, user, world) => {
    replaceMailbox(world.tenant, user, code);
    return {};
  });

  control('moveContact', moveContactSchema, (mailbox, body, user, world) => {
    const contact = findContact(mailbox, body.contactId);
    const from = contact.folder;
    moveContact(mailbox, contact, resolveFolder(mailbox, body.folderId), world.now());
    world.notifier.contactChanged(user, contact, from, 'deleted');
    world.notifier.contactChanged(user, contact, contact.folder, 'created');
    return idsOf(mailbox, contact);
  });
  control('copyContact', copyContactSchema, (mailbox, body, user, world) => {
    const original = findContact(mailbox, body.contactId);
    const folder =
      body.folderId === undefined ? getFolder(mailbox, original.folder) : resolveFolder(mailbox, body.folderId);
    const copy = addContact(mailbox, folder, original.properties, world.now());
    copy.photo = original.photo;
    world.notifier.contactChanged(user, copy, copy.folder, 'created');
    return idsOf(mailbox, copy);
  });
  control('storeContact', storeContactSchema, (mailbox, body, user, world) => {
    const contact = findContact(mailbox, body.contactId);
    if (body.photoBytes !== undefined) contact.photo = jpegOf(body.photoBytes);
    changeContact(mailbox, contact, JSON.stringify({ ...readStored(contact), ...body.properties }), world.now());
    world.notifier.contactChanged(user, contact, contact.folder, 'updated');
    return {};
  });

  control('moveFolder', moveFolderSchema, (mailbox, body) => {
    moveFolder(mailbox, resolveFolder(mailbox, body.folderId), resolveFolder(mailbox, body.parentFolderId).number);
    return {};
  });
  control('deleteFolder', folderSchema, (mailbox, { folderId: id }) => {
    binFolder(mailbox, resolveFolder(mailbox, id));
    return {};
  });
  control('hiddenFolder', hiddenFolderSchema, (mailbox, { displayName, parentFolderId }) => {
    const parent = parentFolderId === undefined ? contactsFolder : resolveFolder(mailbox, parentFolderId).number;
    return { id: folderId(mailbox.key, createFolder(mailbox, parent, displayName, true).number) };
  });
  control('contactGroup', contactGroupSchema, (mailbox, body) => {
    resolveFolder(mailbox, body.folderId).contactGroups.push(body.displayName);
    return {};
  });
  control('folderNames', folderNamesSchema, (mailbox, { contacts, deletedItems }) => {
    if (contacts !== undefined) getFolder(mailbox, contactsFolder).displayName = contacts;
    if (deletedItems !== undefined) getFolder(mailbox, deletedItemsFolder).displayName = deletedItems;
    return {};
  });
}

function requestedUser(world: World, request: FastifyRequest): User {
  const { id } = parametersSchema.parse(request.params);
  const user = lookUpUser(world.tenant, id) ?? findByAddress(world.tenant, id);
  if (!user) throw invalidUser(id);
  return user;
}

function idsOf(mailbox: Mailbox, contact: Contact): { id: string; immutableId: string } {
  return { id: contactId(mailbox, contact, false), immutableId: contactId(mailbox, contact, true) };
}
