import { fingerprint } from '../../domain/fingerprint.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { ListPartition } from '../../store/listPartition.ts';
import type { StoredTargets } from '../../store/targets.ts';

/** Whether the list's targets name the mailbox, by what the last run read of them: nobody is asked for it. */
export async function isEntitled(
  { targets }: Pick<ContactList, 'targets'>,
  mailboxId: string,
  partition: Pick<ListPartition, 'readTargets' | 'readGroupMembers'>,
): Promise<boolean> {
  const known = (await partition.readTargets())?.targets;
  if (!known) return false;
  return (await isNamed(targets, known)) && !(await isNamed(targets.exclude, known));

  async function isNamed(
    { mailboxes, groups }: Pick<ContactList['targets'], 'mailboxes' | 'groups'>,
    { users, groups: groupIds }: StoredTargets,
  ): Promise<boolean> {
    if (mailboxes.some(name => users[name.toLowerCase()] === mailboxId)) return true;
    for (const name of groups) {
      const id = groupIds[name.toLowerCase()];
      if (id !== undefined && (await partition.readGroupMembers(id)).members.has(fingerprint(mailboxId))) return true;
    }
    return false;
  }
}
