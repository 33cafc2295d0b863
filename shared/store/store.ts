import type { Tables } from '../ports/tableStorage.ts';
import { openAudit } from './audit.ts';
import { openChoices } from './choices.ts';
import { openDays } from './days.ts';
import { openDefinitions } from './definitions.ts';
import { atOnce, type Gathering } from './gathering.ts';
import { openInstallation } from './installation.ts';
import { openListIndex } from './listIndex.ts';
import { openListPartition, statusRanges } from './listPartition.ts';
import { openMailboxIndex, openMailboxPartition } from './mailboxes.ts';
import { openNotices } from './notices.ts';
import { openProgress } from './progress.ts';
import { openProofRuns } from './proofRuns.ts';
import { readAhead } from './readAhead.ts';
import { openRuns } from './runs.ts';
import { openSubscriptionRows } from './subscriptions.ts';
import { openTombstones } from './tombstones.ts';

/**
 * What lies in the tables, by what it is about. What is kept in memory of it lasts as long as the store.
 *
 * @param newId a new unique id, without a dot
 * @param gathering how long the writes and reads of one handler wait for those of others
 */
export function openStore(tables: Tables, newId: () => string, gathering: Gathering = atOnce) {
  return {
    openListPartition: (listId: string) => openListPartition(tables.sources, listId),
    openSubscriptionRows: (listId: string) => openSubscriptionRows(tables.sources, listId),
    openListStatus,
    listIndex: openListIndex(tables.sources),
    readInstallation: openInstallation(tables.sources, newId),
    openMailboxPartition: (mailboxId: string) => openMailboxPartition(tables.mailboxes, mailboxId),
    mailboxIndex: openMailboxIndex(tables.mailboxes),
    choices: openChoices(tables.choices),
    definitions: openDefinitions(tables.definitions),
    progress: openProgress(tables.progress, gathering),
    audit: openAudit(tables.audit),
    tombstones: openTombstones(tables.tombstones),
    proofRuns: openProofRuns(tables.runs),
    days: openDays(tables.runs),
    notices: openNotices(tables.runs),
    runs: openRuns(tables.runs, gathering),
  };

  /** A list's checkpoint, holds, targets and subscriptions as one reading found them. */
  async function openListStatus(listId: string) {
    const table = await readAhead(tables.sources, listId, statusRanges);
    return {
      openListPartition: () => openListPartition(table, listId),
      openSubscriptionRows: () => openSubscriptionRows(table, listId),
    };
  }
}

export type Store = ReturnType<typeof openStore>;
