import type { GraphClient } from './client.ts';
import { openContactMailbox } from './contactMailbox.ts';
import { openDirectory } from './directory.ts';
import { openDirectoryReader } from './directoryReader.ts';
import { openFolderTree } from './folderTree.ts';
import { createAddressFinder } from './mailboxAddresses.ts';
import { openSubscriptions } from './subscriptions.ts';

/** What the app does with Graph, over one client. */
export function openGraphAdapters(client: GraphClient) {
  return {
    openMailbox: (mailboxId: string) => openContactMailbox(client, mailboxId),
    openDirectory: () => openDirectory(client),
    openDirectoryReader: () => openDirectoryReader(client),
    openFolderTree: (mailboxId: string) => openFolderTree(client, mailboxId),
    findAddresses: createAddressFinder(client),
    subscriptions: openSubscriptions(client),
  };
}
