import { type ConfiguredLists, sortLists } from '../../settings/configuredLists.ts';
import { findListNotes } from '../../settings/listNotes.ts';
import type { Settings } from '../../settings/settings.ts';
import type { SettingsNote } from '../../settings/settingsNote.ts';
import { idsOf, type StoredList, withStoredLists } from '../../settings/storedLists.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { DefinitionVersion } from '../../store/definitions.ts';

export type CodeSettings = Pick<
  Settings,
  'lists' | 'refusedLists' | 'sourceReaders' | 'notes' | 'connections' | 'csvHosts' | 'consoleSources'
>;

/** The lists of the settings and those that are stored, each with its faults and notes. */
export function resolveLists(
  code: CodeSettings,
  stored: ReadonlyMap<string, DefinitionVersion | DamagedRow>,
): ConfiguredLists {
  const all = withStoredLists(code, [...stored].flatMap(storedListOf), code);
  return sortLists({ ...all, notes: notesOf(all.lists, code) });
}

/** A row that is damaged may be anybody's list: it is refused, and nothing of it is cleaned up. */
function storedListOf([id, found]: readonly [string, DefinitionVersion | DamagedRow]): StoredList[] {
  if (found instanceof DamagedRow) return [{ id, entry: { damage: `${found.message}: mend that row` } }];
  return found.content.kind === 'stored' ? [{ id, entry: { readable: found.content.entry } }] : [];
}

function notesOf(lists: CodeSettings['lists'], { notes, connections, ...code }: CodeSettings): SettingsNote[] {
  const inCode = idsOf(code);
  const stored = lists.filter(({ id }) => !inCode.has(id));
  const kept = stored.length > 0 ? notes.filter(({ code: name }) => name !== 'NoLists') : notes;
  return [...kept, ...stored.flatMap(list => findListNotes(list, connections))];
}
