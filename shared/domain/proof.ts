import type { Ending } from './ending.ts';
import { isAdopted, isPresent, type LedgerEntry, refusalOf } from './ledgerEntry.ts';

/** Whether a person's contact is in a mailbox; the first of these counts where several contacts are theirs. */
export const proofStates = ['there', 'inDeletedItems', 'unknown', 'removed', 'notRecorded', 'neverThere'] as const;

/** Why a contact is still there. */
export const presenceCauses = [
  'inSource',
  'owner',
  'adopted',
  'held',
  'rejected',
  'kept',
  'failed',
  'notYet',
  'copy',
  'otherList',
  'usersOwn',
] as const;
export type PresenceCause = (typeof presenceCauses)[number];

/** How a contact of a list stands at the source. */
export type SourceStanding =
  | { readonly kind: 'gone'; readonly keptByPolicy: boolean }
  | { readonly kind: 'held' | 'rejected' }
  /** `isOwned`: it is for its owners alone. */
  | { readonly kind: 'there'; readonly isOwned: boolean; readonly isHidden: boolean };

/** How a contact ended in a mailbox; `damaged`: its row cannot be read. */
export type KnownEnding = { readonly how: Ending; readonly at: number } | 'damaged' | undefined;

/** What is known of one contact in one mailbox. */
export interface KnownOfContact {
  readonly entry: LedgerEntry | undefined;
  /** When the ledger came to say so (epoch milliseconds). */
  readonly at?: number | undefined;
  readonly ended: KnownEnding;
  readonly standing: SourceStanding;
  /** The mailbox is to be cleaned up, or to be left as it is. */
  readonly membership: 'target' | 'leaving' | 'left';
  /** It would be known if the contact had been there before. */
  readonly isRecorded: boolean;
}

/** `at`: epoch milliseconds. */
export type Finding =
  | { readonly state: 'there'; readonly because: PresenceCause }
  | { readonly state: 'inDeletedItems' }
  | { readonly state: 'unknown'; readonly because: string }
  | { readonly state: 'removed'; readonly because: Ending; readonly at: number | undefined }
  | { readonly state: 'notRecorded' | 'neverThere' };

/** From what the ledger says, and what it leaves behind: nobody looks into the mailbox. */
export function findingOf({ entry, at, ended, isRecorded, ...about }: KnownOfContact): Finding {
  if (entry && isPresent(entry)) return { state: 'there', because: causeOf(entry, about) };
  if (entry?.state === 'deletedByUser') return { state: 'removed', because: 'deletedByUser', at };
  if (entry && !refusalOf(entry)) return { state: 'unknown', because: 'InDoubt' };
  if (ended === 'damaged') return { state: 'unknown', because: 'DamagedRow' };
  if (ended) return { state: 'removed', because: ended.how, at: ended.at };
  return { state: isRecorded ? 'neverThere' : 'notRecorded' };
}

function causeOf(entry: LedgerEntry, { standing, membership }: Pick<KnownOfContact, 'standing' | 'membership'>) {
  const isToGo = membership === 'leaving' || standing.kind === 'gone' || isHidden(standing);
  if (isToGo && refusalOf(entry)) return 'failed';
  if (isAdopted(entry)) return 'adopted';
  if (membership === 'leaving' || isHidden(standing)) return 'notYet';
  if (membership === 'left' || entry.state === 'kept') return 'kept';
  if (standing.kind === 'gone') return standing.keptByPolicy ? 'kept' : 'notYet';
  if (standing.kind !== 'there') return standing.kind;
  return standing.isOwned ? 'owner' : 'inSource';
}

function isHidden(standing: SourceStanding): boolean {
  return standing.kind === 'there' && standing.isHidden;
}

/** Where contacts of the person were seen when somebody looked into the mailbox. */
export interface Seen {
  /** With the list's stamp of that contact, in a folder that is not deleted. */
  readonly stamped: boolean;
  readonly inDeletedItems: boolean;
}

/** What was seen goes before what is known: of that only the reason counts, and the time. */
export function seenFinding(known: Finding, seen: Seen): Finding {
  if (seen.stamped) return known.state === 'there' ? known : { state: 'there', because: 'copy' };
  if (seen.inDeletedItems) return { state: 'inDeletedItems' };
  if (known.state === 'there') return { state: 'removed', because: 'deletedByUser', at: undefined };
  return known.state === 'unknown' ? { state: 'notRecorded' } : known;
}

/** The one that counts for the mailbox. */
export function worstOf(findings: readonly Finding[]): Finding {
  const rank = ({ state }: Finding) => proofStates.indexOf(state);
  return findings.reduce<Finding>((worst, each) => (rank(each) < rank(worst) ? each : worst), { state: 'neverThere' });
}

const causes: Readonly<Record<PresenceCause, string>> = {
  inSource: 'It is there: the source has the person, and the mailbox gets them',
  owner: 'It is there: the source has the person, and the mailbox is that of an owner of the contact',
  adopted: "It is there: it was the user's own before the list took it over, and is given back instead of removed",
  held: 'It is there: its removal waits for a decision',
  rejected: 'It is there: its removal was rejected',
  kept: 'It is there: the list leaves what is removed, or the mailbox was left as it is when it left the list',
  failed: 'It is there: Exchange refuses to remove it, and it is tried again',
  notYet: 'It is there: its removal is on its way',
  copy: 'A copy of it is there that the list does not keep up to date: the next full reconcile of the mailbox removes what lies in its folder',
  otherList: 'Another list has the person, and put a contact with this address there',
  usersOwn: "The user has a contact of their own with this address: it is not the list's, and is left alone",
};

const endingTexts: Readonly<Record<Ending, string>> = {
  removed: 'The list removed it',
  givenBack: "It was the user's own before, and is theirs again as it was",
  deletedByUser: 'The user deleted it, or it was gone when it was to be removed',
  leftToOthers: 'Another installation of this app took over the folder, and what is in it',
};

/** Why nobody can tell, by codes of the app and of Graph. */
const doubts: Readonly<Record<string, string>> = {
  InDoubt: 'a write was cut off, and the next sync of the mailbox finds out',
  DamagedRow: 'what the app kept of it is damaged',
  MaxDeliveryCountExceeded: 'it was given up after several tries; ask again',
  MailboxNotEnabledForRESTAPI: 'the user has no mailbox in Exchange Online, or an inactive one',
  ErrorNonExistentMailbox: 'the mailbox does not exist yet',
  ErrorAccessDenied: 'the app may not look into the mailbox, and the connection test says why',
  ErrorMailboxMoveInProgress: 'the mailbox was being moved; ask again',
};

function describeDoubt(code: string): string {
  const words = doubts[code];
  return `Nobody can tell${words ? `: ${words}` : ''} (${code})`;
}

/** For people. */
export function describeFinding(finding: Finding): string {
  switch (finding.state) {
    case 'there':
      return causes[finding.because];
    case 'inDeletedItems':
      return 'It lies in Deleted Items, until the user or a policy of Exchange empties it';
    case 'removed':
      return endingTexts[finding.because];
    case 'unknown':
      return describeDoubt(finding.because);
    case 'notRecorded':
      return 'Nothing of it is known there; whether it ever was there cannot be told';
    case 'neverThere':
      return 'It never was there';
  }
}
