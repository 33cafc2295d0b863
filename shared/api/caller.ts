import type { Role } from './roles.ts';

/** Somebody who signed in to the console with Entra. */
export interface Person {
  readonly kind: 'person';
  /** Of the user in the directory, which is the id of the mailbox too. */
  readonly objectId: string;
  /** What the sign-in calls the person: to be shown, never stored or logged. */
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Who asks: somebody, or a script with a function key, which may do all that keys open. */
export type Caller = Person | { readonly kind: 'functionKey' };
