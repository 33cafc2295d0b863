import type { ContactField } from '../../shared/domain/contact.ts';
import {
  type ContactFolder,
  type ContactMailbox,
  type ContactWrite,
  type ExtendedValues,
  type FoundContact,
  GraphFailure,
  type MarkedFolder,
  type PhotoOutcome,
  type PhotoWrite,
  type StampedContact,
  type Whereabouts,
  type WriteOutcome,
} from '../../shared/ports/contactMailbox.ts';
import type { Directory, DirectoryUser } from '../../shared/ports/directory.ts';
import type { PhotoReading } from '../../shared/ports/photos.ts';
import { outcomeOf as outcomeOfAnswer } from '../../shared/targets/graph-mailbox/writeOutcome.ts';
import { failure, failureOfRefusal, type GraphCall, type GraphFault, outcomeOf, type Refusal } from './graphFaults.ts';
import {
  asRow,
  contentOf,
  createGraphMailbox,
  extendedOf,
  type GraphMailbox,
  type StoredContact,
} from './graphMailbox.ts';

interface User extends DirectoryUser {
  readonly address: string;
  readonly proxyAddresses: readonly string[];
}

type Answered = GraphFailure | WriteOutcome | Refusal;

/** Graph takes requests of 4 MB; a batch is cut before. */
const largestRequest = 4 * 1024 * 1024;
const largestBatch = 3_500_000;

interface Group {
  readonly id: string;
  readonly address: string;
  proxyAddresses: readonly string[];
  /** Ids of users and of groups. */
  members: readonly string[];
}

