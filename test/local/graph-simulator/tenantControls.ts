/** Controls over a tenant: how Graph behaves there, what its administrators do, what came of its mail. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { controlledWorld, readControl } from './controlRequests.ts';
import { expiryCodes } from './deltaTokens.ts';
import { recordChanged, recordCreated, recordGone, recordMember } from './directoryChanges.ts';
import { isDirectoryProperty } from './directoryProperties.ts';
import { directoryObjectNotFound } from './graphError.ts';
import { makeGroup } from './groups.ts';
import { lifecycleEvents } from './notifications.ts';
import {
  addUser,
  findUser,
  type Group,
  newHistory,
  type OrgContact,
  proxyAddressesOf,
  tenantDomain,
  type User,
} from './tenant.ts';
import { missingPhotoAnswers } from './userPhotos.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

const mailboxesSchema = z.strictObject({
  count: z.number().int().min(1),
  prefix: z.string().min(1),
  group: z.string().min(1).optional(),
});
const expirySchema = z.strictObject({ code: z.enum(expiryCodes).default('SyncStateNotFound') });
const deltaBehaviourSchema = z.strictObject({
  shuffle: z.boolean().optional(),
  repeatRows: z.boolean().optional(),
  emptyPages: z.boolean().optional(),
  lagSeconds: z.number().min(0).optional(),
  replayChanges: z.number().int().min(0).optional(),
});
const contactBehaviourSchema = z.strictObject({
  directoryNames: z.boolean().optional(),
  refuseEmptyAddresses: z.boolean().optional(),
  permanentDeleteKeepsBirthdays: z.boolean().optional(),
});
const photoBehaviourSchema = z.strictObject({ missing: z.enum(missingPhotoAnswers) });
const notificationBehaviourSchema = z.strictObject({ drop: z.boolean().optional(), duplicate: z.boolean().optional() });
const lifecycleSchema = z.strictObject({ event: z.enum(lifecycleEvents) });
const orgContactSchema = z
  .record(z.string(), z.unknown())
  .refine(given => Object.keys(given).every(name => isDirectoryProperty('orgContact', name)), 'no property of one');
const applicationSchema = z.strictObject({
  clientId: z.string().min(1),
  consented: z.boolean().default(true),
  clientSecret: z.string().optional(),
  federatedCredential: z.strictObject({ issuer: z.string(), subject: z.string() }).optional(),
  mailboxes: z.array(z.string()).optional(),
});
const parametersSchema = z.object({ id: z.string() });

export function registerTenantControls(app: FastifyInstance, worlds: Worlds): void {
  function control<Body>(path: string, schema: z.ZodType<Body>, effect: (world: World, body: Body) => object): void {
    app.post(`/_simulator${path}`, request => effect(controlledWorld(worlds, request), readControl(schema, request)));
  }

  control('/delta/expire', expirySchema, (world, { code }) => {
    world.deltaExpiry = { epoch: world.deltaExpiry.epoch + 1, code };
    return {};
  });
  control('/delta/behaviour', deltaBehaviourSchema, (world, body) => Object.assign(world.deltaBehaviour, body));
  control('/contacts/behaviour', contactBehaviourSchema, (world, body) => Object.assign(world.contactBehaviour, body));
  control('/photos/behaviour', photoBehaviourSchema, (world, { missing }) => {
    world.missingUserPhoto = missing;
    return {};
  });
  control('/notifications/behaviour', notificationBehaviourSchema, (world, body) =>
    Object.assign(world.notifier.behaviour, body),
  );
  control('/notifications/lifecycle', lifecycleSchema, sendLifecycleEvent);
  control('/mailboxes', mailboxesSchema, createMailboxes);
  control('/apps', applicationSchema, ({ tenant }, application) => {
    tenant.applications.set(application.clientId, application);
    return {};
  });
  app.get('/_simulator/mail', request => controlledWorld(worlds, request).tenant.sentMail);

  control('/orgContacts', orgContactSchema, addOrgContact);
  app.patch('/_simulator/orgContacts/:id', request => {
    const world = controlledWorld(worlds, request);
    const contact = requestedOrgContact(world, request.params);
    const changes = readControl(orgContactSchema, request);
    Object.assign(contact.properties, changes);
    recordChanged(world, contact, Object.keys(changes));
    return {};
  });
  app.delete('/_simulator/orgContacts/:id', request => {
    const world = controlledWorld(worlds, request);
    const contact = requestedOrgContact(world, request.params);
    world.tenant.orgContacts.delete(contact.id);
    recordGone(world, contact);
    return {};
  });
}

function createMailboxes(world: World, { count, prefix, group }: z.infer<typeof mailboxesSchema>) {
  const users = Array.from({ length: count }, (_, index) => findOrAddUser(world, `${prefix}${index}`));
  const members = group === undefined ? undefined : findOrMakeGroup(world, group);
  if (members) for (const { id } of users) if (!members.members.has(id)) recordMember(world, members, id, 'joined');
  return {
    mailboxes: users.map(user => ({ id: user.id, address: user.properties.mail })),
    group: members ? { id: members.id, mail: members.properties.mail } : null,
  };
}

/** To every subscription; one that is said to be removed is. */
function sendLifecycleEvent({ tenant, notifier }: World, { event }: z.infer<typeof lifecycleSchema>) {
  for (const subscription of tenant.subscriptions.values()) {
    if (event === 'subscriptionRemoved') tenant.subscriptions.delete(subscription.id);
    notifier.sendLifecycleEvent(subscription, event);
  }
  return {};
}

function addOrgContact(world: World, properties: Record<string, unknown>) {
  const contact: OrgContact = { kind: 'orgContact', id: randomUUID(), properties, history: newHistory() };
  world.tenant.orgContacts.set(contact.id, contact);
  recordCreated(world, contact);
  return { id: contact.id };
}

function requestedOrgContact({ tenant }: World, parameters: unknown): OrgContact {
  const { id } = parametersSchema.parse(parameters);
  const contact = tenant.orgContacts.get(id.toLowerCase());
  if (!contact) throw directoryObjectNotFound(id);
  return contact;
}

function findOrAddUser(world: World, name: string): User {
  const address = `${name}@${tenantDomain}`;
  const known = findUser(world.tenant, address);
  if (known) return known;
  const properties = {
    displayName: name,
    userPrincipalName: address,
    mail: address,
    proxyAddresses: proxyAddressesOf(address),
    accountEnabled: true,
    userType: 'Member',
  };
  const user = addUser(world.tenant, properties, true);
  recordCreated(world, user);
  return user;
}

function findOrMakeGroup(world: World, displayName: string): Group {
  const found = [...world.tenant.groups.values()].find(group => group.properties.displayName === displayName);
  return found ?? makeGroup(world, displayName);
}
