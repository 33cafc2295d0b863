import { isChosen } from '../../domain/choice.ts';
import type { ShownMailboxState } from '../../domain/mailboxState.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { DamagedRow, describeDamage } from '../../store/damagedRow.ts';
import type { Problem } from '../../store/progress.ts';
import { damagedChoice } from '../receivers/index.ts';
import type { Services } from '../services.ts';
import { type MailboxOfList, readMailbox } from '../status/index.ts';
import { isEntitled } from './isEntitled.ts';

export type OwnListsServices = Parameters<typeof readMailbox>[1] & Pick<Services, 'choices'>;

/** A list that one person gets, or may choose to get. */
export interface OwnList {
  readonly list: ContactList;
  /** What the person decided, or what holds until then. */
  readonly on: boolean;
  /** Undefined for a list that never came. */
  readonly mailbox: MailboxOfList | undefined;
  /** Something of it is in the mailbox, or will be. */
  readonly isThere: boolean;
  readonly problem: Problem | undefined;
}

/** Nothing of the list is in the mailbox, or will be. */
const gone: readonly ShownMailboxState[] = ['cleared', 'gone'];

/** The lists that one person gets, or may choose to get; no other is named. */
export async function readOwnLists(mailboxId: string, services: OwnListsServices): Promise<OwnList[]> {
  const { lists: known } = await readMailbox(mailboxId, services);
  const own = await Promise.all(
    services.lists.map(async (list): Promise<OwnList[]> => {
      const mailbox = known.find(each => each.list === list.id);
      const isThere = mailbox !== undefined && !gone.includes(mailbox.standing.state);
      if (!isThere && !(await mayChoose(list, mailboxId, services))) return [];
      const chosen = list.choice === 'none' ? undefined : await services.choices.read(list.id, mailboxId);
      const isDamaged = chosen instanceof DamagedRow;
      return [
        {
          list,
          on: isDamaged ? isThere : isChosen(list.choice, chosen),
          mailbox,
          isThere,
          problem: isDamaged ? describeDamage(chosen, damagedChoice) : mailbox?.standing.problem,
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
