import { findVanishedLists } from '../../../shared/engine/fan-out/vanishedLists.ts';
import type { SubscriptionHealth } from '../../../shared/engine/subscriptions/subscriptionHealth.ts';
import type { ContactList } from '../../../shared/settings/contactList.ts';
import type { RefusedList } from '../../../shared/settings/settings.ts';
import type { SettingsNote } from '../../../shared/settings/settingsNote.ts';
import { openMailbox } from '../../../shared/store/mailboxes.ts';
import { openProgress } from '../../../shared/store/progress.ts';
import { readAhead } from '../../../shared/store/readAhead.ts';
import { openListIndex, openSource as openSourceOf, statusRanges } from '../../../shared/store/sources.ts';
import { hour, type World } from './world.ts';

/** What the status of a world's lists and mailboxes is read from, with these lists in the settings. */
export function statusServices(
  { clock, tables, openSource }: World,
  settings: {
    lists?: readonly ContactList[];
    pausedLists?: readonly ContactList[];
    refusedLists?: readonly RefusedList[];
    settingsNotes?: readonly SettingsNote[];
  },
) {
  const { lists = [], pausedLists = [], refusedLists = [], settingsNotes = [] } = settings;
  const listIndex = openListIndex(tables.sources);
  const ids = [...lists, ...pausedLists, ...refusedLists].flatMap(({ id }) => (id === undefined ? [] : [id]));
  const configured = { ids: new Set(ids), complete: refusedLists.every(({ id }) => id !== undefined) };
  return {
    clock,
    lists,
    pausedLists,
    refusedLists,
    settingsNotes,
    progress: openProgress(tables.progress),
    listIndex,
    openSource,
    openPartition: (mailboxId: string) => openMailbox(tables.mailboxes, mailboxId),
    findVanishedLists: () => findVanishedLists(configured, listIndex, openSource),
    async openListStatus(id: string) {
      const table = await readAhead(tables.sources, id, statusRanges);
      const readHealth = async (): Promise<SubscriptionHealth> => ({ state: 'active', expiresAt: clock.now() + hour });
      return { source: openSourceOf(table, id), readHealth };
    },
    messagePatience: hour,
  };
}
