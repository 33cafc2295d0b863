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
import type { Photo } from './photo.ts';
import {
  createTenant,
  directoryKinds,
  type History,
  indexUser,
  mailboxStates,
  type SubscriptionSource,
  type Tenant,
  type User,
} from './tenant.ts';
import type { World } from './world.ts';

type Kept = Pick<World, 'tenant' | 'deltaExpiry'>;

const count = z.number().int();
const properties = z.record(z.string(), z.unknown());

const headSchema = z.object({
  kind: z.literal('tenant'),
  version: z.literal(1),
  secret: z.string(),
  deltaExpiry: z.object({ epoch: count, code: z.enum(expiryCodes) }),
  position: count.default(0),
  gone: z.array(z.object({ kind: z.enum(directoryKinds), id: z.string(), position: count })).default([]),
});
const folderSchema = z.object({
  number: count,
  parent: count,
  sequence: count.default(0),
  displayName: z.string(),
  hidden: z.boolean(),
  extendedProperties: z.record(z.string(), z.string()),
  contactGroups: z.array(z.string()).default([]),
  lastSequence: count,
  tombstones: z.array(z.object({ item: count, moves: count, sequence: count, at: count })),
  deltaChains: z.array(count),
});
const historySchema = z
  .object({ since: count, changed: z.record(z.string(), count), deletedAt: count.optional() })
  .optional();
/** `bytes` in base64. */
const photoSchema = z.object({ type: z.string(), bytes: z.string() });
const contactSchema = z.tuple([count, count, count, count, count, count, z.string()], photoSchema);
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
  folderTombstones: z.array(z.object({ number: count, sequence: count })).default([]),
});
const lineSchema = z.discriminatedUnion('kind', [
  headSchema,
  z.object({
    kind: z.literal('group'),
    id: z.string(),
    properties,
    history: historySchema,
    members: z.array(z.string()),
    memberChanges: z.array(z.tuple([z.string(), count])).default([]),
  }),
  z.object({ kind: z.literal('orgContact'), id: z.string(), properties, history: historySchema }),
  z.object({
    kind: z.literal('subscription'),
    id: z.string(),
    app: z.string(),
    collection: z.enum(['contacts', 'users', 'groups']).default('contacts'),
    userId: z.string().default(''),
    folder: count.default(0),
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
    history: historySchema,
    photo: photoSchema.optional(),
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
  const { position, gone } = tenant;
  yield line({ kind: 'tenant', version: 1, secret: tenant.secret.toString('base64'), deltaExpiry, position, gone });
  for (const group of tenant.groups.values()) {
    yield line({ ...group, members: [...group.members], memberChanges: [...group.memberChanges] });
  }
  for (const contact of tenant.orgContacts.values()) yield line(contact);
  for (const { source, ...subscription } of tenant.subscriptions.values()) {
    yield line({ kind: 'subscription', userId: '', folder: 0, ...subscription, ...source });
  }
  for (const { mailbox, photo, ...user } of tenant.users.values()) {
    const kept = mailbox && {
      ...mailbox,
      folders: [...mailbox.folders.values()],
      contacts: [...mailbox.contacts.values()].map(contactTuple),
    };
    yield line({ ...user, photo: photo && keptPhoto(photo), mailbox: kept });
  }
}

function line(value: Line): string {
  return `${JSON.stringify(value)}\n`;
}

function takeLine(kept: Kept, line: Line): void {
  if (line.kind === 'tenant') {
    kept.tenant.secret = Buffer.from(line.secret, 'base64');
    kept.deltaExpiry = line.deltaExpiry;
    kept.tenant.position = line.position;
    kept.tenant.gone = line.gone;
  } else if (line.kind === 'group') {
    const members = new Set(line.members);
    const memberChanges = new Map([...line.members.map((id): [string, number] => [id, 0]), ...line.memberChanges]);
    kept.tenant.groups.set(line.id, {
      ...line,
      history: keptHistory(kept.tenant, line.history),
      members,
      memberChanges,
    });
  } else if (line.kind === 'orgContact') {
    kept.tenant.orgContacts.set(line.id, { ...line, history: keptHistory(kept.tenant, line.history) });
  } else if (line.kind === 'subscription') {
    const { kind: _kind, collection, userId, folder, ...subscription } = line;
    const source: SubscriptionSource = collection === 'contacts' ? { collection, userId, folder } : { collection };
    kept.tenant.subscriptions.set(subscription.id, { ...subscription, source });
  } else addKeptUser(kept.tenant, line);
}

function addKeptUser(tenant: Tenant, line: Line & { kind: 'user' }): void {
  const mailbox: Mailbox | undefined = line.mailbox && {
    ...line.mailbox,
    folders: new Map(line.mailbox.folders.map(folder => [folder.number, folder])),
    contacts: new Map(line.mailbox.contacts.map(tuple => [tuple[0], contactFromTuple(tuple)])),
  };
  const history = keptHistory(tenant, line.history);
  const user: User = { ...line, history, photo: line.photo && photoFromKept(line.photo), mailbox };
  tenant.users.set(user.id, user);
  indexUser(tenant, user);
}

/** Directory objects of a file that has no history are the newest. */
function keptHistory(tenant: Tenant, history: History | undefined): History {
  if (history) return history;
  tenant.position += 1;
  return { since: tenant.position, changed: {} };
}

function keptPhoto({ type, bytes }: Photo): z.infer<typeof photoSchema> {
  return { type, bytes: bytes.toString('base64') };
}

function photoFromKept({ type, bytes }: z.infer<typeof photoSchema>): Photo {
  return { type, bytes: Buffer.from(bytes, 'base64') };
}

function contactTuple(contact: Contact): z.infer<typeof contactSchema> {
  const { item, folder, moves, sequence, created, modified, properties, photo } = contact;
  return [item, folder, moves, sequence, created, modified, properties, ...(photo ? [keptPhoto(photo)] : [])];
}

function contactFromTuple(tuple: z.infer<typeof contactSchema>): Contact {
  const [item, folder, moves, sequence, created, modified, properties, photo] = tuple;
  const contact: Contact = { item, folder, moves, sequence, created, modified, properties };
  if (photo) contact.photo = photoFromKept(photo);
  return contact;
}
