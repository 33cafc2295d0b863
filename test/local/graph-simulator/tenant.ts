/** The directory: users with or without a mailbox, and groups that hold users and groups. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createMailbox, type Mailbox } from './mailbox.ts';

export const tenantDomain = 'contoso.example';

export const mailboxStates = ['ok', 'notEnabled', 'overQuota', 'moving', 'stale', 'accessDenied', 'deleted'] as const;
export type MailboxState = (typeof mailboxStates)[number];

export type User = {
  id: string;
  /** Every property but the id, by Graph's name. */
  properties: Record<string, unknown>;
  state: MailboxState;
  mailbox: Mailbox | undefined;
};

export type Group = { id: string; properties: Record<string, unknown>; members: Set<string> };

export type Subscription = {
  id: string;
  app: string;
  userId: string;
  folder: number;
  /** As the client wrote it. */
  resource: string;
  changeType: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  clientState: string | null;
  expirationDateTime: string;
  immutableIds: boolean;
};

export type Tenant = {
  /** Signs the tokens that this tenant gives out, so that they outlive a restart. */
  secret: Buffer;
  users: Map<string, User>;
  groups: Map<string, Group>;
  subscriptions: Map<string, Subscription>;
  /** Lower-cased userPrincipalName or mail -> user id. */
  addresses: Map<string, string>;
};

export function createTenant(): Tenant {
  return {
    secret: randomBytes(32),
    users: new Map(),
    groups: new Map(),
    subscriptions: new Map(),
    addresses: new Map(),
  };
}

/** `withMailbox` false: a user that Exchange does not know. */
export function addUser(tenant: Tenant, properties: Record<string, unknown>, withMailbox: boolean): User {
  const id = randomUUID();
  const user: User = { id, properties, state: 'ok', mailbox: withMailbox ? createMailbox(id) : undefined };
  tenant.users.set(id, user);
  indexAddresses(tenant, user);
  return user;
}

/** Call after a change of an address, too; an address that the user gave up goes on resolving, as proxy addresses do. */
export function indexAddresses(tenant: Tenant, user: User): void {
  for (const name of ['userPrincipalName', 'mail']) {
    const address = user.properties[name];
    if (typeof address === 'string') tenant.addresses.set(address.toLowerCase(), user.id);
  }
}

/** By id, userPrincipalName or mail; also one whose state is `deleted`. */
export function lookUpUser(tenant: Tenant, key: string): User | undefined {
  return tenant.users.get(key) ?? tenant.users.get(tenant.addresses.get(key.toLowerCase()) ?? key.toLowerCase());
}

export function findUser(tenant: Tenant, key: string): User | undefined {
  const user = lookUpUser(tenant, key);
  return user?.state === 'deleted' ? undefined : user;
}

export function addGroup(tenant: Tenant, properties: Record<string, unknown>): Group {
  const group: Group = { id: randomUUID(), properties, members: new Set() };
  tenant.groups.set(group.id, group);
  return group;
}

/** The user or group of this id, unless it was deleted. */
export function findDirectoryObject(tenant: Tenant, id: string): User | Group | undefined {
  return tenant.groups.get(id.toLowerCase()) ?? findUser(tenant, id);
}

export function isGroup(entry: User | Group): entry is Group {
  return 'members' in entry;
}

export function membersOf(tenant: Tenant, group: Group): (User | Group)[] {
  return [...group.members].flatMap(id => findDirectoryObject(tenant, id) ?? []);
}

/** Everything below the group, each once; groups that contain each other are no trouble. */
export function transitiveMembersOf(tenant: Tenant, group: Group): (User | Group)[] {
  const found = new Map<string, User | Group>();
  const waiting = [group];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const member of membersOf(tenant, next)) {
      if (found.has(member.id)) continue;
      found.set(member.id, member);
      if (isGroup(member)) waiting.push(member);
    }
  }
  return [...found.values()];
}
