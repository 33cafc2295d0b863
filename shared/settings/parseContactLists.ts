import * as z from 'zod';
import { type Connections, findConnectionFault } from './connections.ts';
import { type ContactList, contactListSchema, mostLists, type SourceReader, sourceReader } from './contactList.ts';
import { readContactLists } from './contactListsText.ts';
import { findHostFault } from './csvSource.ts';
import { findDoubleFault, findLoopFault } from './listConflicts.ts';
import { connectionOf } from './sourceSettings.ts';
import { sayPlainly } from './strictObject.ts';

/** A list whose settings have a fault: it is paused, and never cleaned up. `id` is missing when even that is unusable. */
export interface RefusedList {
  readonly id: string | undefined;
  readonly faults: readonly string[];
}

export interface ContactLists {
  readonly lists: readonly ContactList[];
  readonly refusedLists: readonly RefusedList[];
  /** Of all lists, paused and refused ones included, as far as their source can be read. */
  readonly sourceReaders: readonly SourceReader[];
}

const noLists = { lists: [], refusedLists: [], sourceReaders: [], entries: [] };

/** The ways out of the tenant that lists may name. */
export interface Ways {
  readonly connections: Connections;
  readonly csvHosts: readonly string[];
}

/**
 * The lists that run and those that do not, each with its faults.
 *
 * @param setting the text of `CONTACT_LISTS`
 * @param appRoot folder below which it may name a file
 * @returns with the faults for which no list can run at all
 */
export function parseContactLists(
  setting: string | undefined,
  ways: Ways,
  appRoot: string,
): ContactLists & { readonly entries: readonly unknown[]; readonly faults: readonly string[] } {
  const entries = readContactLists(setting, appRoot);
  if (typeof entries === 'string') return { ...noLists, faults: [`CONTACT_LISTS ${entries}`] };
  if (entries.length > mostLists) {
    return { ...noLists, faults: [`CONTACT_LISTS has ${entries.length} lists: at most ${mostLists} can be run`] };
  }
  return { ...refuseConflicts(parseEntries(entries), ways), entries, faults: [] };
}

/** Each by itself, without a look at what it says beside the others. */
export function parseEntries(entries: readonly unknown[]): ContactLists {
  const lists: ContactList[] = [];
  const refusedLists: RefusedList[] = [];
  const repeated = repeatedIds(entries);
  for (const entry of entries) {
    const parsed = contactListSchema.safeParse(entry, { error: sayPlainly });
    const id = idOf(entry);
    const found = [...(parsed.error ? describeIssues(parsed.error) : []), ...(repeated.get(id) ?? [])];
    if (parsed.success && found.length === 0) lists.push(parsed.data);
    else refusedLists.push({ id, faults: found });
  }
  const sourceReaders = entries.flatMap(entry => sourceReader.safeParse(entry).data ?? []);
  return { lists, refusedLists, sourceReaders };
}

/** Of lists that cannot do what they say beside each other, the one that would do harm is refused. */
function refuseConflicts({ lists, refusedLists, sourceReaders }: ContactLists, ways: Ways): ContactLists {
  const accepted: ContactList[] = [];
  const refused: RefusedList[] = [];
  for (const list of lists) {
    const fault = findForbiddenWay(list, ways) ?? findLoopFault(list, sourceReaders) ?? findDoubleFault(list, accepted);
    if (fault === undefined) accepted.push(list);
    else refused.push({ id: list.id, faults: [fault] });
  }
  return { lists: accepted, refusedLists: [...refusedLists, ...refused], sourceReaders };
}

/** The fault of a list that reads by a way which the settings do not open. */
export function findForbiddenWay(list: ContactList, { connections, csvHosts }: Ways): string | undefined {
  return findUnusableConnection(list, connections) ?? findForbiddenHost(list, csvHosts);
}

function findForbiddenHost({ sources }: ContactList, hosts: readonly string[]): string | undefined {
  for (const [index, source] of sources.entries()) {
    const fault = source.kind === 'csv' ? findHostFault(source, hosts) : undefined;
    if (fault) return `${pathOf(sources, index)}.${fault}`;
  }
  return undefined;
}

function findUnusableConnection({ sources }: ContactList, connections: Connections): string | undefined {
  for (const [index, source] of sources.entries()) {
    const needed = connectionOf(source);
    const fault = needed && findConnectionFault(needed.name, needed.kinds, connections);
    if (fault) return `${pathOf(sources, index)}.connection: ${fault}`;
  }
  return undefined;
}

/** As the admin wrote it. */
export function pathOf({ length }: readonly unknown[], index: number): string {
  return length > 1 ? `sources.${index}` : 'source';
}

const identified = z.object({ id: z.string() });

function idOf(entry: unknown): string | undefined {
  const parsed = identified.safeParse(entry);
  return parsed.success ? parsed.data.id : undefined;
}

/** The fault of each id that several lists have: nobody can say which of them its mailboxes should follow. */
function repeatedIds(entries: readonly unknown[]): ReadonlyMap<string | undefined, readonly string[]> {
  const byId = Map.groupBy(entries, idOf);
  const repeated = [...byId].filter(([id, same]) => id !== undefined && same.length > 1);
  return new Map(
    repeated.map(([id, same]) => [id, [`id: ${same.length} lists have the id "${id}": give each its own`]]),
  );
}

function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(issue =>
    issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message,
  );
}
