import { getsUnassigned, hasOwnerAmong, identityIn, type Restriction, restrictionOf } from '../../domain/audience.ts';
import { countOf } from '../../domain/countOf.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { Progress } from '../../store/progress.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';

/**
 * How many contacts have no owner among the targets, and who gets them. Nothing while the addresses of a target could not
 * be read, since nobody can tell then.
 *
 * @param rows of all mailboxes, with what the fan-out wants
 */
export function describeOwners(
  list: ContactList,
  contacts: readonly Pick<SnapshotContact, 'contact'>[],
  rows: readonly Pick<Progress, 'wanted' | 'wantedAudience'>[],
): string[] {
  const audiences = rows.filter(({ wanted }) => wanted === 'target').map(row => row.wantedAudience);
  const identities = audiences.map(identityIn);
  if (!list.owners || identities.some(prints => prints.length === 0)) return [];
  const amongTargets = new Set(identities.flat());
  const isUnowned = (restriction: Restriction | undefined) =>
    typeof restriction === 'object' && restriction.owners && !hasOwnerAmong(restriction.owners, amongTargets);
  const unowned = contacts.filter(({ contact }) => isUnowned(restrictionOf(contact, list))).length;
  if (unowned === 0) return [];
  const receivers = audiences.filter(getsUnassigned).length;
  const whoGetsThem =
    receivers > 0
      ? `${countOf(receivers, 'mailbox of owners.unassigned gets', 'mailboxes of owners.unassigned get')} them`
      : 'nobody gets them, since owners.unassigned names no target';
  return [`${countOf(unowned, 'contact has', 'contacts have')} no owner among the targets: ${whoGetsThem}`];
}
