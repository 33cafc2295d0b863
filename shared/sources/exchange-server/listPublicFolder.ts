import type { ReadContact } from '../../domain/sourceChanges.ts';
import type { ExchangeRoute, ExchangeServer, ItemReference } from '../../ports/exchangeServer.ts';
import { contactKey } from './contactKey.ts';
import { type FolderReading, UnreadableFolder } from './folderReading.ts';
import { type ItemPrints, packItems, printOf, unreadPrint } from './packedItems.ts';
import { readContacts } from './readContacts.ts';

/** What the cursor holds room for, in one folder and over all of a source. */
export const mostPublicContacts = 20_000;
const mostListings = 3;

/**
 * What changed in a public folder, where Exchange has no `SyncFolderItems`: all ids are listed and compared with those of
 * before, and what is new or changed is asked for.
 *
 * @param known undefined to read from the start
 * @throws ExchangeFailure, UnreadableFolder
 */
export async function listPublicFolder(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
  known: ItemPrints | undefined,
): Promise<FolderReading> {
  const listed = await listItems(server, folderId, route);
  const prints = new Map([...listed].map(([key, { changeKey }]) => [key, printOf(changeKey)]));
  const changed = [...listed].filter(([key]) => known?.get(key) !== prints.get(key)).map(([, { id }]) => id);
  const { found, notFound, unread } = await readContacts(server, changed, route);
  for (const id of [...notFound, ...unread.keys()]) prints.set(contactKey(id), unreadPrint);
  const removed = [...(known?.keys() ?? [])].filter(key => !listed.has(key));
  const contacts: ReadContact[] = [
    ...[...found].map(([id, contact]) => ({ id: contactKey(id), contact })),
    ...removed.map(id => ({ id, contact: null })),
  ];
  return {
    complete: known === undefined,
    contacts,
    unread: new Map([...unread].map(([id, failure]) => [contactKey(id), failure])),
    cursor: { items: packItems(prints) },
  };
}

/** By contact key. A folder that changed between two pages is listed again: whom a page skipped would seem gone. */
async function listItems(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
): Promise<ReadonlyMap<string, ItemReference>> {
  for (let listing = 0; listing < mostListings; listing++) {
    const items = await listOnce(server, folderId, route);
    if (items) return new Map(items.map(item => [contactKey(item.id), item]));
  }
  throw new UnreadableFolder('SourceKeepsChanging', 'it changed each time while it was listed');
}

/**
 * Each page begins with the last item of the page before: where another is found there, something before it came or went,
 * and the listing has a gap or a double (undefined).
 */
async function listOnce(
  server: ExchangeServer,
  folderId: string,
  route: ExchangeRoute,
): Promise<readonly ItemReference[] | undefined> {
  const items: ItemReference[] = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page = await server.listItems(folderId, Math.max(offset - 1, 0), route);
    const last = items.at(-1);
    if (last && page.items[0]?.id !== last.id) return undefined;
    items.push(...page.items.slice(last ? 1 : 0));
    if (items.length > mostPublicContacts) {
      throw new UnreadableFolder('SourceTooLarge', `it has more than ${mostPublicContacts} contacts`);
    }
    if (page.nextOffset !== undefined && page.nextOffset <= offset) return undefined;
    offset = page.nextOffset;
  }
  return items;
}
