import type { ContactField } from './contact.ts';
import { isAdopted, type LedgerEntry } from './ledgerEntry.ts';
import { type UserEdits, userEditPolicies } from './userEdits.ts';

/**
 * Why a contact is written to a mailbox, left as it is there, or not there: what previews, explanations and the pages of
 * mailboxes tell. Times are ISO 8601.
 */
export type Reason = PlainReason | FieldsReason | Whereabouts | Circumstance | NoTargetReason;

/** Why a plan does what it does with a contact. */
export type PlanReason =
  | 'newAtSource'
  | 'changedAtSource'
  | 'removedAtSource'
  | 'neverWritten'
  | 'removedHereToo'
  | 'keptByPolicy'
  | 'contentInDoubt'
  | 'alreadyAsWanted'
  | 'unchanged'
  | 'refusedBefore'
  | 'lostByInterruption'
  | 'deletedByUser'
  | 'changedAfterDeletion'
  | 'goneAndChanged'
  | 'movesToFolder'
  | 'adopted'
  | 'ambiguous'
  | 'notForThisUser'
  | 'privateAtSource'
  | 'audienceUnknown';

const ambiguity =
  'several contacts of the user may be meant, or one that others mean, too: those are left as they are beside it';

const plain = {
  newAtSource: 'new at the source',
  removedAtSource: 'removed at the source',
  neverWritten: 'never written here',
  removedHereToo: 'removed at the source, not there any more',
  keptByPolicy: 'kept: removed at the source, and the list keeps what is removed',
  contentInDoubt: 'content in doubt',
  alreadyAsWanted: 'already as wanted',
  unchanged: 'unchanged',
  refusedBefore: 'refused before, tried again',
  lostByInterruption: 'lost by an interrupted write',
  deletedByUser: 'kept away: deleted by the user',
  changedAfterDeletion: 'deleted by the user, changed at the source since',
  goneAndChanged: 'gone from the mailbox, changed at the source',
  movesToFolder: 'moves to the folder that the list writes into now',
  adopted: "the user's own contact, taken over by its e-mail address",
  ambiguous: `new at the source; ${ambiguity}`,
  notForThisUser: 'not for this user',
  privateAtSource: 'marked private at the source',
  audienceUnknown: 'kept away: whether it is for this user could not be found out yet',
  foundInDoubt: 'found in the mailbox, its content in doubt',
  foundTwice: 'there twice',
  copyOfUser: 'kept: a copy that the user changed, which is no longer ours',
  movedByUser: 'kept: the user moved it to another folder',
  narrowingHeld: 'held: a rule begins to keep it from users, which waits for a decision',
  removalHeld: 'held: gone from the source, its removal waits for a decision',
  removalRejected: 'kept: gone from the source, and its removal was rejected',
  severalMeant: ambiguity,
  usersOwnBefore: "it was the user's own before, and is given back instead of removed",
} as const satisfies Record<Exclude<PlanReason, 'changedAtSource'>, string> & Record<string, string>;

/** What needs no more than its name. */
interface PlainReason {
  readonly kind: keyof typeof plain;
}

/** What changed the fields of a contact, and what becomes of that. */
interface FieldsReason {
  readonly kind: 'changedAtSource' | 'changedBySettings' | 'changedByUser' | 'putBack';
  readonly fields: readonly ContactField[];
}

/** How a contact left the list. */
interface Removed {
  readonly at: string | undefined;
  /** Which made the list what it was before the contact came: the source may have it. */
  readonly byRollback?: boolean;
}

/** Whether a contact is in a mailbox, as an explanation tells it. */
type Whereabouts =
  | { readonly kind: 'neverRead' | 'ownEntry' | 'elsewhere' | 'folderDeleted' | 'rejected' }
  | { readonly kind: 'notInSource'; readonly readAt: string }
  | (Removed & { readonly kind: 'removed' | 'removedAndKept' })
  | (Removed & { readonly kind: 'removedNotYet'; readonly delay: Delay })
  | { readonly kind: 'leaving' | 'notYet'; readonly delay: Delay }
  | { readonly kind: 'deleted'; readonly since: string | undefined; readonly policy: UserEdits }
  | { readonly kind: 'deletedUnnoticed'; readonly policy: UserEdits }
  | { readonly kind: 'held' | 'hidingHeld'; readonly since: string | undefined }
  /** The number of the rule in the settings, from 1, and the groups and addresses that it is for. */
  | {
      readonly kind: 'hidden';
      readonly rule: number;
      readonly to: readonly string[];
      readonly delay?: Delay | undefined;
    }
  | { readonly kind: 'private'; readonly delay?: Delay | undefined }
  | { readonly kind: 'audienceInDoubt'; readonly rule: number; readonly to: readonly string[] }
  /** By what the contact calls them; none where it names nobody, and the list wants owners. */
  | { readonly kind: 'ofOthers'; readonly owners: readonly string[]; readonly delay?: Delay | undefined }
  | { readonly kind: 'ownersInDoubt'; readonly owners: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string; readonly retryAt: string }
  | { readonly kind: 'unreachable'; readonly message: string }
  /** `unread`: the source is not read now. */
  | { readonly kind: 'asAtSource'; readonly writtenAt: string | undefined; readonly unread?: UnreadSource | undefined }
  | {
      readonly kind: 'outOfDate';
      readonly writtenAt: string | undefined;
      /** None: its content is in doubt. */
      readonly fields: readonly ContactField[];
      readonly delay: Delay;
    };

