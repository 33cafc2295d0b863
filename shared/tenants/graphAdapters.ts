import type { GraphClient } from '../graph/client.ts';
import { openDirectory } from '../graph/directory.ts';
import { openDirectoryReader } from '../graph/directoryReader.ts';
import { createDirectorySearch } from '../graph/directorySearch.ts';
import { openFolderTree } from '../graph/folderTree.ts';
import { createAddressFinder } from '../graph/mailboxAddresses.ts';
import { openSubscriptions } from '../graph/subscriptions.ts';
import { openContactMailbox } from '../targets/graph-mailbox/contactMailbox.ts';

/** What the app does with Graph, over one client. */
export function openGraphAdapters(client: GraphClient) {
  return {
    openMailbox: (mailboxId: string) => openContactMailbox(client, mailboxId),
    openDirectory: () => openDirectory(client),
    openDirectoryReader: () => openDirectoryReader(client),
    openFolderTree: (mailboxId: string) => openFolderTree(client, mailboxId),
    findAddresses: createAddressFinder(client),
    searchDirectory: createDirectorySearch(client),
    subscriptions: openSubscriptions(client),
  };
}
