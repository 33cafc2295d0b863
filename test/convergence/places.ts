import type { Contact } from '../../shared/domain/contact.ts';
import type { MemoryGraph } from '../memory/graph.ts';
import { failure } from '../memory/graphFaults.ts';
import type { SourcePlace } from '../memory/sourcePlaces.ts';

/** What a list reads, as whoever keeps it changes it. Contacts have the ids that the product gives them. */
export interface Place {
  readonly id: string;
  readonly kind: string;
  isBroken: boolean;
  /** Whether a contact may go: one kind of source does not believe that it holds nobody any more. */
  mayLose(): boolean;
  add(contact: Contact): string;
  edit(id: string, contact: Contact): void;
  /** Of a kind of source that tells which contacts are private. */
  markPrivate?(id: string, isPrivate: boolean): void;
  /** Of a kind of source whose contacts have photos; undefined for none. */
  setPhoto?(id: string, photo: Uint8Array | undefined): void;
  remove(id: string): void;
  restore(id: string, contact: Contact): void;
  /** Readings fail half-way until it is mended. */
  breakOff(): void;
  mend(): void;
  killCursors(): void;
}

/** A contact folder of a mailbox. */
export function folderPlace(graph: MemoryGraph, mailboxId: string, folderId: string, prefix = ''): Place {
  const mailbox = () => graph.mailbox(mailboxId);
  const idIn = (id: string) => id.slice(prefix.length);
  return {
    id: folderId,
    kind: 'contactFolder',
    isBroken: false,
    mayLose: () => true,
    add: contact => `${prefix}${mailbox().add(folderId, contact)}`,
    edit: (id, contact) => mailbox().edit(idIn(id), contact),
    markPrivate: (id, isPrivate) => mailbox().markPrivate(idIn(id), isPrivate),
    setPhoto: (id, photo = new Uint8Array()) => mailbox().setPhoto(idIn(id), photo),
    remove: id => mailbox().remove(idIn(id)),
    restore: id => mailbox().move(idIn(id), folderId),
    breakOff() {
      this.isBroken = true;
      mailbox().failure = failure('accessDenied');
    },
    mend() {
      this.isBroken = false;
      mailbox().failure = undefined;
    },
    killCursors: () => mailbox().killDeltaTokens(),
  };
}

/** A source of another kind, whose contacts hold what every kind can. */
export function otherPlace(source: SourcePlace, prefix: string): Place {
  const keys = new Map<string, string>();
  let made = 0;
  const put = (key: string, { displayName = '', department, mobilePhone, emailAddresses }: Contact) =>
    source.put(key, { displayName, department, mobilePhone, address: emailAddresses?.[0]?.address ?? '' });
  const present = new Set<string>();
  return {
    id: source.settings.kind,
    kind: source.settings.kind,
    isBroken: false,
    mayLose: () => source.settings.kind !== 'sql' || present.size > 1,
    add(contact) {
      made += 1;
      const key = String(made);
      const id = `${prefix}${source.idOf(key)}`;
      keys.set(id, key);
      this.restore(id, contact);
      return id;
    },
    edit: (id, contact) => put(keys.get(id) ?? '', contact),
    remove(id) {
      source.remove(keys.get(id) ?? '');
      present.delete(id);
    },
    restore(id, contact) {
      put(keys.get(id) ?? '', contact);
      present.add(id);
    },
    breakOff() {
      this.isBroken = true;
      source.breakOff();
    },
    mend() {
      this.isBroken = false;
      source.mend();
    },
    killCursors: () => source.killCursors(),
  };
}
