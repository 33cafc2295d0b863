import type { ContactList, SourceReader } from './contactList.ts';
import type { RefusedList } from './parseContactLists.ts';
import type { Settings } from './settings.ts';
import type { SettingsNote } from './settingsNote.ts';

/** The lists of the settings, by whether they run. */
export interface ConfiguredLists {
  /** Those that run. */
  readonly lists: readonly ContactList[];
  readonly pausedLists: readonly ContactList[];
  readonly refusedLists: readonly RefusedList[];
  /** Those without a fault in their order, paused ones included. */
  readonly configuredLists: readonly ContactList[];
  /** All lists, by what they read. */
  readonly sourceReaders: readonly SourceReader[];
  readonly settingsNotes: readonly SettingsNote[];
}

export function sortLists({
  lists,
  refusedLists,
  sourceReaders,
  notes,
}: Pick<Settings, 'lists' | 'refusedLists' | 'sourceReaders' | 'notes'>): ConfiguredLists {
  return {
    lists: lists.filter(({ enabled }) => enabled),
    pausedLists: lists.filter(({ enabled }) => !enabled),
    refusedLists,
    configuredLists: lists,
    sourceReaders,
    settingsNotes: notes,
  };
}

/** Ids of the lists in the settings that do not run: nothing of theirs is changed. */
export function inactiveIdsOf({ pausedLists, refusedLists }: ConfiguredLists): ReadonlySet<string> {
  return new Set([...pausedLists, ...refusedLists].flatMap(({ id }) => id ?? []));
}
