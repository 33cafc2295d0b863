import type { ArmedCrash, ArmedFault } from './faults.ts';
import type { MappingVariant } from './model.ts';

export const breakages = [
  'mailboxMoving',
  'throttled',
  'unavailable',
  'accessDenied',
  'noMailbox',
  'overQuota',
] as const;
export type Breakage = (typeof breakages)[number];

export const poisons = ['refused', 'serverError'] as const;
export type Poison = (typeof poisons)[number];

/** `unheard`: Exchange says that it is done, and keeps the folder. */
export const folderRefusals = ['refused', 'unheard'] as const;
export type FolderRefusal = (typeof folderRefusals)[number];

/** One command of a schedule, as data: it can be printed, stored and run again. Numbers choose among what there is. */
export type Action =
  /** Turns of whoever can go on. */
  | { readonly do: 'steps'; readonly count: number }
  /** Turns, and time where nobody can go on, until nothing is left to do for an hour. */
  | { readonly do: 'settle' }
  | { readonly do: 'passTime'; readonly seconds: number }
  | { readonly do: 'run' }
  | { readonly do: 'resync'; readonly list: number; readonly mailbox: number | null; readonly full: boolean }
  | { readonly do: 'askForFullReconcile' }
  | { readonly do: 'takeUpDeadLetters' }
  | { readonly do: 'decideHold'; readonly list: number; readonly approve: boolean }
  /** A change goes on to the next ring, and a list that it halted goes on. */
  | { readonly do: 'release'; readonly list: number }
  /** The list becomes what it was so many positions ago, until it is unpinned. */
  | { readonly do: 'rollBack'; readonly list: number; readonly positions: number }
  /** What it was before one of the latest runs, the newest first. */
  | { readonly do: 'rollBackRun'; readonly list: number; readonly run: number }
  | { readonly do: 'unpin'; readonly list: number }
  /** One who is gone from the list is forgotten for good. */
  | { readonly do: 'forgetPerson'; readonly list: number; readonly person: number }
  | { readonly do: 'addContact'; readonly folder: number; readonly value: number }
  | { readonly do: 'editContact'; readonly contact: number; readonly field: SourceField; readonly value: number }
  | { readonly do: 'removeContact' | 'restoreContact'; readonly contact: number }
  | { readonly do: 'moveContact'; readonly contact: number; readonly folder: number }
  | { readonly do: 'removeAll'; readonly folder: number }
  | { readonly do: 'restoreAll' }
  /** Whoever is in the folder, or was deleted from it, is there under a new id. */
  | { readonly do: 'importAnew'; readonly folder: number }
  | { readonly do: 'killDeltaTokens' | 'breakSource' | 'mendSource' | 'fillSource'; readonly list: number }
  /** A source's reading fails half-way, or does no longer; what it told so far cannot be followed any more. */
  | { readonly do: 'breakPlace' | 'mendPlace' | 'killCursors'; readonly place: number }
  | { readonly do: 'userEdits'; readonly contact: number; readonly field: UserField; readonly value: number }
  | {
      readonly do: 'userDeletes' | 'userDeletesWithFolder' | 'userPurges' | 'userMoves' | 'userRestores';
      readonly contact: number;
    }
  | { readonly do: 'userCategorizes'; readonly contact: number; readonly value: number }
  /** Within our folder, as Outlook does it: with our stamp. */
  | { readonly do: 'userCopies'; readonly contact: number; readonly edited: boolean }
  | {
      readonly do: 'userDeletesFolder' | 'userAddsContact' | 'userAddsFolder';
      readonly mailbox: number;
      readonly list: number;
    }
  /** From now on Exchange deletes no folder of ours; or it does again. */
  | { readonly do: 'refuseFolderDeletion'; readonly mailbox: number; readonly how: FolderRefusal }
  /** Exchange gives the user a new, empty mailbox. */
  | { readonly do: 'replaceMailbox'; readonly mailbox: number }
  /** An admin copies the tables; or stops the app, writes the last copy back, and starts it. */
  | { readonly do: 'backUpTables' | 'putTablesBack' }
  | { readonly do: 'changeMembership'; readonly mailbox: number; readonly list: number }
  | { readonly do: 'changeAccount'; readonly mailbox: number }
  /** Joins or leaves the group that a rule is for; or the list gets the rule, or loses it. */
  | { readonly do: 'changeReaders'; readonly mailbox: number; readonly list: number }
  | { readonly do: 'changeRule'; readonly list: number }
  /** To the target of that number; 0 for nobody, more than there are for somebody else. */
  | { readonly do: 'changeOwner'; readonly contact: number; readonly owner: number }
  /** A user switches a list off, or on again. */
  | { readonly do: 'choose'; readonly mailbox: number; readonly list: number }
  | { readonly do: 'markPrivate'; readonly contact: number }
  /** Another photo; none for 0. */
  | { readonly do: 'changePhoto'; readonly contact: number; readonly value: number }
  /** Photos that no list names any more go. */
  | { readonly do: 'forgetPhotos' }
  | {
      readonly do: 'changeSettings';
      readonly list: number;
      readonly mapping: MappingVariant;
      readonly category: string | null;
      readonly renamed: boolean;
    }
  | { readonly do: 'changePresence'; readonly list: number }
  /** `how` Graph answers every write of it; a refusal unless said. */
  | { readonly do: 'poison'; readonly mailbox: number; readonly contact: number; readonly how?: Poison }
  | { readonly do: 'breakMailbox'; readonly mailbox: number; readonly kind: Breakage }
  | { readonly do: 'mendMailbox'; readonly mailbox: number }
  | ({ readonly do: 'fault' } & ArmedFault)
  | ({ readonly do: 'crash' } & ArmedCrash)
  | { readonly do: 'freeze'; readonly host: number; readonly seconds: number }
  | { readonly do: 'repeatMessage' };

export const sourceFields = ['displayName', 'department', 'mobilePhone', 'businessPhones', 'personalNotes'] as const;
export type SourceField = (typeof sourceFields)[number];
export const userFields = ['department', 'mobilePhone', 'personalNotes', 'jobTitle'] as const;
export type UserField = (typeof userFields)[number];
