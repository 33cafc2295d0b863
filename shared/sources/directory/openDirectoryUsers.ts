import { week } from '../../domain/durations.ts';
import type { ReadContact } from '../../domain/sourceChanges.ts';
import { GraphFailure, type RequestCounts } from '../../ports/contactMailbox.ts';
import { type ContactSource, type Reading, type ReadScope, SourceFailure } from '../../ports/contactSource.ts';
import type {
  DirectoryChanges,
  DirectoryCollection,
  DirectoryReader,
  DirectoryRow,
} from '../../ports/directoryReader.ts';
import type { PhotoQuestion, PhotoReading } from '../../ports/photos.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';
import { isChosenContact, isChosenUser, type Membership } from './chooseUsers.ts';
import { type DirectoryCursor, parseCursor } from './cursor.ts';
import { contactOfOrganisationContact, contactOfUser } from './directoryContact.ts';
import { mergeRow } from './mergeRow.ts';
import { type ReadMembership, readMembership } from './readMembership.ts';

/** Above this many changed rows, looking each of them up costs more than reading everything. */
const mostLookUps = 1_000;

/**
 * The users of the tenant, by delta query. What a row leaves out is looked up rather than kept here: who manages
 * somebody, and what a mail contact's row never tells. Who joins or leaves a group has no row, so that another
 * membership means reading everything once.
 */
export function openDirectoryUsers(
  settings: DirectorySettings,
  { clock, openDirectory, openDirectoryReader }: SourceAdapters<unknown>,
): ContactSource {
  const calls: (() => RequestCounts)[] = [];
  let photoReader: DirectoryReader | undefined;
  return {
    calls: () => calls.map(counts => counts()),
    read: cursor => asSourceFailure(() => read(cursor === undefined ? undefined : parseCursor(cursor))),
    // No reading of it may miss anybody.
    readStanding: async () => new Map(),
    readPhotos: questions => readPhotos(questions),
  };

  function openCounted(): DirectoryReader {
    const reader = openDirectoryReader();
    calls.push(reader.counts);
    return reader;
  }

  async function readPhotos(questions: readonly PhotoQuestion[]): Promise<readonly PhotoReading[]> {
    photoReader ??= openCounted();
    return photoReader.readUserPhotos(questions);
  }

  async function read(known: DirectoryCursor | undefined): Promise<Reading> {
    const reader = openCounted();
    const directory = openDirectory();
    calls.push(directory.counts);
    const now = clock.now();
    const isFresh = known !== undefined && now - known.startedAt < week;
    const membership = await readMembership(settings, known?.groups ?? [], !isFresh, directory, reader);
    if (membership.doubts.length > 0) return stayAsBefore(known, membership);
    const since = isFresh && known.membership === membership.print ? known : undefined;
    return (since && (await readChanges(since, membership, reader))) ?? readAll(now, membership, reader);
  }

  /** Undefined where it has to be read from the start. */
  async function readChanges(since: DirectoryCursor, membership: ReadMembership, reader: DirectoryReader) {
    const users = await changesSince(reader, 'users', since.usersLink);
    const contacts = settings.organisationContacts
      ? await changesSince(reader, 'contacts', since.contactsLink)
      : undefined;
    if (!users || (settings.organisationContacts && !contacts)) return undefined;
    if (users.rows.length + (contacts?.rows.length ?? 0) > mostLookUps) return undefined;
    const userRows = await withReports(latest(users.rows), reader);
    const contactRows = contacts ? await lookedUp(latest(contacts.rows), reader.lookUpContacts) : new Map();
    return reading(since.startedAt, false, membership, {
      users: { ...users, rows: await withManagerNames(userRows, reader) },
      contacts: contacts && { ...contacts, rows: [...contactRows.values()] },
    });
  }

  async function readAll(now: number, membership: ReadMembership, reader: DirectoryReader): Promise<Reading> {
    const users = await reader.readChanges('users');
    const contacts = settings.organisationContacts ? await readAllContacts(reader) : undefined;
    return reading(now, true, membership, {
      users: { ...users, rows: await withManagerNames(latest(users.rows), reader) },
      contacts,
    });
  }

  function reading(
    startedAt: number,
    complete: boolean,
    membership: ReadMembership,
    { users, contacts }: { readonly users: DirectoryChanges; readonly contacts: DirectoryChanges | undefined },
  ): Reading {
    const cursor: DirectoryCursor = {
      startedAt,
      usersLink: users.deltaLink,
      ...(contacts && { contactsLink: contacts.deltaLink }),
      groups: [...membership.groups],
      membership: membership.print,
    };
    const userScope: ReadScope = {
      ...scopeOf('users', complete, users, row => readUser(row, settings, membership)),
      photos: 'untold',
    };
    const contactScope =
      contacts && scopeOf('contacts', complete, contacts, row => readMailContact(row, settings, membership));
    return {
      scopes: [userScope, ...(contactScope ? [contactScope] : [])],
      cursor: JSON.stringify(cursor),
      problems: [],
      partsMissing: false,
    };
  }
}

