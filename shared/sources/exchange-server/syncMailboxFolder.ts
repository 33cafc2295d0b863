import type { ReadContact } from '../../domain/sourceChanges.ts';
import { ExchangeFailure, type ExchangeRoute, type ExchangeServer } from '../../ports/exchangeServer.ts';
import { contactKey } from './contactKey.ts';
import type { CursorFolder } from './cursor.ts';
import { type FolderReading, UnreadableFolder } from './folderReading.ts';
import { readContacts } from './readContacts.ts';

/** Each costs a hundredth of a request: more than can be read within a capture. */
const mostContacts = 50_000;
/** Their ids are kept in the cursor, to be asked for again. */
const mostUnread = 100;

/**
 * What changed in a folder of a mailbox, from the start without a state or where Exchange does not take it any more.
 *
 * @throws ExchangeFailure, UnreadableFolder
 */
export async function syncMailboxFolder(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
  known: CursorFolder['sync'],
): Promise<FolderReading> {
  try {
    return await sync(server, folderId, route, known);
  } catch (error) {
    if (!known || !(error instanceof ExchangeFailure) || error.kind !== 'syncStateDead') throw error;
    return sync(server, folderId, route, undefined);
  }
}

async function sync(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
  known: CursorFolder['sync'],
): Promise<FolderReading> {
  const { changed, removed, state } = await readChanges(server, folderId, route, known?.state);
  const asked = new Set([...changed, ...(known?.unread ?? []).filter(id => !removed.has(id))]);
  const { found, unread } = await readContacts(server, [...asked], route);
  if (unread.size > mostUnread) {
    throw new UnreadableFolder('SourceContactsUnreadable', `${unread.size} of its contacts cannot be read`);
  }
  // One that is not found any more without having been removed: the next round tells.
  const contacts: ReadContact[] = [
    ...[...found].map(([id, contact]) => ({ id: contactKey(id), contact })),
    ...(known ? [...removed].filter(id => !found.has(id)).map(id => ({ id: contactKey(id), contact: null })) : []),
  ];
  return {
    complete: known === undefined,
    contacts,
    unread: new Map([...unread].map(([id, failure]) => [contactKey(id), failure])),
    cursor: { sync: { state, unread: [...unread.keys()] } },
  };
}

interface Changes {
  readonly changed: ReadonlySet<string>;
  /** What came and went in one page is in both: whether it is there is seen when it is asked for. */
  readonly removed: ReadonlySet<string>;
  readonly state: string;
}

async function readChanges(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
  since: string | undefined,
): Promise<Changes> {
  const changed = new Set<string>();
  const removed = new Set<string>();
  for (let state = since; ; ) {
    const page = await server.syncItems(folderId, state, route);
    for (const id of page.removed) {
      changed.delete(id);
      removed.add(id);
    }
    for (const { id } of page.changed) changed.add(id);
    if (page.complete) return { changed, removed, state: page.state };
    if (changed.size > mostContacts) {
      throw new UnreadableFolder('SourceTooLarge', `it has more than ${mostContacts} contacts`);
    }
    if (page.state === state) throw new ExchangeFailure('unreadable', 'SyncStateStays');
    state = page.state;
  }
}
