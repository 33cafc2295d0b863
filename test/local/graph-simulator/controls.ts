/** What a test or benchmark needs and Graph has no API for, under `/_simulator`. No token needed. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from './accessTokens.ts';
import type { Counters } from './counters.ts';
import { expiryCodes } from './deltaTokens.ts';
import { type Faults, faultRuleSchema } from './faults.ts';
import { makeGroup } from './groups.ts';
import { registerMailboxControls } from './mailboxControls.ts';
import { lifecycleEvents } from './notifications.ts';
import { readControl } from './readControl.ts';
import { addUser, findUser, type Group, proxyAddressesOf, type Tenant, tenantDomain, type User } from './tenant.ts';
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
});
const notificationBehaviourSchema = z.strictObject({ drop: z.boolean().optional(), duplicate: z.boolean().optional() });
const lifecycleSchema = z.strictObject({ event: z.enum(lifecycleEvents) });
const clockSchema = z.strictObject({ advanceSeconds: z.number() });

export function registerControls(app: FastifyInstance, parts: ControlParts): void {
  const { world, tokens, counters, faults } = parts;
  const root = '/_simulator';

  app.get(`${root}/token`, request =>
    tokens.issue(z.object({ app: z.string().default('default') }).parse(request.query).app),
  );
  app.get(`${root}/counters`, () => counters.values());
  app.delete(`${root}/counters`, () => done(() => counters.reset()));
  app.post(`${root}/latency`, request =>
    done(() => parts.setLatency(readControl(latencySchema, request).milliseconds)),
  );
  app.post(`${root}/faults`, request => done(() => faults.add(readControl(faultRuleSchema, request))));
  app.delete(`${root}/faults`, () => done(() => faults.clear()));
  app.post(`${root}/clock`, request =>
    done(() => world.advanceClock(readControl(clockSchema, request).advanceSeconds * 1000)),
  );

  app.post(`${root}/delta/expire`, request => {
    world.deltaExpiry = { epoch: world.deltaExpiry.epoch + 1, code: readControl(expirySchema, request).code };
    return {};
  });
  app.post(`${root}/delta/behaviour`, request =>
    Object.assign(world.deltaBehaviour, readControl(deltaBehaviourSchema, request)),
  );
  app.post(`${root}/contacts/behaviour`, request =>
    Object.assign(world.contactBehaviour, readControl(contactBehaviourSchema, request)),
  );

  app.post(`${root}/notifications/behaviour`, request =>
    Object.assign(world.notifier.behaviour, readControl(notificationBehaviourSchema, request)),
  );
  app.post(`${root}/notifications/lifecycle`, request =>
    sendLifecycleEvent(world, readControl(lifecycleSchema, request)),
  );

  app.post(`${root}/mailboxes`, request => createMailboxes(world.tenant, readControl(mailboxesSchema, request)));
  registerMailboxControls(app, world);
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
    proxyAddresses: proxyAddressesOf(address),
    accountEnabled: true,
    businessPhones: [],
  };
  return findUser(tenant, address) ?? addUser(tenant, properties, true);
}

function findOrMakeGroup(tenant: Tenant, displayName: string): Group {
  const found = [...tenant.groups.values()].find(group => group.properties.displayName === displayName);
  return found ?? makeGroup(tenant, displayName);
}

/** Does it and answers with an empty object. */
function done(effect: () => void): Record<string, never> {
  effect();
  return {};
}
