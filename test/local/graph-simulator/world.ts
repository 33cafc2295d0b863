import type { ExpiryCode } from './deltaTokens.ts';
import type { GraphAnswer, GraphRequest, Preferences } from './exchange.ts';
import type { Mailbox } from './mailbox.ts';
import type { Notifier } from './notifications.ts';
import type { Tenant, User } from './tenant.ts';
import type { MissingPhotoAnswer } from './userPhotos.ts';

/** How far delta queries stray from the simplest answer that Graph could give. */
export type DeltaBehaviour = {
  /** Rows of a page in random order. */
  shuffle: boolean;
  /** A page's first row comes again at its end, its last one at the start of the next page. */
  repeatRows: boolean;
  /** Before each page with rows an empty one with a nextLink. */
  emptyPages: boolean;
  /** Changes younger than this do not show yet. */
  lagSeconds: number;
  /** A round starts this many changes of the mailbox too early. */
  replayChanges: number;
};

/** What Exchange makes of contacts, where it has been seen to differ. */
export type ContactBehaviour = {
  /** The directory's name for an address replaces the one that was written. */
  directoryNames: boolean;
  /** An entry with a name and no address is refused instead of kept. */
  refuseEmptyAddresses: boolean;
  /** permanentDelete leaves contacts with a birthday in Deleted Items, as was measured once. */
  permanentDeleteKeepsBirthdays: boolean;
};

/** What every handler works on. */
export type World = {
  tenant: Tenant;
  /** The simulator's own time, in milliseconds since 1970. */
  now: () => number;
  advanceClock: (milliseconds: number) => void;
  random: () => number;
  deltaBehaviour: DeltaBehaviour;
  /** Tokens of an earlier epoch are dead, in the form that `code` says. */
  deltaExpiry: { epoch: number; code: ExpiryCode };
  contactBehaviour: ContactBehaviour;
  missingUserPhoto: MissingPhotoAnswer;
  notifier: Notifier;
};

export type DirectoryCall = {
  world: World;
  request: GraphRequest;
  /** The path's variable segments by name, decoded. */
  parameters: Record<string, string>;
};

export type MailboxCall = DirectoryCall & { user: User; mailbox: Mailbox; preferences: Preferences };

export type DirectoryHandler = (call: DirectoryCall) => GraphAnswer | Promise<GraphAnswer>;
export type MailboxHandler = (call: MailboxCall) => GraphAnswer;

export const defaultContactBehaviour: ContactBehaviour = {
  directoryNames: false,
  refuseEmptyAddresses: false,
  permanentDeleteKeepsBirthdays: false,
};

export const defaultDeltaBehaviour: DeltaBehaviour = {
  shuffle: false,
  repeatRows: false,
  emptyPages: false,
  lagSeconds: 0,
  replayChanges: 0,
};

/** A path's variable segment; the route that named it is at fault if it is missing. */
export function parameter(call: DirectoryCall, name: string): string {
  const value = call.parameters[name];
  if (value === undefined) throw new Error(`The route has no segment {${name}}`);
  return value;
}
