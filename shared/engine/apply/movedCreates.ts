import { sourceKeyOf, stampKey } from '../../domain/stamp.ts';
import type { ContactMailbox, StampedContact } from '../../ports/contactMailbox.ts';
import type { SyncedList } from '../../settings/contactList.ts';
import { emptyIfGone } from './emptyIfGone.ts';

/** Above this many a folder is listed, which costs less than asking it for each. */
const mostLookUps = 20;

export interface OtherFolders {
  readonly list: Pick<SyncedList, 'id'>;
  readonly mailbox: ContactMailbox;
  /** Ours, where they were looked for before. */
  readonly folderId: string;
  /** Those that the list's contacts are moving out of. */
  readonly formerFolderIds: ReadonlySet<string>;
  readonly readInstallation: () => Promise<string>;
}

/**
 * Contacts that were created without anybody hearing of it, and that their user had moved to another folder before they
 * were looked for, by source key. Graph finds a stamp in one folder at a time, so each is asked.
 *
 * @throws GraphFailure
 */
export async function findMovedCreates(
  sourceKeys: readonly string[],
  { list, mailbox, folderId, formerFolderIds, readInstallation }: OtherFolders,
): Promise<ReadonlyMap<string, StampedContact>> {
  const found = new Map<string, StampedContact>();
  if (sourceKeys.length === 0) return found;
  const wanted = new Set(sourceKeys);
  for (const { id } of await mailbox.listFolders()) {
    if (id === folderId || formerFolderIds.has(id)) continue;
    const contacts = await emptyIfGone(findIn(id));
    if (contacts.length === 0 || !(await mayHoldOurs(id))) continue;
    for (const contact of contacts) {
      const sourceKey = sourceKeyOf(list.id, contact.stamp.key);
      if (sourceKey !== undefined && wanted.has(sourceKey)) found.set(sourceKey, contact);
    }
  }
  return found;

  async function findIn(otherId: string): Promise<readonly StampedContact[]> {
    if (sourceKeys.length > mostLookUps) return mailbox.listStamped(otherId);
    const stamps = sourceKeys.map(key => stampKey(list.id, key));
    return (await mailbox.findAllStamped(otherId, stamps)).flat();
  }

  /** Another installation gives contacts of a list of that name the same stamps. */
  async function mayHoldOurs(otherId: string): Promise<boolean> {
    const mark = (await mailbox.getFolder(otherId))?.installation;
    return mark === undefined || mark === (await readInstallation());
  }
}
