/** What a test or benchmark needs and Graph has no API for, under `/_simulator`. No token needed. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from './accessTokens.ts';
import { contactId } from './contactEntity.ts';
import { resolveFolder } from './contactFolders.ts';
import { findContact } from './contacts.ts';
import type { Counters } from './counters.ts';
import { expiryCodes } from './deltaTokens.ts';
import { type Faults, faultRuleSchema } from './faults.ts';
import { GraphError, invalidUser } from './graphError.ts';
import { makeGroup } from './groups.ts';
import { readJson } from './httpServer.ts';
import { folderId } from './identifiers.ts';
import { contactsFolder, createFolder, type Mailbox, moveContact } from './mailbox.ts';
import { lifecycleEvents } from './notifications.ts';
import {
  addUser,
  findUser,
  type Group,
  lookUpUser,
  mailboxStates,
  type Tenant,
  tenantDomain,
  type User,
} from './tenant.ts';
import type { World } from './world.ts';

export type ControlParts = {
  world: World;
  tokens: AccessTokens;
  counters: Counters;
  faults: Faults;
  setLatency: (milliseconds: number) => void;
};

const mailboxesSchema = z.strictObject({
  count: z.number().int().min(1),
  prefix: z.string().min(1),
  group: z.string().min(1).optional(),
});
const latencySchema = z.strictObject({ milliseconds: z.number().min(0) });
const stateSchema = z.strictObject({ state: z.enum(mailboxStates) });
const moveSchema = z.strictObject({ contactId: z.string(), folderId: z.string() });
const moveFolderSchema = z.strictObject({ folderId: z.string(), parentFolderId: z.string() });
const hiddenFolderSchema = z.strictObject({ displayName: z.string().min(1), parentFolderId: z.string().optional() });
const expirySchema = z.strictObject({ code: z.enum(expiryCodes).default('SyncStateNotFound') });
const deltaBehaviourSchema = z.strictObject({
  shuffle: z.boolean().optional(),
  repeatRows: z.boolean().optional(),
  emptyPages: z.boolean().optional(),
  lagSeconds: z.number().min(0).optional(),
  replayChanges: z.number().int().min(0).optional(),
});
const contactBehaviourSchema = z.strictObject({ directoryNames: z.boolean() });
const notificationBehaviourSchema = z.strictObject({ drop: z.boolean().optional(), duplicate: z.boolean().optional() });
const lifecycleSchema = z.strictObject({ event: z.enum(lifecycleEvents) });
const clockSchema = z.strictObject({ advanceSeconds: z.number() });
const mailboxParametersSchema = z.object({ id: z.string() });

export function registerControls(app: FastifyInstance, parts: ControlParts): void {
  const { world, tokens, counters, faults } = parts;
  const root = '/_simulator';

  app.get(`${root}/token`, request =>
    tokens.issue(z.object({ app: z.string().default('default') }).parse(request.query).app),
  );
  app.get(`${root}/counters`, () => counters.values());
  app.delete(`${root}/counters`, () => done(() => counters.reset()));
  app.post(`${root}/latency`, request => done(() => parts.setLatency(read(latencySchema, request).milliseconds)));
  app.post(`${root}/faults`, request => done(() => faults.add(read(faultRuleSchema, request))));
  app.delete(`${root}/faults`, () => done(() => faults.clear()));
  app.post(`${root}/clock`, request =>
    done(() => world.advanceClock(read(clockSchema, request).advanceSeconds * 1000)),
  );

  app.post(`${root}/delta/expire`, request => {
    world.deltaExpiry = { epoch: world.deltaExpiry.epoch + 1, code: read(expirySchema, request).code };
    return {};
  });
  app.post(`${root}/delta/behaviour`, request =>
    Object.assign(world.deltaBehaviour, read(deltaBehaviourSchema, request)),
  );
  app.post(`${root}/contacts/behaviour`, request => Object.assign(world, read(contactBehaviourSchema, request)) && {});

  app.post(`${root}/notifications/behaviour`, request =>
    Object.assign(world.notifier.behaviour, read(notificationBehaviourSchema, request)),
  );
  app.post(`${root}/notifications/lifecycle`, request => sendLifecycleEvent(world, read(lifecycleSchema, request)));

  app.post(`${root}/mailboxes`, request => createMailboxes(world.tenant, read(mailboxesSchema, request)));
  app.post(`${root}/mailboxes/:id/state`, request => {
    requestedUser(world, request).state = read(stateSchema, request).state;
    return {};
  });
  app.post(`${root}/mailboxes/:id/moveContact`, request => {
    const mailbox = requestedMailbox(world, request);
    const body = read(moveSchema, request);
    const contact = findContact(mailbox, body.contactId);
    const from = contact.folder;
    moveContact(mailbox, contact, resolveFolder(mailbox, body.folderId), world.now());
    world.notifier.contactChanged(requestedUser(world, request), contact, from, 'deleted');
    world.notifier.contactChanged(requestedUser(world, request), contact, contact.folder, 'created');
    return { id: contactId(mailbox, contact, false), immutableId: contactId(mailbox, contact, true) };
  });
  app.post(`${root}/mailboxes/:id/moveFolder`, request => {
    const mailbox = requestedMailbox(world, request);
    const body = read(moveFolderSchema, request);
    resolveFolder(mailbox, body.folderId).parent = resolveFolder(mailbox, body.parentFolderId).number;
    return {};
  });
  app.post(`${root}/mailboxes/:id/hiddenFolder`, request => {
    const mailbox = requestedMailbox(world, request);
    const { displayName, parentFolderId } = read(hiddenFolderSchema, request);
    const parent = parentFolderId === undefined ? contactsFolder : resolveFolder(mailbox, parentFolderId).number;
    return { id: folderId(mailbox.key, createFolder(mailbox, parent, displayName, true).number) };
  });
}

function createMailboxes(tenant: Tenant, { count, prefix, group }: z.infer<typeof mailboxesSchema>) {
  const users = Array.from({ length: count }, (_, index) => findOrAddUser(tenant, `${prefix}${index}`));
  const members = group === undefined ? undefined : findOrMakeGroup(tenant, group);
  for (const user of users) members?.members.add(user.id);
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

function findOrAddUser(tenant: Tenant, name: string): User {
  const address = `${name}@${tenantDomain}`;
  const properties = {
    displayName: name,
    userPrincipalName: address,
    mail: address,
    accountEnabled: true,
    businessPhones: [],
  };
  return findUser(tenant, address) ?? addUser(tenant, properties, true);
}

function findOrMakeGroup(tenant: Tenant, displayName: string): Group {
  const found = [...tenant.groups.values()].find(group => group.properties.displayName === displayName);
  return found ?? makeGroup(tenant, displayName);
}

function requestedUser(world: World, request: FastifyRequest): User {
  const { id } = mailboxParametersSchema.parse(request.params);
  const user = lookUpUser(world.tenant, id);
  if (!user) throw invalidUser(id);
  return user;
}

function requestedMailbox(world: World, request: FastifyRequest): Mailbox {
  const user = requestedUser(world, request);
  if (!user.mailbox) throw invalidUser(user.id);
  return user.mailbox;
}

function read<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(readJson(request.body) ?? {});
  if (!parsed.success) throw new GraphError(400, 'InvalidControl', z.prettifyError(parsed.error));
  return parsed.data;
}

/** Does it and answers with an empty object. */
function done(effect: () => void): Record<string, never> {
  effect();
  return {};
}
