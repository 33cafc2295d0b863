import type { OwnList } from '../../api/me.ts';
import { isChosen } from '../../domain/choice.ts';
import type { ShownMailboxState } from '../../domain/mailboxState.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import { damagedChoice } from '../receivers/index.ts';
import type { Services } from '../services.ts';
import { readMailbox } from '../status/index.ts';
import { isEntitled } from './isEntitled.ts';

export type OwnListsServices = Parameters<typeof readMailbox>[1] & Pick<Services, 'choices'>;

/** Nothing of the list is in the mailbox, or will be. */
const gone: readonly ShownMailboxState[] = ['cleared', 'gone'];

/** The lists that one person gets, or may choose to get; no other is named. */
export async function readOwnLists(mailboxId: string, services: OwnListsServices): Promise<OwnList[]> {
  const { lists: standings } = await readMailbox(mailboxId, services);
  const own = await Promise.all(
    services.lists.map(async (list): Promise<OwnList[]> => {
      const standing = standings.find(each => each.list === list.id);
      const isThere = standing !== undefined && !gone.includes(standing.state);
      if (!isThere && !(await mayChoose(list, mailboxId, services))) return [];
      const chosen = list.choice === 'none' ? undefined : await services.choices.read(list.id, mailboxId);
      const problem = chosen instanceof DamagedRow ? describeDamage(chosen, damagedChoice) : standing?.problem;
      return [
        {
          id: list.id,
          name: list.name,
          choice: list.choice,
          on: chosen instanceof DamagedRow ? isThere : isChosen(list.choice, chosen),
          state: standing?.state ?? null,
          folder: isThere ? standing.folder : null,
          contacts: standing?.contacts ?? 0,
          whenTargetLeaves: list.whenTargetLeaves,
          syncedAt: standing?.syncedAt ?? null,
          ...(problem && { problem }),
        },
      ];
    }),
  );
  return own.flat();
}

/** Whether the list is this person's to decide. */
export async function mayChoose(
  list: ContactList,
  mailboxId: string,
  { openListPartition }: Pick<Services, 'openListPartition'>,
): Promise<boolean> {
  return list.choice !== 'none' && isEntitled(list, mailboxId, openListPartition(list.id));
}
