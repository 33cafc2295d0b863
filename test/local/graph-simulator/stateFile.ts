/**
 * Keeps a tenant in a file of JSON lines: one head, then one line a group and a user with its mailbox. Lines, because
 * the whole of a large tenant is more than one string can hold.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { expiryCodes } from './deltaTokens.ts';
import { formerIdCodes } from './identifiers.ts';
import type { Contact, Mailbox } from './mailbox.ts';
import { createTenant, type Group, indexUser, mailboxStates, type Tenant, type User } from './tenant.ts';
import type { World } from './world.ts';

type Kept = Pick<World, 'tenant' | 'deltaExpiry'>;

const count = z.number().int();
const properties = z.record(z.string(), z.unknown());

const headSchema = z.object({
  kind: z.literal('tenant'),
  version: z.literal(1),
  secret: z.string(),
  deltaExpiry: z.object({ epoch: count, code: z.enum(expiryCodes) }),
});
const folderSchema = z.object({
  number: count,
  parent: count,
  displayName: z.string(),
  hidden: z.boolean(),
  extendedProperties: z.record(z.string(), z.string()),
  contactGroups: z.array(z.string()).default([]),
  lastSequence: count,
  tombstones: z.array(z.object({ item: count, moves: count, sequence: count, at: count })),
  deltaChains: z.array(count),
});
const contactSchema = z.tuple([count, count, count, count, count, count, z.string()]);
const mailboxSchema = z.object({
  key: z.string(),
  former: z
    .array(z.object({ key: z.string(), code: z.enum(formerIdCodes) }))
    .readonly()
    .default([]),
  sequence: count,
  nextItem: count,
  nextFolder: count,
  folders: z.array(folderSchema),
  contacts: z.array(contactSchema),
});
const lineSchema = z.discriminatedUnion('kind', [
  headSchema,
  z.object({ kind: z.literal('group'), id: z.string(), properties, members: z.array(z.string()) }),
  z.object({
    kind: z.literal('subscription'),
    id: z.string(),
    app: z.string(),
    userId: z.string(),
    folder: count,
    resource: z.string(),
    changeType: z.string(),
    notificationUrl: z.string(),
    lifecycleNotificationUrl: z.string().nullable(),
    clientState: z.string().nullable(),
    expirationDateTime: z.string(),
    immutableIds: z.boolean(),
  }),
  z.object({
    kind: z.literal('user'),
    id: z.string(),
    properties,
    state: z.enum(mailboxStates),
    stateEndsAt: z.number().optional(),
    mailbox: mailboxSchema.optional(),
  }),
]);

type Line = z.infer<typeof lineSchema>;

/** What an earlier simulator left, or an empty tenant if there is no file. */
export async function readStateFile(path: string | undefined): Promise<Kept> {
  const kept: Kept = { tenant: createTenant(), deltaExpiry: { epoch: 0, code: 'SyncStateNotFound' } };
  if (path === undefined || !existsSync(path)) return kept;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) takeLine(kept, lineSchema.parse(JSON.parse(line)));
  return kept;
}

/** Replaces the file only once the new one is complete. */
export async function writeStateFile(path: string, kept: Kept): Promise<void> {
  const unfinished = `${path}.new`;
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(linesOf(kept)), createWriteStream(unfinished));
  await rename(unfinished, path);
}

function* linesOf({ tenant, deltaExpiry }: Kept): Generator<string> {
  yield line({ kind: 'tenant', version: 1, secret: tenant.secret.toString('base64'), deltaExpiry });
  for (const { id, properties, members } of tenant.groups.values()) {
    yield line({ kind: 'group', id, properties, members: [...members] });
  }
  for (const subscription of tenant.subscriptions.values()) yield line({ kind: 'subscription', ...subscription });
  for (const { id, properties, state, stateEndsAt, mailbox } of tenant.users.values()) {
    const kept = mailbox && {
      ...mailbox,
      folders: [...mailbox.folders.values()],
      contacts: [...mailbox.contacts.values()].map(contactTuple),
    };
    yield line({ kind: 'user', id, properties, state, stateEndsAt, mailbox: kept });
  }
}

function line(value: Line): string {
  return `${JSON.stringify(value)}\n`;
}

function takeLine(kept: Kept, line: Line): void {
  if (line.kind === 'tenant') {
    kept.tenant.secret = Buffer.from(line.secret, 'base64');
    kept.deltaExpiry = line.deltaExpiry;
  } else if (line.kind === 'group') {
    const group: Group = { id: line.id, properties: line.properties, members: new Set(line.members) };
    kept.tenant.groups.set(group.id, group);
  } else if (line.kind === 'subscription') {
    const { kind: _kind, ...subscription } = line;
    kept.tenant.subscriptions.set(subscription.id, subscription);
  } else addKeptUser(kept.tenant, line);
}

function addKeptUser(tenant: Tenant, line: Line & { kind: 'user' }): void {
  const mailbox: Mailbox | undefined = line.mailbox && {
    ...line.mailbox,
    folders: new Map(line.mailbox.folders.map(folder => [folder.number, folder])),
    contacts: new Map(line.mailbox.contacts.map(tuple => [tuple[0], contactFromTuple(tuple)])),
  };
  const { id, properties, state, stateEndsAt } = line;
  const user: User = { id, properties, state, stateEndsAt, mailbox };
  tenant.users.set(user.id, user);
  indexUser(tenant, user);
}

function contactTuple(contact: Contact): z.infer<typeof contactSchema> {
  const { item, folder, moves, sequence, created, modified, properties } = contact;
  return [item, folder, moves, sequence, created, modified, properties];
}

function contactFromTuple(tuple: z.infer<typeof contactSchema>): Contact {
  const [item, folder, moves, sequence, created, modified, properties] = tuple;
  return { item, folder, moves, sequence, created, modified, properties };
}
