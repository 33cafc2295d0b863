import { hasAccess, type Role } from './roles.ts';

/** Somebody who signed in to the console with Entra. */
export interface Person {
  readonly kind: 'person';
  /** Of the user in the directory, which is the id of the mailbox too. */
  readonly objectId: string;
  /** What the sign-in calls the person: to be shown, never stored or logged. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Ids of the lists that the person may operate, where a role did not open the route. */
  readonly operates?: readonly string[];
}

/** Who asks: somebody, or a script with a function key, which may do all that keys open. */
export type Caller = Person | { readonly kind: 'functionKey' };

/** Whether an answer may tell of a list; readers see all of them. */
export function seesList(caller: Caller, list: string | null): boolean {
  if (caller.kind === 'functionKey' || hasAccess('Reader', caller.roles)) return true;
  return list !== null && (caller.operates ?? []).includes(list);
}