/** Nobody joins, leaves or changes as long as a group is in doubt; what changed meanwhile is read after it. */
function stayAsBefore(known: DirectoryCursor | undefined, { doubts }: ReadMembership): Reading {
  if (!known) throw new SourceFailure(doubts);
  const scopes = ['users', 'contacts'].map(folderId => ({ folderId, complete: false, mayMiss: false, contacts: [] }));
  return { scopes, cursor: JSON.stringify(known), problems: doubts, partsMissing: false };
}

function scopeOf(
  folderId: DirectoryCollection,
  complete: boolean,
  { rows }: DirectoryChanges,
  readContact: (row: DirectoryRow) => ReadContact,
): ReadScope {
  return { folderId, complete, mayMiss: false, contacts: rows.map(readContact) };
}

function readUser(row: DirectoryRow, settings: DirectorySettings, membership: Membership): ReadContact {
  const isChosen = isChosenUser(row, settings, membership);
  return {
    id: row.id,
    contact: isChosen ? contactOfUser(row.values, row.managerName, settings.extensionAttributes) : null,
  };
}

function readMailContact(row: DirectoryRow, settings: DirectorySettings, membership: Membership): ReadContact {
  const isChosen = isChosenContact(row, settings, membership);
  return { id: row.id, contact: isChosen ? contactOfOrganisationContact(row.values) : null };
}

/** Undefined where the link is dead, after seven days for one, or damaged where it was stored. */
async function changesSince(
  reader: DirectoryReader,
  collection: DirectoryCollection,
  link: string | undefined,
): Promise<DirectoryChanges | undefined> {
  if (link === undefined) return undefined;
  try {
    return await reader.readChanges(collection, link);
  } catch (error) {
    if (error instanceof GraphFailure && (error.kind === 'deltaTokenDead' || error.kind === 'refused'))
      return undefined;
    throw error;
  }
}

/** Rows of one object come several times in a round: later ones say what earlier ones leave out. */
function latest(rows: readonly DirectoryRow[]): ReadonlyMap<string, DirectoryRow> {
  const byId = new Map<string, DirectoryRow>();
  for (const row of rows) byId.set(row.id, mergeRow(byId.get(row.id), row));
  return byId;
}

/** The delta query leaves out addresses and phones, which the listing has (rules.md: Graph, Mail contacts). */
async function readAllContacts(reader: DirectoryReader): Promise<DirectoryChanges> {
  const changes = await reader.readChanges('contacts');
  const listed = new Map((await reader.listOrganisationContacts()).map(row => [row.id, row]));
  const rows = [...latest(changes.rows).values()].map(row => mergeRow(listed.get(row.id), row));
  return { ...changes, rows };
}

/** One that cannot be found is as its row says: the directory may not know it everywhere yet. */
async function lookedUp(
  rows: ReadonlyMap<string, DirectoryRow>,
  lookUp: (ids: readonly string[]) => Promise<readonly DirectoryRow[]>,
): Promise<Map<string, DirectoryRow>> {
  const ids = [...rows.values()].filter(({ removed }) => !removed).map(({ id }) => id);
  const found = new Map((await lookUp(ids)).map(row => [row.id, row]));
  return new Map([...rows].map(([id, row]) => [id, mergeRow(found.get(id), row)]));
}

/** The changed users as a whole, and who reports to one with a new name, which is no row of theirs. */
async function withReports(
  rows: ReadonlyMap<string, DirectoryRow>,
  reader: DirectoryReader,
): Promise<ReadonlyMap<string, DirectoryRow>> {
  const changed = await lookedUp(rows, reader.lookUpUsers);
  const named = [...rows.values()].filter(({ removed, values }) => !removed && 'displayName' in values);
  const reports = await reader.readReports(named.map(({ id }) => id));
  return new Map([...reports.map(row => [row.id, row] as const), ...changed]);
}

/** From the rows themselves; who manages somebody and has no row is looked up. */
async function withManagerNames(
  rows: ReadonlyMap<string, DirectoryRow>,
  reader: DirectoryReader,
): Promise<readonly DirectoryRow[]> {
  const unnamed = [...rows.values()].flatMap(({ managerId, managerName }) =>
    managerId && managerName === undefined && !rows.has(managerId) ? [managerId] : [],
  );
  const others = new Map((await reader.lookUpUsers([...new Set(unnamed)])).map(row => [row.id, row]));
  return [...rows.values()].map(row => {
    const manager = row.managerId ? (rows.get(row.managerId) ?? others.get(row.managerId)) : undefined;
    const name = manager?.values.displayName;
    return typeof name === 'string' ? { ...row, managerName: name } : row;
  });
}

async function asSourceFailure<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const remedy =
      error.kind === 'accessDenied'
        ? ': the app needs User.Read.All, GroupMember.Read.All for groups, OrgContact.Read.All for organisationContacts'
        : '';
    const detail = `The directory could not be read: ${error.message}${remedy}`;
    throw new SourceFailure([{ code: error.code, detail }], { cause: error });
  }
}
