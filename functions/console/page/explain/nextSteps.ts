import type { ContactExplanation } from '../../../../shared/api/explain.ts';

interface NextStep {
  readonly text: string;
  /** What helps is a run of the mailbox. */
  readonly resync?: 'incremental' | 'full';
  readonly to?: 'holds' | 'contacts' | 'list';
}

/** What helps whoever finds a contact in a state and wants another. */
export const nextSteps: Readonly<Record<ContactExplanation['state'], NextStep | undefined>> = {
  present: undefined,
  behind: { text: 'It comes with the next run; a resync brings it now.', resync: 'incremental' },
  failed: {
    text: 'Correct the contact at the source where it is at fault; a resync tries again now.',
    resync: 'incremental',
  },
  held: { text: 'Approve or reject what waits.', to: 'holds' },
  kept: { text: 'Nothing to do: it stays as it was decided.' },
  removed: { text: 'Nothing, if that was meant; else add it at the source again.' },
  deletedByUser: {
    text: 'Change any field of the contact at the source, and it is made again. Where the list undoes what users change, a full resync brings it back, too.',
  },
  moved: { text: 'Nothing to do: look in the user’s other contact folders.' },
  folderDeleted: { text: 'The folder has to be made again.', resync: 'full' },
  ownEntry: {
    text: 'Nothing, unless people should see themselves: then switch on “People find themselves in it” at the source.',
    to: 'list',
  },
  notForThisUser: {
    text: 'Change who is in that group, the rule in the settings of the list, or whom the contact names as its owners.',
    to: 'list',
  },
  private: { text: 'Take the mark “private” off the contact in Outlook, if others may see it.' },
  notInSource: { text: 'Look for another spelling, or add it at the source.', to: 'contacts' },
  neverRead: { text: 'Wait for the first run, or start it at the list.', to: 'list' },
  notATarget: { text: 'Add the mailbox to a group of targets, or name it there.', to: 'list' },
  excluded: { text: 'Take the mailbox out of the exclusion, if it should get the list.', to: 'list' },
  notChosen: { text: 'The user turns the list on under “My contacts”; nobody else can.' },
  disabled: { text: 'Enable the account; a shared mailbox is named by itself under “Who gets it”.', to: 'list' },
  folderOfAnotherList: { text: 'Give one of the two lists another folder.', to: 'list' },
  left: { text: 'Make the mailbox a target again, if it should get the list.', to: 'list' },
  leaving: { text: 'Nothing to do; it is being removed.' },
  cleared: { text: 'A resync fills the mailbox again.', resync: 'incremental' },
  unknown: { text: 'Try again in a while; the connection test tells what is in the way.', to: 'list' },
};
