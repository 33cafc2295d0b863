import { inWords } from './words.ts';

/** What a cause is called, and how it is mended. */
export interface Advice {
  readonly title: string;
  readonly mend: string;
  /** Where that is done; the connection test of the list unless given. */
  readonly at?: 'holds' | 'list';
}

const waits = 'Nothing: it is tried again by itself.';
const settings = 'Correct it in the settings of the list.';

const known: Readonly<Record<string, Advice>> = {
  AccountDisabled: {
    title: 'Account disabled',
    mend: 'Nothing, if the person left. A shared mailbox is named by itself under “Who gets it”, or “Also accounts that are disabled” switched on there.',
  },
  MailboxNotEnabledForRESTAPI: {
    title: 'No mailbox in Exchange Online',
    mend: 'Give the user a licence with a mailbox, or exclude them. A new mailbox joins by itself within hours; a resync looks at once.',
  },
  ErrorNonExistentMailbox: {
    title: 'The mailbox does not exist yet',
    mend: 'Wait: a new mailbox joins by itself within hours. A resync looks at once.',
  },
  ErrorAccessDenied: {
    title: 'The app may not write to the mailbox',
    mend: 'Run the connection test: it tells whether consent, the scope of RBAC for Applications or an access policy is missing.',
  },
  ErrorQuotaExceeded: { title: 'The mailbox is full', mend: 'Make room in it, or exclude it.' },
  ErrorMailboxMoveInProgress: { title: 'The mailbox is being moved', mend: waits },
  ErrorFolderExists: {
    title: 'A hidden folder has the same name',
    mend: 'Choose another folder under “Where it goes” in the settings of the list, or have the hidden one removed.',
  },
  OtherInstallation: {
    title: 'Another installation fills this folder',
    mend: 'Take the mailbox out of one of the two, or set “takeOver” to the id that is named, under “All settings” of the list.',
  },
  FolderOfAnotherList: {
    title: 'Two lists write into one folder',
    mend: 'Give one of them another folder under “Where it goes”, or exclude the mailbox from it.',
  },
  SourceMailboxNotFound: { title: 'The source mailbox is not found', mend: settings },
  SourceFolderNotFound: { title: 'A source folder is not found', mend: settings },
  SourceGroupNotFound: { title: 'A source group is not found', mend: settings },
  UnknownTargetMailbox: { title: 'A target mailbox is not found', mend: settings },
  UnknownTargetGroup: { title: 'A target group is not found', mend: settings },
  TargetGroupReplaced: {
    title: 'A group’s address leads to another group',
    mend: 'Choose the group anew in the settings of the list.',
  },
  TokenUnavailable: {
    title: 'The app cannot sign in',
    mend: 'Run the connection test; look at the managed identity, or the consent in the other tenant.',
  },
  WritesIntoSource: {
    title: 'The list would feed itself',
    mend: 'Choose a destination folder that no list reads.',
  },
  DamagedRow: {
    title: 'A stored row is damaged',
    mend: 'The next run reads anew what it can. If it stays, compare every folder of the list.',
  },
  MessagesNotSent: {
    title: 'Service Bus did not take all messages',
    mend: `${waits} If it stays, run the connection test.`,
  },
  WorkGivenUp: {
    title: 'Work on a mailbox was given up',
    mend: 'Resync the mailbox. If it comes back, look into the log of that run.',
  },
  SourceTooLarge: { title: 'The source has too many contacts', mend: settings },
  CsvRefused: {
    title: 'The CSV file is refused',
    mend: 'Correct the file at the line that is named, and send it again.',
  },
  SqlRefused: {
    title: 'The database refuses the query',
    mend: 'Correct the query where that says, and ask for its first rows again.',
  },
  CsvMissing: { title: 'There is no CSV file yet', mend: 'Send one.' },
  TooManyRemovals: {
    title: 'More contacts than the list allows would be removed',
    mend: 'Decide the hold: ask whoever keeps the list whether that was meant.',
    at: 'holds',
  },
  SourceUnexpectedlyEmpty: {
    title: 'The source reads as empty',
    mend: 'Look at the source. If it is right, decide the hold.',
    at: 'holds',
  },
  SourceUnexpectedlySmall: {
    title: 'The source has lost most of its contacts',
    mend: 'Look at the source. If it is right, decide the hold.',
    at: 'holds',
  },
  TooManyMailboxesLeaving: {
    title: 'More mailboxes than the list allows would leave',
    mend: 'Look at the groups of the targets. If they are right, decide the hold.',
    at: 'holds',
  },
  Halted: { title: 'Halted', mend: 'Release it once the reason is gone.', at: 'list' },
  RolloutHalted: {
    title: 'A change stopped before it reached every mailbox',
    mend: 'Look at what failed. Release the list to go on with the next ring, or roll it back.',
    at: 'list',
  },
  RollbackImpossible: {
    title: 'The list cannot be rolled back that far',
    mend: 'Roll it back to before a newer run, or unpin it.',
    at: 'list',
  },
  DefaultFolder: { title: 'The list writes into the default Contacts folder', mend: 'Nothing, if that is meant.' },
};

/** Those that nobody described are called by their code, and the connection test knows more. */
export function adviceFor(code: string): Advice {
  return (
    known[code] ?? {
      title: inWords(code.replace(/^Error/, '')),
      mend: 'Run the connection test of the list: it names the cause and what mends it.',
    }
  );
}