/** What holds beside whether a contact is there: an explanation names it after that. */
type Circumstance =
  | { readonly kind: 'editedByUser'; readonly fields: readonly ContactField[]; readonly policy: UserEdits }
  /** Why the mailbox does not get it yet although others do. */
  | {
      readonly kind: 'heldInRing';
      readonly ring: number;
      readonly of: number;
      readonly position: number;
      readonly since: string;
    }
  /** What an answer stands on while the source is not read. */
  | { readonly kind: 'sourceUnread'; readonly unread: UnreadSource };

/** A source that cannot be read now: why, and when it last was. */
export type UnreadSource =
  | { readonly kind: 'failing'; readonly code: string; readonly readAt: string }
  | { readonly kind: 'pinned'; readonly since: string };

/** Why a mailbox has not got there yet. */
export type Delay =
  | { readonly kind: 'new' | 'sent' | 'notSent' }
  | {
      readonly kind: 'standing';
      readonly state: string;
      readonly problem: { readonly code: string; readonly detail: string } | undefined;
      readonly until: string | undefined;
    };

/** Why a mailbox gets nothing of a list for now. */
export type SkipReason =
  | { readonly kind: 'accountDisabled' }
  | { readonly kind: 'folderOfAnotherList'; readonly list: string };

/** Why a mailbox gets nothing of a list. */
export type NoTargetReason =
  | SkipReason
  | { readonly kind: 'cleared' | 'left' | 'leftByChoice' | 'notChosen' }
  /** Named by the group or address of `targets.exclude`. */
  | { readonly kind: 'excluded'; readonly by: string }
  /** Not all of the targets could be read: it may be one all the same. */
  | { readonly kind: 'notATarget'; readonly allRead: boolean };

/** In words, with what to do where there is something. */
export function describe(reason: Reason): string {
  switch (reason.kind) {
    case 'changedAtSource':
      return `${describeFields(reason.fields)} changed at the source`;
    case 'changedBySettings':
      return `${describeFields(reason.fields)} changed by the list's settings`;
    case 'putBack':
      return `${describeFields(reason.fields)} changed by the user: put back`;
    case 'changedByUser':
      return `kept: the user changed ${describeFields(reason.fields)}`;
    case 'accountDisabled':
      return 'the account is disabled, and a member of a group is skipped then: name its address, or set targets.includeDisabled';
    case 'folderOfAnotherList':
      return `the list "${reason.list}" comes before this one in the settings and writes the same contacts into the same folder of this mailbox: choose another destination.folder, or exclude the mailbox from one of them`;
    case 'cleared':
      return 'the mailbox was cleared: it gets nothing until a resync names it';
    case 'left':
      return 'the mailbox left the list, and what was written there was left in it';
    case 'leftByChoice':
      return 'the user switched the list off, and what was written to the mailbox was left in it';
    case 'notChosen':
      return 'the user switched the list off, or has not switched it on';
    case 'excluded':
      return `the mailbox is excluded: targets.exclude names ${reason.by}`;
    case 'notATarget': {
      const unread = reason.allRead ? '' : ' (not all of the targets could be read)';
      return `the mailbox is no target of the list: targets names neither it nor a group that it is in${unread}`;
    }
    case 'neverRead':
      return 'the source was never read: the first run will';
    case 'ownEntry':
      return 'a person is not in their own list of the directory, unless its source says "includeSelf": true';
    case 'notInSource':
      return `no contact of the list has that name, address or key: the source was last read on ${reason.readAt}`;
    case 'removed':
      return describeRemoval(reason);
    case 'removedAndKept':
      return `${describeRemoval(reason)}, and the list keeps what is removed`;
    case 'removedNotYet':
      return `${describeRemoval(reason)}: ${describeDelay(reason.delay)}`;
    case 'leaving':
      return `what was written to the mailbox is being removed; ${describeDelay(reason.delay)}`;
    case 'notYet':
      return `it is not there yet: ${describeDelay(reason.delay)}`;
    case 'deleted':
      return `the user deleted it${reason.since ? `, known since ${reason.since}` : ''}: ${userEditPolicies[reason.policy].deletionDescribed}`;
    case 'deletedUnnoticed':
      return `the user deleted it, which no run has noticed yet: ${userEditPolicies[reason.policy].deletionDescribed}`;
    case 'elsewhere':
      return 'the user moved it to another folder, where it is kept up to date';
    case 'folderDeleted':
      return 'the folder was deleted: a resync with "mode": "full" makes it again, and so does the full reconcile';
    case 'held':
      return `it is gone from the source, and its removal is held${reason.since ? ` since ${reason.since}` : ''}: it stays until somebody decides with POST /api/lists/{list}/hold`;
    case 'hidingHeld':
      return `a rule begins to keep it from users, which is held${reason.since ? ` since ${reason.since}` : ''}: it stays as it was until somebody decides with POST /api/lists/{list}/hold`;
    case 'rejected':
      return 'it is gone from the source, and its removal was rejected';
    case 'hidden':
      return `not for this user: rule ${reason.rule} is for ${describeReaders(reason.to)}${describeLeaving(reason.delay)}`;
    case 'private':
      return `for nobody: it is marked private at the source${describeLeaving(reason.delay)}`;
    case 'audienceInDoubt':
      return `kept away: rule ${reason.rule} is for ${describeReaders(reason.to)}, and who that is could not be found out yet`;
    case 'ofOthers':
      return `not for this user: ${describeOwners(reason.owners)}${describeLeaving(reason.delay)}`;
    case 'ownersInDoubt':
      return `kept away: ${describeOwners(reason.owners)}, and whether this user is one of them could not be found out yet`;
    case 'refused': {
      const what = reason.detail === '' ? '' : ` (${reason.detail})`;
      return `Graph refused it: ${reason.code}${what}; it is tried again on ${reason.retryAt}`;
    }
    case 'unreachable':
      return `it was written, but the mailbox cannot be looked at now: ${reason.message}`;
    case 'asAtSource':
      return `it is there as ${describeSource(reason.unread)}${describeWriting(reason.writtenAt)}`;
    case 'outOfDate': {
      const what =
        reason.fields.length > 0 ? `${describeFields(reason.fields)} changed since` : 'its content is in doubt';
      return `it is there${describeWriting(reason.writtenAt)}, but ${what}: ${describeDelay(reason.delay)}`;
    }
    case 'editedByUser':
      return `the user changed ${describeFields(reason.fields)}, ${userEditPolicies[reason.policy].described}`;
    case 'heldInRing':
      return `changes come in rings: the mailbox is in ring ${reason.ring} of ${reason.of} and keeps position ${reason.position} until it is its turn, and the change is at the ring that it has reached since ${reason.since}`;
    case 'sourceUnread':
      return describeUnread(reason.unread);
    default:
      return plain[reason.kind];
  }
}

