import {
  type ContactMailbox,
  type ContactWrite,
  GraphFailure,
  type RequestCounts,
  type StampedContact,
  type WriteOutcome,
} from '../../shared/ports/contactMailbox.ts';
import type { Directory, DirectoryUser } from '../../shared/ports/directory.ts';
import { failure, type GraphCall, type GraphFault, outcomeOf } from './graphFaults.ts';
import { createGraphMailbox, type GraphMailbox, type StoredContact } from './graphMailbox.ts';

interface User extends DirectoryUser {
  readonly address: string;
}

interface Group {
  readonly id: string;
  readonly address: string;
  /** Ids of users and of groups. */
  members: readonly string[];
}

/** Graph in memory: users, groups and their mailboxes, a log of every call, and faults to meet them. */
export function createMemoryGraph() {
  const users = new Map<string, User>();
  const groups = new Map<string, Group>();
  const mailboxes = new Map<string, GraphMailbox>();
  const calls: GraphCall[] = [];
  let faults: { fault: GraphFault; left: number }[] = [];
  let ids = 0;

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
      users.set(id, { id, address, accountEnabled });
      mailboxes.set(id, createGraphMailbox(newId));
      return id;
    },
    setEnabled(id: string, accountEnabled: boolean): void {
      const user = users.get(id);
      if (user) users.set(id, { ...user, accountEnabled });
    },
    removeUser(id: string): void {
      users.delete(id);
      mailboxes.delete(id);
    },
    setGroup(address: string, members: readonly string[]): string {
      const group = [...groups.values()].find(known => known.address === address) ?? {
        id: newId('group'),
        address,
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
    counts: RequestCounts,
    work: () => Answer,
    convert: (given: GraphFailure | WriteOutcome) => Answer,
  ): Promise<Answer> {
    counts.requests += 1;
    calls.push(call);
    // Other handlers run meanwhile, as they would during a request.
    await new Promise(resolve => setImmediate(resolve));
    const met = faults.find(({ fault, left }) => left > 0 && isChosen(call, fault));
    if (!met) return work();
    met.left -= 1;
    const { committed = false, meanwhile, answer: given } = met.fault;
    const done = committed ? work() : undefined;
    if (meanwhile) await meanwhile();
    if (given) return convert(given);
    return done ?? work();
  }

  function isChosen(call: GraphCall, { on }: GraphFault): boolean {
    return Object.entries(on).every(([name, value]) => call[name as keyof GraphCall] === value);
  }

  function openMailbox(id: string): ContactMailbox {
    const counts: RequestCounts = { requests: 0, roundTrips: 0 };
    let deletedItems: Promise<string> | undefined;

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
      const contact =
        write.kind === 'delete' ? mailboxes.get(id)?.contacts.get(write.contactId)?.contact : write.contact;
      const call = {
        operation: write.kind,
        mailbox: id,
        displayName: contact?.displayName,
        ...(write.kind === 'patch' ? { fields: write.fields } : {}),
      };
      return answer(call, counts, () => tryWrite(write), asOutcome);
    }

    function tryWrite(write: ContactWrite): WriteOutcome {
      try {
        return available().write(write);
      } catch (error) {
        if (error instanceof GraphFailure) return outcomeOf(error);
        throw error;
      }
    }

    return {
      counts,
      findFolder: path => read('findFolder', mailbox => mailbox.findFolder(path)),
      getFolder: folderId => read('getFolder', mailbox => mailbox.folders.get(folderId)),
      isDeleted: folder => read('isDeleted', mailbox => mailbox.isDeleted(folder.id)),
      createFolder: name => read('createFolder', mailbox => mailbox.createFolder(name)),
      renameFolder: (folderId, name) => read('renameFolder', mailbox => mailbox.renameFolder(folderId, name)),
      deleteFolder: folderId => read('deleteFolder', mailbox => mailbox.deleteFolder(folderId)),
      readChanges: (folderId, link) => read('readChanges', mailbox => mailbox.changes(folderId, link)),
      listContacts: folderId => read('listContacts', mailbox => mailbox.list(folderId)),
      async write(writes) {
        if (writes.length > 20) throw new RangeError('A batch takes 20 writes');
        if (writes.length > 0) counts.roundTrips += 1;
        const outcomes: WriteOutcome[] = [];
        for (const write of writes) outcomes.push(await writeOne(write));
        return outcomes;
      },
      listStamped: (folderId, withContent = false) =>
        read('listStamped', mailbox =>
          mailbox.contactsIn(mailbox.folder(folderId).id).flatMap(contact => toStamped(contact, withContent)),
        ),
      findStamped: (folderId, key) =>
        read('findStamped', mailbox =>
          mailbox
            .contactsIn(mailbox.folder(folderId).id)
            .flatMap(contact => toStamped(contact, false))
            .filter(({ stamp }) => stamp.key === key),
        ),
      getContact: contactId =>
        read('getContact', mailbox => {
          const found = mailbox.contacts.get(contactId);
          const version = found?.stamp?.version;
          return found && { parentFolderId: found.folderId, ...(version === undefined ? {} : { version }) };
        }),
      deletedItemsId: () => (deletedItems ??= readDeletedItemsId()),
    };
  }

  function openDirectory(): Directory {
    const counts: RequestCounts = { requests: 0, roundTrips: 0 };

    function read<Answer>(operation: string, mailbox: string, work: () => Answer): Promise<Answer> {
      counts.roundTrips += 1;
      return answer({ operation, mailbox }, counts, work, throwIt);
    }

    function named<Item extends { id: string; address: string }>(items: Map<string, Item>, name: string) {
      return items.get(name) ?? [...items.values()].find(({ address }) => address.toLowerCase() === name.toLowerCase());
    }

    return {
      counts,
      findUser: name => read('findUser', '', () => toDirectoryUser(named(users, name))),
      findGroup: name => read('findGroup', '', () => named(groups, name)?.id),
      groupMembers: groupId =>
        read('groupMembers', groupId, () => {
          if (!groups.has(groupId)) throw failure('notFound');
          return usersIn(groupId).flatMap(user => toDirectoryUser(user) ?? []);
        }),
    };
  }
}

export type MemoryGraph = ReturnType<typeof createMemoryGraph>;

function toStamped({ id, folderId, stamp, contact }: StoredContact, withContent: boolean): StampedContact[] {
  if (stamp?.key === undefined) return [];
  const { key, version = '' } = stamp;
  return [{ id, parentFolderId: folderId, stamp: { key, version }, ...(withContent ? { contact } : {}) }];
}

function toDirectoryUser(user: User | undefined): DirectoryUser | undefined {
  return user && { id: user.id, accountEnabled: user.accountEnabled };
}

function throwIt(given: GraphFailure | WriteOutcome): never {
  throw given instanceof GraphFailure ? given : new Error(`A read has no outcome ${given.kind}`);
}

function asOutcome(given: GraphFailure | WriteOutcome): WriteOutcome {
  return given instanceof GraphFailure ? outcomeOf(given) : given;
}
