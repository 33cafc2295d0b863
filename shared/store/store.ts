import type { Tables } from '../ports/tableStorage.ts';
import { openInstallation } from './installation.ts';
import { openMailboxIndex, openMailboxPartition } from './mailboxes.ts';
import { openProgress } from './progress.ts';
import { openRuns } from './runs.ts';
import { openListIndex, openSource } from './sources.ts';
import { openSubscriptionRows } from './subscriptions.ts';

/**
 * What lies in the tables, by what it is about. What is kept in memory of it lasts as long as the store.
 *
 * @param newId a new unique id, without a dot
 */
export function openStore(tables: Tables, newId: () => string) {
  return {
    openSource: (listId: string) => openSource(tables.sources, listId),
    openSubscriptionRows: (listId: string) => openSubscriptionRows(tables.sources, listId),
    listIndex: openListIndex(tables.sources),
    readInstallation: openInstallation(tables.sources, newId),
    openPartition: (mailboxId: string) => openMailboxPartition(tables.mailboxes, mailboxId),
    mailboxIndex: openMailboxIndex(tables.mailboxes),
    progress: openProgress(tables.progress),
    runs: openRuns(tables.runs),
  };
}

export type Store = ReturnType<typeof openStore>;
