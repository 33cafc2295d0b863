/** The directory: users with or without a mailbox, and groups that hold users and groups. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FormerIdCode } from './identifiers.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';

export const tenantDomain = 'contoso.example';

export const mailboxStates = [
  'ok',
  'notEnabled',
  'nonExistent',
  'overQuota',
  'moving',
  'stale',
  'accessDenied',
  'deleted',
] as const;
export type MailboxState = (typeof mailboxStates)[number];

export type User = {
  id: string;
  /** Every property but the id, by Graph's name. */
  properties: Record<string, unknown>;
  state: MailboxState;
  /** Milliseconds since 1970 from which on the state is ok again. */
  stateEndsAt?: number | undefined;
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
  /** Lower-cased userPrincipalName -> user id. */
  userPrincipalNames: Map<string, string>;
};

export function createTenant(): Tenant {
  return {
    secret: randomBytes(32),
    users: new Map(),
    groups: new Map(),
    subscriptions: new Map(),
    userPrincipalNames: new Map(),
  };
}

/** `withMailbox` false: a user that Exchange does not know. */
export function addUser(tenant: Tenant, properties: Record<string, unknown>, withMailbox: boolean): User {
  const id = randomUUID();
  const user: User = { id, properties, state: 'ok', mailbox: withMailbox ? createMailbox(id) : undefined };
  tenant.users.set(id, user);
  indexUser(tenant, user);
  return user;
}

export function indexUser(tenant: Tenant, user: User): void {
  tenant.userPrincipalNames.set(String(user.properties.userPrincipalName).toLowerCase(), user.id);
}

/** A name that was given up names nobody any more. */
export function renameUser(tenant: Tenant, user: User, userPrincipalName: string): void {
  tenant.userPrincipalNames.delete(String(user.properties.userPrincipalName).toLowerCase());
  user.properties.userPrincipalName = userPrincipalName;
  indexUser(tenant, user);
}

/** By id or userPrincipalName, as Graph's paths name users; also one whose state is `deleted`. */
export function lookUpUser(tenant: Tenant, key: string): User | undefined {
  const lowered = key.toLowerCase();
  return tenant.users.get(tenant.userPrincipalNames.get(lowered) ?? lowered);
}

/** By any of its addresses, as mail finds a mailbox. */
export function findByAddress(tenant: Tenant, address: string): User | undefined {
  const proxy = `smtp:${address.toLowerCase()}`;
  return [...tenant.users.values()].find(user => readProxyAddresses(user).includes(proxy));
}

function readProxyAddresses({ properties }: User): string[] {
  const addresses = properties.proxyAddresses;
  return Array.isArray(addresses) ? addresses.map(address => String(address).toLowerCase()) : [];
}

/**
 * The addresses of who has this mail, with `SMTP:` before that one and `smtp:` before the others.
 * https://learn.microsoft.com/graph/api/resources/user (proxyAddresses)
 */
export function proxyAddressesOf(mail: string | null | undefined, known: readonly unknown[] = []): string[] {
  if (!mail) return known.map(String);
  const others = known.map(address => String(address).replace(/^SMTP:/, 'smtp:'));
  return [`SMTP:${mail}`, ...others.filter(address => address.toLowerCase() !== `smtp:${mail.toLowerCase()}`)];
}

/** A new, empty mailbox in the place of the user's; ids of the old one are answered with the code. */
export function replaceMailbox(tenant: Tenant, user: User, code: FormerIdCode): void {
  const { mailbox: old } = user;
  user.mailbox = createMailbox(randomUUID(), old ? [...old.former, { key: old.key, code }] : []);
  for (const { id, userId } of tenant.subscriptions.values()) if (userId === user.id) tenant.subscriptions.delete(id);
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
