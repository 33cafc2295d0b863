import { memoise } from '../../memoise.ts';
import { type ContactList, settingsFingerprint } from '../../settings/contactList.ts';
import { parseEntries } from '../../settings/parseContactLists.ts';
import { idsOf } from '../../settings/storedLists.ts';
import { DamagedRow } from '../../store/damagedRow.ts';
import type { Definitions } from '../../store/definitions.ts';
import type { CodeSettings } from './resolveLists.ts';

/** Of a list that is another by now: as it was when a run sent a message about it. */
export type ReadListAsSent = (list: ContactList, settings: string) => Promise<ContactList>;

/**
 * Versions never change: each is looked for once a process, and not at all while the list is as it was sent. A list in
 * code changes with a deployment, and has no version to go back to; nor has one whose rows are damaged.
 */
export function createListsAsSent(
  definitions: Pick<Definitions, 'readVersions'>,
  code: Pick<CodeSettings, 'lists' | 'refusedLists'>,
): ReadListAsSent {
  const found = memoise<ContactList | undefined>({ max: 100 });
  const inCode = idsOf(code);
  return async (list, settings) => {
    if (inCode.has(list.id)) return list;
    return (await found(`${list.id}:${settings}`, () => find(list.id, settings))) ?? list;
  };

  async function find(id: string, settings: string): Promise<ContactList | undefined> {
    try {
      const stored = (await definitions.readVersions(id)).flatMap(({ content }) =>
        content.kind === 'stored' ? [content.entry] : [],
      );
      const lists = stored.flatMap(entry => parseEntries([entry]).lists);
      return lists.find(each => settingsFingerprint(each) === settings);
    } catch (error) {
      if (error instanceof DamagedRow) return undefined;
      throw error;
    }
  }
}