/** Graph in memory: users, groups and their mailboxes, a log of every call, and faults to meet them. */
export function createMemoryGraph() {
  const users = new Map<string, User>();
  const languages = new Map<string, string>();
  const groups = new Map<string, Group>();
  const mailboxes = new Map<string, GraphMailbox>();
  const calls: GraphCall[] = [];
  let faults: { fault: GraphFault; left: number }[] = [];
  let ids = 0;
  let addressesHidden = false;

  function newId(kind: string): string {
    ids += 1;
    return `${kind}-${ids}`;
  }

  return {
    calls,
    fail(fault: GraphFault): void {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    stopFailing(): void {
      faults = [];
    },
    addUser(address: string, accountEnabled = true): string {
      const id = newId('user');
      users.set(id, { id, address, proxyAddresses: [], accountEnabled });
      mailboxes.set(id, createGraphMailbox(newId));
      return id;
    },
    setEnabled(id: string, accountEnabled: boolean): void {
      const user = users.get(id);
      if (user) users.set(id, { ...user, accountEnabled });
    },
    setLanguage(id: string, language: string | undefined): void {
      if (language === undefined) languages.delete(id);
      else languages.set(id, language);
    },
    /** As it is without the permission to read users. */
    hideAddresses(): void {
      addressesHidden = true;
    },
    /** Further addresses of a user or group. */
    setProxyAddresses(id: string, proxyAddresses: readonly string[]): void {
      const user = users.get(id);
      const group = groups.get(id);
      if (user) users.set(id, { ...user, proxyAddresses });
      if (group) group.proxyAddresses = proxyAddresses;
    },
    /** Out of the directory, while the mailbox is kept for a while. */
    hideUser(id: string): { restore(): void } {
      const user = users.get(id);
      users.delete(id);
      return { restore: () => void (user && users.set(id, user)) };
    },
    removeUser(id: string): void {
      users.delete(id);
      mailboxes.delete(id);
    },
    setGroup(address: string, members: readonly string[]): string {
      const group = [...groups.values()].find(known => known.address === address) ?? {
        id: newId('group'),
        address,
        proxyAddresses: [],
        members,
      };
      group.members = members;
      groups.set(group.id, group);
      return group.id;
    },
    renameUser(id: string, address: string): void {
      const user = users.get(id);
      if (user) users.set(id, { ...user, address });
    },
    renameGroup(id: string, address: string): void {
      const group = groups.get(id);
      if (group) groups.set(id, { ...group, address });
    },
    removeGroup(id: string): void {
      groups.delete(id);
    },
    mailbox(id: string): GraphMailbox {
      const found = mailboxes.get(id);
      if (!found) throw failure('noMailbox');
      return found;
    },
    openMailbox,
    openDirectory,
  };

  /** Over nested groups, each user once. */
  function usersIn(groupId: string, seen = new Set<string>()): User[] {
    const group = groups.get(groupId);
    if (!group || seen.has(groupId)) return [];
    seen.add(groupId);
    const nested = group.members.flatMap(id => usersIn(id, seen));
    const direct = group.members.flatMap(id => users.get(id) ?? []);
    return [...new Set([...direct, ...nested])];
  }

  /** Counts and logs a call, and lets the first fault that chooses it decide. */
  async function answer<Answer>(
    call: GraphCall,
    counts: { requests: number },
    work: () => Answer,
    convert: (given: Answered) => Answer,
  ): Promise<Answer> {
    counts.requests += 1;
    calls.push(call);
    // Other handlers run meanwhile, as they would during a request.
    await new Promise(resolve => setImmediate(resolve));
    const met = faults.find(({ fault, left }) => left > 0 && isChosen(call, fault));
    if (!met) return work();
    met.left -= 1;
    const { committed = false, ignored = false, meanwhile, answer: given } = met.fault;
    const done = committed ? work() : undefined;
    if (meanwhile) await meanwhile();
    if (given) return convert(given);
    // Only a call that gives nothing back is ignored.
    return ignored ? (undefined as Answer) : (done ?? work());
  }

  function isChosen(call: GraphCall, { on }: GraphFault): boolean {
    return Object.entries(on).every(([name, value]) => call[name as keyof GraphCall] === value);
  }

  function openMailbox(id: string): ContactMailbox {
    const counts = { requests: 0, roundTrips: 0 };
    let deletedItems: Promise<string> | undefined;
    const inDeletedItems = new Map<string, Promise<boolean>>();

    function available(): GraphMailbox {
      const mailbox = mailboxes.get(id);
      if (!mailbox) throw failure('noMailbox');
      if (mailbox.failure) throw mailbox.failure;
      return mailbox;
    }

    function read<Answer>(operation: string, work: (mailbox: GraphMailbox) => Answer): Promise<Answer> {
      counts.roundTrips += 1;
      return answer({ operation, mailbox: id }, counts, () => work(available()), throwIt);
    }

    async function readDeletedItemsId(): Promise<string> {
      try {
        return await read('deletedItemsId', mailbox => mailbox.deletedItemsId);
      } catch (error) {
        deletedItems = undefined;
        throw error;
      }
    }

    function writeOne(write: ContactWrite): Promise<WriteOutcome> {
      const contact = 'contact' in write ? write.contact : mailboxes.get(id)?.contacts.get(write.contactId)?.contact;
      const call = {
        operation: write.kind,
        mailbox: id,
        displayName: contact?.displayName,
        ...(write.kind === 'patch' ? { fields: write.fields } : {}),
      };
      return answer(
        call,
        counts,
        () => tryWrite(write),
        given => asOutcome(write, given),
      );
    }

    function readOne<Found>(
      operation: string,
      contactId: string,
      toAnswer: (found: StoredContact) => Found,
    ): Promise<Found | WriteOutcome> {
      const { contact } = mailboxes.get(id)?.contacts.get(contactId) ?? {};
      return answer<Found | WriteOutcome>(
        { operation, mailbox: id, displayName: contact?.displayName },
        counts,
        () => readOneNow(contactId, toAnswer),
        given => asOutcome({ kind: 'patch' }, given),
      );
    }

    function readOneNow<Found>(contactId: string, toAnswer: (found: StoredContact) => Found): Found | WriteOutcome {
      try {
        const found = available().contacts.get(contactId);
        return found ? toAnswer(found) : { kind: 'gone' };
      } catch (error) {
        if (error instanceof GraphFailure) return outcomeOf(error);
        throw error;
      }
    }

    let photoBytes = 0;
    async function writePhoto({ contactId, bytes }: PhotoWrite): Promise<PhotoOutcome> {
      const outcome = await readOne<PhotoOutcome>('photo', contactId, () => {
        available().setPhoto(contactId, bytes);
        return { kind: 'written' };
      });
      return outcome.kind === 'done' || outcome.kind === 'deleted' ? { kind: 'written' } : outcome;
    }

    function tryWrite(write: ContactWrite): WriteOutcome {
      try {
        const done = available().write(write);
        return 'kind' in done ? done : asOutcome(write, done);
      } catch (error) {
        if (error instanceof GraphFailure) return outcomeOf(error);
        throw error;
      }
    }

    return {
      counts: () => ({ ...counts }),
      findFolder: path =>
        read('findFolder', mailbox => {
          const found = mailbox.findFolder(path);
          return found && withoutMark(found);
        }),
      listFolders: () => read('listFolders', mailbox => mailbox.listFolders().map(withoutMark)),
      getFolder: folderId => read('getFolder', mailbox => mailbox.folders.get(folderId)),
      isDeleted: folder => read('isDeleted', mailbox => mailbox.isDeleted(folder.id)),
      findDeletedFolder: name =>
        read('findDeletedFolder', mailbox => {
          const found = mailbox.findDeletedFolder(name);
          return found && withoutMark(found);
        }),
      readFolderContent(folderId) {
        // Graph is asked for the contacts and for the child folders.
        counts.requests += 1;
        counts.roundTrips += 1;
        return read('readFolderContent', mailbox => mailbox.content(folderId));
      },
      createFolder: (name, installation) =>
        read('createFolder', mailbox => withoutMark(mailbox.createFolder(name, installation))),
      markFolder: (folderId, installation) => read('markFolder', mailbox => mailbox.markFolder(folderId, installation)),
      renameFolder: (folderId, name) => read('renameFolder', mailbox => mailbox.renameFolder(folderId, name)),
      deleteFolder: folderId => read('deleteFolder', mailbox => mailbox.deleteFolder(folderId)),
      readChanges: (folderId, link) => read('readChanges', mailbox => mailbox.changes(folderId, link)),
      listContacts: folderId => read('listContacts', mailbox => mailbox.list(folderId)),
      async write(writes) {
        if (writes.length > 20) throw new RangeError('A batch takes 20 writes');
        if (writes.length > 0) counts.roundTrips += 1;
        const outcomes: WriteOutcome[] = [];
        let bytes = 0;
        for (const write of writes) {
          bytes += Buffer.byteLength(JSON.stringify(write));
          if (bytes > largestBatch && outcomes.length > 0) outcomes.push({ kind: 'notTried' });
          else outcomes.push(bytes > largestRequest ? tooLarge : await writeOne(write));
        }
        return outcomes;
      },
      photoBytesSent: () => photoBytes,
      async writePhotos(photos) {
        if (photos.length > 20) throw new RangeError('A batch takes 20 writes');
        if (photos.length > 0) counts.roundTrips += 1;
        const outcomes: PhotoOutcome[] = [];
        let bytes = 0;
        for (const photo of photos) {
          bytes += (photo.bytes.length * 4) / 3;
          const fits = bytes <= largestBatch || outcomes.length === 0;
          if (fits) photoBytes += (photo.bytes.length * 4) / 3;
          outcomes.push(fits ? await writePhoto(photo) : { kind: 'notTried' });
        }
        return outcomes;
      },
      async readPhotos(contactIds) {
        if (contactIds.length > 0) counts.roundTrips += 1;
        const readings: PhotoReading[] = [];
        for (const contactId of contactIds) {
          const found = await readOne<PhotoReading>('readPhotos', contactId, ({ photo }) =>
            photo ? { kind: 'read', bytes: photo } : { kind: 'none' },
          );
          if (found.kind === 'read' || found.kind === 'none') readings.push(found);
          else readings.push({ kind: found.kind === 'gone' ? 'none' : 'unread' });
        }
        return readings;
      },
      async readCategories(contactIds) {
        if (contactIds.length > 0) counts.roundTrips += 1;
        const readings: (readonly string[] | WriteOutcome)[] = [];
        for (const contactId of contactIds)
          readings.push(await readOne('readCategories', contactId, ({ contact }) => contact.categories ?? []));
        return readings;
      },
      async readContacts(contactIds, fields) {
        if (contactIds.length > 0) counts.roundTrips += 1;
        const readings: (FoundContact | WriteOutcome)[] = [];
        for (const contactId of contactIds)
          readings.push(await readOne('readContacts', contactId, stored => toFound(stored, fields)));
        return readings;
      },
      listAll: (folderId, fields) =>
        read('listAll', mailbox =>
          mailbox.contactsIn(mailbox.folder(folderId).id).map(stored => ({
            ...toFound(stored, fields),
            contact: asRow(stored.contact, fields),
          })),
        ),
      listExtended: (folderId, properties) =>
        read('listExtended', mailbox => {
          const all = mailbox.contactsIn(mailbox.folder(folderId).id);
          return new Map(all.map(contact => [contact.id, extendedOf(contact, properties)]));
        }),
      async readExtended(contactIds, properties) {
        counts.roundTrips += Math.ceil(contactIds.length / 20);
        const call = { operation: 'readExtended', mailbox: id };
        const valuesOf = (contactId: string) => {
          const stored = available().contacts.get(contactId);
          return stored && extendedOf(stored, properties);
        };
        const found: (ExtendedValues | undefined)[] = [];
        for (const each of contactIds) found.push(await answer(call, counts, () => valuesOf(each), throwIt));
        return found;
      },
      listEverywhere: () =>
        read('listEverywhere', mailbox =>
          [...mailbox.contacts.values()].map(stored => ({
            folderId: stored.folderId,
            place: mailbox.isDeleted(stored.folderId)
              ? ('deletedItems' as const)
              : stored.folderId === mailbox.defaultFolderId
                ? ('defaultFolder' as const)
                : ('otherFolder' as const),
            stampKey: stored.stamp?.key,
            addresses: (stored.contact.emailAddresses ?? []).flatMap(({ address }) => address ?? []),
          })),
        ),
      listStamped: (folderId, fields) =>
        read('listStamped', mailbox =>
          mailbox.contactsIn(mailbox.folder(folderId).id).flatMap(contact => toStamped(contact, fields)),
        ),
      findStamped: (folderId, key, fields) => read('findStamped', mailbox => stampedIn(mailbox, folderId, key, fields)),
      async findAllStamped(folderId, keys) {
        counts.roundTrips += Math.ceil(keys.length / 20);
        const call = { operation: 'findStamped', mailbox: id };
        const found: StampedContact[][] = [];
        for (const key of keys) {
          found.push(await answer(call, counts, () => stampedIn(available(), folderId, key, undefined), throwIt));
        }
        return found;
      },
      getContact: (contactId, fields) =>
        read('getContact', mailbox => {
          const found = whereaboutsOf(mailbox, contactId);
          const contact = mailbox.contacts.get(contactId)?.contact;
          return found && { ...found, ...(fields && contact ? { contact: contentOf(contact, fields) } : {}) };
        }),
      async getContacts(contactIds) {
        counts.roundTrips += Math.ceil(contactIds.length / 20);
        const call = { operation: 'getContact', mailbox: id };
        const found: (Whereabouts | undefined)[] = [];
        for (const each of contactIds) {
          found.push(await answer(call, counts, () => whereaboutsOf(available(), each), throwIt));
        }
        return found;
      },
      isInDeletedItems(folderId) {
        const known = inDeletedItems.get(folderId) ?? read('isInDeletedItems', mailbox => mailbox.isDeleted(folderId));
        inDeletedItems.set(folderId, known);
        return known;
      },
      deletedItemsId: () => (deletedItems ??= readDeletedItemsId()),
    };
  }

  function openDirectory(): Directory {
    const counts = { requests: 0, roundTrips: 0 };

    function read<Answer>(operation: string, mailbox: string, work: () => Answer): Promise<Answer> {
      counts.roundTrips += 1;
      return answer({ operation, mailbox }, counts, work, throwIt);
    }

    function named<Item extends User | Group>(items: Map<string, Item>, name: string) {
      const wanted = name.toLowerCase();
      const isNamed = ({ address, proxyAddresses }: Item) =>
        [address, ...proxyAddresses].some(each => each.toLowerCase() === wanted);
      return items.get(name) ?? [...items.values()].find(isNamed);
    }

    return {
      counts: () => ({ ...counts }),
      findUser: (name, withAddresses) =>
        read('findUser', '', () => toDirectoryUser(named(users, name), withAddresses && !addressesHidden)),
      findLanguage: id => read('findLanguage', '', () => (users.has(id) ? languages.get(id) : undefined)),
      findGroup: name => read('findGroup', '', () => named(groups, name)?.id),
      groupMembers: (groupId, withAddresses) =>
        read('groupMembers', groupId, () => {
          if (!groups.has(groupId)) throw failure('notFound');
          return usersIn(groupId).flatMap(user => toDirectoryUser(user, withAddresses && !addressesHidden) ?? []);
        }),
    };
  }
}

export type MemoryGraph = ReturnType<typeof createMemoryGraph>;

function withoutMark({ installation, ...folder }: MarkedFolder): ContactFolder {
  return folder;
}

function whereaboutsOf(mailbox: GraphMailbox, contactId: string): Whereabouts | undefined {
  const found = mailbox.contacts.get(contactId);
  const { key, version } = found?.stamp ?? {};
  return (
    found && {
      parentFolderId: found.folderId,
      stamped: key !== undefined,
      ...(version === undefined ? {} : { version }),
    }
  );
}

function stampedIn(
  mailbox: GraphMailbox,
  folderId: string,
  key: string,
  fields: readonly ContactField[] | undefined,
): StampedContact[] {
  const contacts = mailbox.contactsIn(mailbox.folder(folderId).id);
  return contacts.flatMap(contact => toStamped(contact, fields)).filter(({ stamp }) => stamp.key === key);
}

function toFound({ id, folderId, stamp = {}, contact }: StoredContact, fields: readonly ContactField[]): FoundContact {
  return { id, parentFolderId: folderId, stamp, contact: contentOf(contact, fields) };
}

function toStamped(
  { id, folderId, stamp, contact }: StoredContact,
  fields: readonly ContactField[] | undefined,
): StampedContact[] {
  if (stamp?.key === undefined) return [];
  const { key, version = '' } = stamp;
  const content = fields && { contact: asRow(contact, fields) };
  return [{ id, parentFolderId: folderId, stamp: { key, version }, ...content }];
}

function toDirectoryUser(user: User | undefined, withAddresses = false): DirectoryUser | undefined {
  if (!user) return undefined;
  const { id, accountEnabled, address, proxyAddresses } = user;
  const addresses = [address, ...proxyAddresses].map(each => each.toLowerCase());
  return { id, accountEnabled, ...(withAddresses && { addresses }) };
}

const tooLarge: WriteOutcome = { kind: 'refused', code: 'RequestEntityTooLarge', detail: '' };

function throwIt(given: Answered): never {
  if (given instanceof GraphFailure) throw given;
  throw 'kind' in given ? new Error(`A read has no outcome ${given.kind}`) : failureOfRefusal(given);
}

function asOutcome(write: Pick<ContactWrite, 'kind'>, given: Answered): WriteOutcome {
  if (given instanceof GraphFailure) return outcomeOf(given);
  if ('kind' in given) return given;
  const { status, code } = given;
  return outcomeOfAnswer(write, { status, retryAfter: undefined, body: { error: { code } } }, 0, () => 0.5);
}
