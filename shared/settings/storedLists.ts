import type { Connections } from './connections.ts';
import { type ContactList, mostLists } from './contactList.ts';
import { findDoubleFault, findLoopFault } from './listConflicts.ts';
import {
  type ContactLists,
  findForbiddenWay,
  parseEntries,
  pathOf,
  type RefusedList,
  type Ways,
} from './parseContactLists.ts';
import { connectionOf, type SourceSettings } from './sourceSettings.ts';

/** A list that is not in `CONTACT_LISTS`. */
export interface StoredList {
  readonly id: string;
  /** As `CONTACT_LISTS` would have it, or why nobody can read it any more. */
  readonly entry: { readonly readable: unknown } | { readonly damage: string };
}

/** What the settings allow stored lists to read. */
export interface StoredWays extends Ways {
  /** Addresses of mailboxes, in small letters. */
  readonly consoleSources: readonly string[];
}

/**
 * The lists of `CONTACT_LISTS` together with those that are stored. One whose id is in `CONTACT_LISTS` is on standby, and
 * none of them stops a list in code: where two conflict, the stored one is refused (rules.md: Stored lists).
 */
export function withStoredLists(code: ContactLists, stored: readonly StoredList[], ways: StoredWays): ContactLists {
  const inCode = idsOf(code);
  const active = stored.filter(({ id }) => !inCode.has(id));
  const parsed = active.map(parseStored);
  const sourceReaders = [...code.sourceReaders, ...parsed.flatMap(each => each.sourceReaders)];
  const lists = [...code.lists];
  const refusedLists: RefusedList[] = [...code.refusedLists, ...parsed.flatMap(each => each.refusedLists)];
  for (const list of parsed.flatMap(each => each.lists)) {
    const fault =
      findOneTooMany(lists.length + refusedLists.length) ??
      findForbiddenWay(list, ways) ??
      findClosedSource(list, ways) ??
      findLoopFault(list, sourceReaders) ??
      findReadingFault(list, code.lists) ??
      findDoubleFault(list, lists);
    if (fault === undefined) lists.push(list);
    else refusedLists.push({ id: list.id, faults: [fault] });
  }
  return { lists, refusedLists, sourceReaders };
}

export function idsOf({ lists, refusedLists }: Pick<ContactLists, 'lists' | 'refusedLists'>): ReadonlySet<string> {
  return new Set([...lists, ...refusedLists].flatMap(({ id }) => id ?? []));
}

function parseStored({ id, entry }: StoredList): ContactLists {
  if ('damage' in entry) return { lists: [], refusedLists: [{ id, faults: [entry.damage] }], sourceReaders: [] };
  const parsed = parseEntries([entry.readable]);
  const refusedLists = parsed.refusedLists.map(({ faults }) => ({ id, faults }));
  const [list] = parsed.lists;
  if (!list || list.id === id) return { ...parsed, refusedLists };
  return { ...parsed, lists: [], refusedLists: [{ id, faults: [`id: is not "${id}", as the list is called`] }] };
}

function findOneTooMany(lists: number): string | undefined {
  return lists < mostLists ? undefined : `there are ${lists} lists: at most ${mostLists} can be run`;
}

/** The fault of a stored list that reads what the settings leave to lists in code. */
function findClosedSource({ sources }: ContactList, ways: StoredWays): string | undefined {
  for (const [index, source] of sources.entries()) {
    const fault = findClosedMailbox(source, ways) ?? findClosedConnection(source, ways.connections);
    if (fault) return `${pathOf(sources, index)}.${fault}`;
  }
  return undefined;
}

function findClosedMailbox(source: SourceSettings, { consoleSources }: StoredWays): string | undefined {
  if (!('mailbox' in source) || consoleSources.includes(source.mailbox.toLowerCase())) return undefined;
  return 'mailbox: is none of CONSOLE_SOURCES, and a list that is not in CONTACT_LISTS reads no other: add it there';
}

function findClosedConnection(source: SourceSettings, { usable }: Connections): string | undefined {
  const name = connectionOf(source)?.name;
  if (name === undefined || usable.get(name)?.console === true) return undefined;
  return `connection: "${name}" is not open to lists that are not in CONTACT_LISTS: give it "console": true in CONNECTIONS`;
}

/** The fault of a list that reads what one in code writes: that one would be stopped for a loop. */
function findReadingFault(list: ContactList, inCode: readonly ContactList[]): string | undefined {
  const writer = inCode.find(other => findLoopFault(other, [list]) !== undefined);
  return writer && `source: reads the folder "${writer.destination.folder}" that the list "${writer.id}" writes`;
}
