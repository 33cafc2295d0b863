/** The directory: users with or without a mailbox, organisation contacts, and groups that hold them all. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FormerIdCode } from './identifiers.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { Photo } from './photo.ts';

export const tenantDomain = 'contoso.example';
export const firstTenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95';

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

export const directoryKinds = ['user', 'group', 'orgContact'] as const;
export type DirectoryKind = (typeof directoryKinds)[number];

/** Positions in the tenant's row of changes. */
export type History = {
  /** When it was made, or brought back. */
  since: number;
  /** Last change of each property that changed since it was first made. */
  changed: Record<string, number>;
  deletedAt?: number | undefined;
};

type ObjectBase = {
  id: string;
  /** Every property but the id that was ever set, by Graph's name. */
  properties: Record<string, unknown>;
  history: History;
};

export type User = ObjectBase & {
  kind: 'user';
  state: MailboxState;
  /** Milliseconds since 1970 from which on the state is ok again. */
  stateEndsAt?: number | undefined;
  mailbox: Mailbox | undefined;
  photo?: Photo | undefined;
};

export type Group = ObjectBase & {
  kind: 'group';
  members: Set<string>;
  /** Position of each member's last coming or going. */
  memberChanges: Map<string, number>;
};

/** A mail contact of the organisation; no mailbox is behind it. */
export type OrgContact = ObjectBase & { kind: 'orgContact' };

export type DirectoryObject = User | Group | OrgContact;

/** What a subscription follows. */
export type SubscriptionSource =
  | { collection: 'contacts'; userId: string; folder: number }
  | { collection: 'users' | 'groups' }
  | { collection: 'members'; groupId: string };

export type Subscription = {
  id: string;
  app: string;
  source: SubscriptionSource;
  /** As the client wrote it. */
  resource: string;
  changeType: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  clientState: string | null;
  expirationDateTime: string;
  immutableIds: boolean;
};

export type SentMail = { from: string; sentAt: string; message: Record<string, unknown> };

/** An application's standing in the tenant, as its token endpoint sees it. */
export type Application = {
  clientId: string;
  /** An administrator of the tenant has agreed to it. */
  consented: boolean;
  clientSecret?: string | undefined;
  /** Issuer and subject of the assertions that stand for a secret. */
  federatedCredential?: { issuer: string; subject: string } | undefined;
  /** Ids and addresses of all that it may reach, by RBAC for Applications; everything if absent. */
  mailboxes?: string[] | undefined;
};

export type Tenant = {
  id: string;
  /** Signs the tokens that this tenant gives out, so that they outlive a restart. */
  secret: Buffer;
  users: Map<string, User>;
  groups: Map<string, Group>;
  orgContacts: Map<string, OrgContact>;
  subscriptions: Map<string, Subscription>;
  applications: Map<string, Application>;
  sentMail: SentMail[];
  /** Lower-cased userPrincipalName -> user id. */
  userPrincipalNames: Map<string, string>;
  /** Position of the newest change in the directory. */
  position: number;
  /** Objects that are gone for good. */
  gone: { kind: DirectoryKind; id: string; position: number }[];
};

export function createTenant(id = firstTenantId): Tenant {
  return {
    id,
    secret: randomBytes(32),
    users: new Map(),
    groups: new Map(),
    orgContacts: new Map(),
    subscriptions: new Map(),
    applications: new Map(),
    sentMail: [],
    userPrincipalNames: new Map(),
    position: 0,
    gone: [],
  };
}

export function newHistory(): History {
  return { since: 0, changed: {} };
}

/** `withMailbox` false: a user that Exchange does not know. */
export function addUser(tenant: Tenant, properties: Record<string, unknown>, withMailbox: boolean): User {
  const id = randomUUID();
  const mailbox = withMailbox ? createMailbox(id) : undefined;
  const user: User = { kind: 'user', id, properties, history: newHistory(), state: 'ok', mailbox };
  tenant.users.set(id, user);
  indexUser(tenant, user);
  return user;
}

function indexUser(tenant: Tenant, user: User): void {
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
  for (const { id, source } of tenant.subscriptions.values()) {
    if (source.collection === 'contacts' && source.userId === user.id) tenant.subscriptions.delete(id);
  }
}

export function findUser(tenant: Tenant, key: string): User | undefined {
  const user = lookUpUser(tenant, key);
  return user?.state === 'deleted' ? undefined : user;
}

export function addGroup(tenant: Tenant, properties: Record<string, unknown>): Group {
  const id = randomUUID();
  const group: Group = {
    kind: 'group',
    id,
    properties,
    history: newHistory(),
    members: new Set(),
    memberChanges: new Map(),
  };
  tenant.groups.set(id, group);
  return group;
}

/** The user, group or organisation contact of this id, unless it was deleted. */
export function findDirectoryObject(tenant: Tenant, id: string): DirectoryObject | undefined {
  const lowered = id.toLowerCase();
  return tenant.groups.get(lowered) ?? tenant.orgContacts.get(lowered) ?? findUser(tenant, id);
}

export function membersOf(tenant: Tenant, group: Group): DirectoryObject[] {
  return [...group.members].flatMap(id => findDirectoryObject(tenant, id) ?? []);
}

/** Everything below the group, each once; groups that contain each other are no trouble. */
export function transitiveMembersOf(tenant: Tenant, group: Group): DirectoryObject[] {
  const found = new Map<string, DirectoryObject>();
  const waiting = [group];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const member of membersOf(tenant, next)) {
      if (found.has(member.id)) continue;
      found.set(member.id, member);
      if (member.kind === 'group') waiting.push(member);
    }
  }
  return [...found.values()];
}
