import { week } from '../../domain/durations.ts';
import {
  type ContactMailbox,
  type ExtendedProperty,
  type ExtendedValues,
  GraphFailure,
  type RequestCounts,
} from '../../ports/contactMailbox.ts';
import {
  type ContactSource,
  type Reading,
  SourceFailure,
  type SourceNeeds,
  type SourceProblem,
} from '../../ports/contactSource.ts';
import type { SourceAdapters } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { inTenant, tenantNamed } from '../tenantNamed.ts';
import { type FolderCursor, parseCursor, writeCursor } from './cursor.ts';
import {
  describeMissingFolder,
  describeStamped,
  describeUnknownSource,
  describeUnreadableSource,
} from './describeFailure.ts';
import { type FolderResult, readSourceFolder } from './readFolder.ts';
import { isPrivate } from './withExtended.ts';

/** The contact folders that a list names, in the mailbox of an address or id. */
export function openContactFolders(
  source: ContactFolderSettings,
  adapters: SourceAdapters<Connections>,
  { extended, findsPrivate = false }: SourceNeeds,
): ContactSource {
  const tenant = tenantNamed(source.connection, adapters.connections);
  const { clock, openMailbox, openDirectory } = inTenant(tenant, adapters);
  // What another organisation's sync wrote may have come from here.
  const properties: readonly ExtendedProperty[] = tenant ? [...extended, 'stampKey'] : extended;
  const calls: (() => RequestCounts)[] = [];
  let mailbox: ContactMailbox | undefined;
  return {
    calls: () => calls.map(counts => counts()),
    read: cursor => asSourceFailure(() => read(cursor === undefined ? undefined : ofTenant(parseCursor(cursor)))),
    readStanding: (folderId, ids) => asSourceFailure(() => readStanding(folderId, ids)),
    readPhotos: async questions => (await mailbox?.readPhotos(questions.map(({ id }) => id))) ?? [],
  };

  /** A connection may lead elsewhere than it did: then nothing is known. */
  function ofTenant(cursor: FolderCursor | undefined): FolderCursor | undefined {
    return cursor?.tenantId === tenant?.tenantId ? cursor : undefined;
  }

  /**
   * Reads every folder. The ids of mailbox and folders are kept, and looked up again weekly, since a deleted folder's id
   * still resolves, and when Graph does not know them any more (rules.md: Capturing, 7). Then the folders are read from
   * the start, so that nothing stays wrong for longer that a delta query did not tell.
   */
  async function read(known: FolderCursor | undefined): Promise<Reading> {
    const now = clock.now();
    const fresh = known !== undefined && known.mailboxId !== '' && now - known.checkedAt < week;
    const mailboxId = fresh ? known.mailboxId : await findMailboxId();
    try {
      const { results, problems } = await readFolders(mailboxId, known, fresh);
      const folders = results.map(({ folder }) => folder);
      const checkedAt = fresh ? known.checkedAt : now;
      const cursor = writeCursor({ tenantId: tenant?.tenantId, mailboxId, checkedAt, folders });
      const scopes = results.map(({ scope }) => scope);
      const reading = { scopes, cursor, problems, notes: describeStamped(folders), partsMissing: problems.length > 0 };
      return findsPrivate ? { ...reading, privateIds: await findPrivate(folders.map(({ id }) => id)) } : reading;
    } catch (error) {
      if (!fresh || !(error instanceof GraphFailure) || error.kind !== 'noMailbox') throw error;
      return read({ ...known, checkedAt: 0 });
    }
  }

  async function readFolders(mailboxId: string, known: FolderCursor | undefined, fresh: boolean) {
    const opened = openMailbox(mailboxId);
    mailbox = opened;
    calls.push(opened.counts);
    const results: FolderResult[] = [];
    const problems: SourceProblem[] = [];
    // One after the other: a contact that moves meanwhile is where the folder that was read last shows it.
    for (const [index, path] of source.folders.entries()) {
      const isSameMailbox = mailboxId === known?.mailboxId;
      const folder = isSameMailbox ? known.folders.find(other => other.path === path) : undefined;
      const result = await readSourceFolder(opened, folder ?? { path }, fresh, properties);
      if (result) results.push(result);
      else problems.push(describeMissingFolder(path, index));
    }
    if (results.length === 0) throw new SourceFailure(problems);
    return { results, problems };
  }

  async function findPrivate(folderIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const id of folderIds) {
      const values = (await mailbox?.listExtended(id, ['sensitivity'])) ?? new Map<string, ExtendedValues>();
      found.push(...[...values].flatMap(([contactId, value]) => (isPrivate(value) ? [contactId] : [])));
    }
    return found;
  }

  /** In another tenant the app may read the mailbox and nobody's account: it goes by the name in the settings. */
  async function findMailboxId(): Promise<string> {
    if (tenant) return source.mailbox;
    const directory = openDirectory();
    calls.push(directory.counts);
    const user = await directory.findUser(source.mailbox);
    if (user) return user.id;
    throw new SourceFailure([describeUnknownSource(source)]);
  }

  async function readStanding(folderId: string, ids: readonly string[]) {
    const fields = extended.filter(name => name !== 'sensitivity' && name !== 'stampKey');
    const standing = new Map();
    for (const id of ids) {
      const found = await mailbox?.getContact(id, fields);
      if (found?.parentFolderId === folderId) standing.set(id, found.contact);
    }
    return standing;
  }

  async function asSourceFailure<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      throw new SourceFailure([describeUnreadableSource(error, tenant)], { cause: error });
    }
  }
}
