/**
 * Keeps a tenant in a file, so that a kill at any moment loses nothing that an answer told. Each object of the
 * directory, folder and contact is kept as it is, whatever it is made of.
 */
import { deserialize, serialize } from 'node:v8';
import { type KeyValueFile, openKeyValueFile, type Value } from '../keyValueFile.ts';
import { StartError } from '../start/startError.ts';
import type { GraphRequest } from './exchange.ts';
import type { Contact, Folder, Mailbox } from './mailbox.ts';
import { matchRoute, pathSegments } from './routes.ts';
import { lookUpUser, type Tenant, type User } from './tenant.ts';
import type { World } from './world.ts';

export type Kept = Pick<World, 'tenant' | 'deltaExpiry'>;

/** To be raised when a kept type changes so that one of before cannot be used. */
const formatVersion = 1;

/** Kept entry by entry; users in parts of their own. */
const collections = ['groups', 'orgContacts', 'subscriptions'] as const;

/** The tenant without its collections, and their ids, in their order. */
type Head = Pick<Kept, 'deltaExpiry'> & {
  formatVersion: number;
  tenant: Omit<Tenant, 'users' | (typeof collections)[number]>;
  ids: Record<'users' | (typeof collections)[number], string[]>;
};
type UserHead = Omit<User, 'mailbox'> & { mailbox: Omit<Mailbox, 'folders' | 'contacts'> | undefined };

export interface StateKeeper {
  /** A request to Graph was served: what it may have changed is looked at. */
  noteRequest(request: Pick<GraphRequest, 'method' | 'path'>): void;
  noteEverything(): void;
  /** To be called before an answer leaves: whatever it tells is kept then. */
  save(): void;
}

export interface StateFile {
  /** What a simulator kept there before, if one did. */
  readonly kept: Kept | undefined;
  /** Writes all of it in one step, and from then on what changed. */
  keep(world: Kept): StateKeeper;
  close(): void;
}

/** @throws Error when it was written by a version that kept other things, or another process has it open */
export function openStateFile(path: string): StateFile {
  const file = openKeyValueFile(path);
  const parts = readParts(file);
  return {
    kept: parts.size === 0 ? undefined : assemble(parts, path),
    keep: world => createKeeper(file, world),
    close: file.close,
  };
}

/** Values by part, such as `folder/<user id>`, and id. */
type Parts = Map<string, Map<string, Value>>;

function readParts({ entries }: KeyValueFile): Parts {
  const parts: Parts = new Map();
  for (const [key, value] of entries()) {
    const end = key.lastIndexOf('/');
    const part = parts.get(key.slice(0, end)) ?? new Map<string, Value>();
    parts.set(key.slice(0, end), part.set(key.slice(end + 1), value));
  }
  return parts;
}

function assemble(parts: Parts, path: string): Kept {
  const head = read<Head>(parts, 'tenant', 'head');
  if (head.formatVersion !== formatVersion) {
    throw new StartError(
      `${path} was written by another version of the Graph simulator: delete its folder, or name another`,
    );
  }
  const users = head.ids.users.map(id => [id, assembleUser(parts, id)] as const);
  return {
    deltaExpiry: head.deltaExpiry,
    tenant: {
      ...head.tenant,
      users: new Map(users),
      groups: readCollection(parts, head, 'groups'),
      orgContacts: readCollection(parts, head, 'orgContacts'),
      subscriptions: readCollection(parts, head, 'subscriptions'),
    },
  };
}

function readCollection<Entry>(parts: Parts, { ids }: Head, name: keyof Head['ids']): Map<string, Entry> {
  return new Map(ids[name].map(id => [id, read<Entry>(parts, name, id)]));
}

function assembleUser(parts: Parts, id: string): User {
  const { mailbox, ...user } = read<UserHead>(parts, `user/${id}`, 'head');
  if (!mailbox) return { ...user, mailbox };
  const folders = readAll<Folder>(parts, `folder/${id}`).sort((left, right) => left.number - right.number);
  const contacts = readAll<Contact>(parts, `contact/${id}`).sort((left, right) => left.item - right.item);
  return {
    ...user,
    mailbox: {
      ...mailbox,
      folders: new Map(folders.map(folder => [folder.number, folder])),
      contacts: new Map(contacts.map(contact => [contact.item, contact])),
    },
  };
}

function read<Part>(parts: Parts, part: string, id: string): Part {
  return deserialize(parts.get(part)?.get(id) as Uint8Array);
}

function readAll<Part>(parts: Parts, part: string): Part[] {
  return [...(parts.get(part)?.values() ?? [])].map(value => deserialize(value as Uint8Array));
}

function createKeeper(file: KeyValueFile, world: Kept): StateKeeper {
  const { tenant } = world;
  /** Of what is in the file, by part and id. */
  const versions = new Map<string, Map<string, string>>();
  const changes = new Map<string, Value | undefined>();
  const noted = new Set<User>();
  let isEverythingNoted = true;

  function compare<Entry>(
    part: string,
    current: Iterable<readonly [id: string | number, Entry]>,
    versionOf: (entry: Entry) => string = entry => serialize(entry).toString('latin1'),
  ): void {
    const before = versions.get(part);
    const now = new Map<string, string>();
    for (const [id, entry] of current) {
      const version = versionOf(entry);
      now.set(String(id), version);
      if (before?.get(String(id)) !== version) changes.set(`${part}/${id}`, serialize(entry));
    }
    for (const id of before?.keys() ?? []) if (!now.has(id)) changes.set(`${part}/${id}`, undefined);
    versions.set(part, now);
  }

  function compareDirectory(): void {
    const { users, groups, orgContacts, subscriptions, ...rest } = tenant;
    const ids = {
      users: [...users.keys()],
      groups: [...groups.keys()],
      orgContacts: [...orgContacts.keys()],
      subscriptions: [...subscriptions.keys()],
    };
    const head: Head = { formatVersion, deltaExpiry: world.deltaExpiry, tenant: rest, ids };
    compare('tenant', [['head', head]]);
    for (const name of collections) compare<unknown>(name, tenant[name]);
  }

  function compareUser(user: User): void {
    const { id, mailbox } = user;
    compare(`user/${id}`, [['head', headOf(user)]]);
    compare(`folder/${id}`, mailbox?.folders ?? []);
    compare(`contact/${id}`, mailbox?.contacts ?? [], ({ sequence }) => `${mailbox?.key} ${sequence}`);
  }

  /** Reading a mailbox changes it, too: a delta query starts or moves a chain. */
  function noteRequest({ method, path }: Pick<GraphRequest, 'method' | 'path'>): void {
    const match = matchRoute(method, pathSegments(path));
    const user = match?.route.scope === 'mailbox' && lookUpUser(tenant, match.parameters.user ?? '');
    if (user) noted.add(user);
    else if (method !== 'GET') noteEverything();
  }

  function noteEverything(): void {
    isEverythingNoted = true;
  }

  function save(): void {
    if (isEverythingNoted) compareDirectory();
    for (const user of isEverythingNoted ? tenant.users.values() : noted) compareUser(user);
    isEverythingNoted = false;
    noted.clear();
    if (changes.size > 0) file.write(changes);
    changes.clear();
  }

  save();
  return { noteRequest, noteEverything, save };
}

function headOf({ mailbox, ...user }: User): UserHead {
  if (!mailbox) return { ...user, mailbox };
  const { folders: _folders, contacts: _contacts, ...rest } = mailbox;
  return { ...user, mailbox: rest };
}
