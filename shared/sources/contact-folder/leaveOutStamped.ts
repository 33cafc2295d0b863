import { fingerprint } from '../../domain/fingerprint.ts';
import type { ReadContact } from '../../domain/sourceChanges.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import type { ReadScope } from '../../ports/contactSource.ts';

export interface WithoutStamped {
  readonly scope: ReadScope;
  /** Fingerprints of the ids of all contacts of the folder that are left out. */
  readonly leftOut: readonly string[];
}

/**
 * Leaves out what a sync of the other organisation wrote: it may be what that one got from here. Delta gives no extended
 * properties, so the stamps are listed for a reading from the start, and otherwise read by id.
 *
 * @param before who was left out at the last reading
 * @throws GraphFailure
 */
export async function leaveOutStamped(
  mailbox: ContactMailbox,
  scope: ReadScope,
  before: readonly string[],
): Promise<WithoutStamped> {
  const there = scope.contacts.flatMap(({ id, contact }) => (contact ? [id] : []));
  const stamped = scope.complete ? await listStamped(mailbox, scope.folderId) : await findStamped(mailbox, there);
  const choose = (row: ReadContact): ReadContact => (stamped.has(row.id) ? { id: row.id, contact: null } : row);
  const read = new Set(scope.contacts.map(({ id }) => fingerprint(id)));
  const unread = scope.complete ? [] : before.filter(print => !read.has(print));
  const leftOut = there.filter(id => stamped.has(id)).map(fingerprint);
  return { scope: { ...scope, contacts: scope.contacts.map(choose) }, leftOut: [...unread, ...leftOut] };
}

async function listStamped(mailbox: ContactMailbox, folderId: string): Promise<ReadonlySet<string>> {
  const stamped = await mailbox.listStamped(folderId);
  return new Set(stamped.map(({ id }) => id));
}

/** With those that are gone meanwhile, which the next reading tells. */
async function findStamped(mailbox: ContactMailbox, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = ids.length > 0 ? await mailbox.getContacts(ids) : [];
  return new Set(ids.filter((_, index) => found[index]?.stamped ?? true));
}
