import { fingerprint } from '../../domain/fingerprint.ts';
import type { ReadContact } from '../../domain/sourceChanges.ts';
import type { ReadScope } from '../../ports/contactSource.ts';

export interface WithoutStamped {
  readonly scope: ReadScope;
  /** Fingerprints of the ids of all contacts of the folder that are left out. */
  readonly leftOut: string[];
}

/**
 * Leaves out what a sync of the other organisation wrote: it may be what that one got from here.
 *
 * @param stamped ids of those contacts, as far as this reading shows them
 * @param before who was left out at the last reading
 */
export function leaveOutStamped(
  scope: ReadScope,
  stamped: ReadonlySet<string>,
  before: readonly string[],
): WithoutStamped {
  const choose = (row: ReadContact): ReadContact => (stamped.has(row.id) ? { id: row.id, contact: null } : row);
  const read = new Set(scope.contacts.map(({ id }) => fingerprint(id)));
  const unread = scope.complete ? [] : before.filter(print => !read.has(print));
  const leftOut = [...unread, ...[...stamped].map(fingerprint)];
  return { scope: { ...scope, contacts: scope.contacts.map(choose) }, leftOut };
}