/** What a contact that is there agrees with: of a list that was rolled back with no reading of its source. */
function describeSource(unread: UnreadSource | undefined): string {
  switch (unread?.kind) {
    case undefined:
      return 'the source has it';
    case 'pinned':
      return 'the list has it';
    case 'failing':
      return 'the source had it when it was last read';
  }
}

function describeUnread(unread: UnreadSource): string {
  switch (unread.kind) {
    case 'pinned':
      return `the list was rolled back on ${unread.since}, and its source is not read until it is unpinned`;
    case 'failing':
      return `the source cannot be read now (${unread.code}), and was last read on ${unread.readAt}`;
  }
}

/** Whose the contact was, where that matters. */
export function originOf(entry: LedgerEntry | undefined): Reason[] {
  if (isAdopted(entry)) return [{ kind: 'usersOwnBefore' }];
  return entry?.ambiguous ? [{ kind: 'severalMeant' }] : [];
}

/** The names of fields in words: `businessPhones` and `jobTitle` are "business phones and job title". */
export function describeFields(fields: readonly ContactField[]): string {
  const words = fields.map(field => field.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`));
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Of a contact that is not to be seen any more and still there. */
function describeLeaving(delay: Delay | undefined): string {
  return delay ? `; it is there, and goes: ${describeDelay(delay)}` : '';
}

function describeOwners(owners: readonly string[]): string {
  return owners.length === 0 ? 'it names no owner' : `its owners are ${describeReaders(owners)}`;
}

function describeReaders(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function describeRemoval({ at, byRollback }: Removed): string {
  const how = byRollback ? 'a rollback took it out of the list' : 'it was removed at the source';
  return `${how}${at ? ` on ${at}` : ''}`;
}

function describeWriting(at: string | undefined): string {
  return at ? `, last written on ${at}` : '';
}

function describeDelay(delay: Delay): string {
  switch (delay.kind) {
    case 'new':
      return 'the mailbox is new to the list, and the next run fills it';
    case 'sent':
      return 'the mailbox is behind, and a message for it was sent';
    case 'notSent':
      return 'the mailbox is behind, and the next run finds it';
    case 'standing': {
      const why = delay.problem ? ` (${delay.problem.code}: ${delay.problem.detail})` : '';
      const until = delay.until ? `, and is tried again on ${delay.until}` : '';
      return `the mailbox is ${delay.state}${why}${until}`;
    }
  }
}
