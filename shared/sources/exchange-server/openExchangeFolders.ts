import { week } from '../../domain/durations.ts';
import { withoutPrivateMark } from '../../domain/privateMark.ts';
import {
  type ContactSource,
  type Reading,
  type ReadScope,
  SourceFailure,
  type SourceNeeds,
  type SourceProblem,
} from '../../ports/contactSource.ts';
import {
  ExchangeFailure,
  type ExchangeFailureKind,
  type ExchangeRoute,
  type ExchangeServer,
} from '../../ports/exchangeServer.ts';
import type { ExchangeServerSettings } from '../../settings/exchangeServerSource.ts';
import { asSourceFailure } from './asSourceFailure.ts';
import { connect, type ExchangeAdapters } from './connect.ts';
import { type CursorFolder, type ExchangeCursor, parseCursor } from './cursor.ts';
import {
  describeMissingFolder,
  describeNoPublicFolders,
  describeUnread,
  describeUnreadableFolder,
} from './describeFailure.ts';
import { contentRouteOf, type FolderSearch, findFolder, findStartingRoute } from './findFolder.ts';
import { type FolderReading, UnreadableFolder } from './folderReading.ts';
import { listPublicFolder, mostPublicContacts } from './listPublicFolder.ts';
import { unpackItems } from './packedItems.ts';
import { syncMailboxFolder } from './syncMailboxFolder.ts';

/** Of ids and routes that are kept: the folder, or the mailbox that it is in, may be another by now. */
const movedAway: readonly ExchangeFailureKind[] = ['notFound', 'noMailbox', 'accessDenied'];

interface FoundFolder extends Pick<CursorFolder, 'path' | 'id' | 'route'> {
  readonly reading: FolderReading;
}

/** The folders that a list names on an Exchange server on premises. */
export function openExchangeFolders(
  source: ExchangeServerSettings,
  adapters: ExchangeAdapters,
  { extended }: Pick<SourceNeeds, 'extended'>,
): ContactSource {
  const hidesPrivate = extended.includes('sensitivity');
  const server = connect(source, adapters);
  const unread = new Map<string, ReadonlySet<string>>();
  let startingRoute: Promise<ExchangeRoute | undefined> | undefined;
  return {
    calls: () => [server.counts()],
    read: cursor => asSourceFailure(source, () => read(cursor === undefined ? undefined : parseCursor(cursor))),
    async readStanding(scopeId, ids) {
      return new Map(ids.filter(id => unread.get(scopeId)?.has(id)).map(id => [id, undefined]));
    },
  };

  /** Paths are looked up again weekly, and the folders read from the start, as those of Graph are. */
  async function read(known: ExchangeCursor | undefined): Promise<Reading> {
    const now = adapters.clock.now();
    const isFresh = known && now - known.checkedAt < week && known.marks === hidesPrivate;
    const fresh = isFresh ? known : undefined;
    const folders: CursorFolder[] = [];
    const scopes: ReadScope[] = [];
    const problems: SourceProblem[] = [];
    // One after the other: a contact that moves meanwhile is where the folder that was read last shows it.
    for (const [index, path] of source.folders.entries()) {
      const found = await readFolder(path, index, fresh);
      if ('reading' in found) {
        const { reading, ...place } = found;
        folders.push({ ...place, ...reading.cursor });
        scopes.push(scopeOf(place.id, reading));
        if (reading.unread.size > 0) problems.push(describeUnread(index, reading.unread));
      } else {
        problems.push(describeMissingFolder(path, index, found));
      }
    }
    if (folders.length === 0) throw new SourceFailure(problems);
    refuseTooMany(folders);
    const cursor: ExchangeCursor = { checkedAt: fresh?.checkedAt ?? now, marks: hidesPrivate, folders };
    const partsMissing = folders.length < source.folders.length;
    return { scopes, cursor: JSON.stringify(cursor), problems, partsMissing };
  }

  function scopeOf(folderId: string, { complete, contacts, unread: left }: FolderReading): ReadScope {
    unread.set(folderId, new Set(left.keys()));
    return {
      folderId,
      complete,
      mayMiss: left.size > 0,
      contacts: hidesPrivate ? contacts : contacts.map(withoutPrivateMark),
    };
  }

  async function readFolder(
    path: string,
    index: number,
    fresh: ExchangeCursor | undefined,
  ): Promise<FoundFolder | FolderSearch> {
    const known = fresh?.folders.find(folder => folder.path === path);
    try {
      return (known && (await readKnown(server, source, known))) ?? (await readFound(path));
    } catch (error) {
      if (!(error instanceof UnreadableFolder)) throw error;
      throw new SourceFailure([describeUnreadableFolder(error, index)]);
    }
  }

  async function readFound(path: string): Promise<FoundFolder | FolderSearch> {
    startingRoute ??= findStartingRoute(server, source);
    const route = await startingRoute;
    if (!route) throw new SourceFailure([describeNoPublicFolders()]);
    const search = await findFolder(server, source, path, route);
    if (!('folder' in search)) return search;
    const { folder } = search;
    const place = { path, id: folder.id, route: await contentRouteOf(server, folder, source.mailbox, route) };
    const reading = source.publicFolders
      ? await listPublicFolder(server, folder.id, place.route, undefined)
      : await syncMailboxFolder(server, folder.id, place.route, undefined);
    return { ...place, reading };
  }
}

/**
 * Undefined where the folder has to be looked for again. A public folder that lost more than half is one of them: with a
 * route to a mailbox that does not hold its contents any more, Exchange answers with a part or nothing.
 */
async function readKnown(
  server: ExchangeServer,
  source: ExchangeServerSettings,
  known: CursorFolder,
): Promise<FoundFolder | undefined> {
  const { path, id, route } = known;
  try {
    if (!source.publicFolders) {
      if (!known.sync) return undefined;
      return { path, id, route, reading: await syncMailboxFolder(server, id, route, known.sync) };
    }
    const items = known.items === undefined ? undefined : unpackItems(known.items);
    if (!items) return undefined;
    const reading = await listPublicFolder(server, id, route, items);
    const lost = reading.contacts.filter(({ contact }) => !contact).length;
    return lost * 2 > items.size ? undefined : { path, id, route, reading };
  } catch (error) {
    if (error instanceof ExchangeFailure && movedAway.includes(error.kind)) return undefined;
    throw error;
  }
}

/** All of them share one cursor. */
function refuseTooMany(folders: readonly CursorFolder[]): void {
  const count = folders.reduce(
    (sum, { items }) => sum + (items === undefined ? 0 : (unpackItems(items)?.size ?? 0)),
    0,
  );
  if (count <= mostPublicContacts) return;
  const detail = `The public folders of the source have ${count} contacts together, and ${mostPublicContacts} can be followed: split them over several lists`;
  throw new SourceFailure([{ code: 'SourceTooLarge', detail }]);
}
