import * as z from 'zod';
import type { DirectoryRow, DirectoryValues } from '../../ports/directoryReader.ts';
import type { DirectorySettings } from '../../settings/directorySource.ts';

/** Who belongs by groups: undefined where the settings name none, which means everybody. */
export interface Membership {
  readonly members: ReadonlySet<string> | undefined;
  readonly excluded: ReadonlySet<string>;
}

const told = z.object({
  accountEnabled: z.boolean().nullish().catch(undefined),
  userType: z.string().nullish().catch(undefined),
  showInAddressList: z.boolean().nullish().catch(undefined),
  userPrincipalName: z.string().nullish().catch(undefined),
  mail: z.string().nullish().catch(undefined),
  proxyAddresses: z.array(z.string()).nullish().catch(undefined),
});

/**
 * Whether a user is in the list: enabled members of the tenant with an address, and whom the settings name. Only
 * `false` hides: what Exchange alone knows of hiding does not get into the directory (rules.md: Graph, Hidden users).
 */
export function isChosenUser(row: DirectoryRow, settings: DirectorySettings, membership: Membership): boolean {
  if (row.removed) return false;
  const user = told.parse(row.values);
  if (!user.mail || isExcluded(row, settings, membership)) return false;
  if (isNamed(row, settings.mailboxes)) return true;
  if (membership.members && !membership.members.has(row.id)) return false;
  // An account of another tenant that was synchronized into this one may be a member by type.
  const isGuest = user.userType === 'Guest' || (user.userPrincipalName ?? '').toUpperCase().includes('#EXT#');
  return (
    (settings.includeGuests || !isGuest) &&
    (settings.includeDisabled || user.accountEnabled !== false) &&
    (settings.includeHidden || user.showInAddressList !== false)
  );
}

export function isChosenContact(row: DirectoryRow, settings: DirectorySettings, membership: Membership): boolean {
  if (row.removed || isExcluded(row, settings, membership)) return false;
  if (!told.parse(row.values).mail) return false;
  return isNamed(row, settings.mailboxes) || !membership.members || membership.members.has(row.id);
}

function isExcluded(row: DirectoryRow, { exclude }: DirectorySettings, { excluded }: Membership): boolean {
  return excluded.has(row.id) || isNamed(row, exclude.mailboxes);
}

/** By the object id or any address. */
function isNamed(row: DirectoryRow, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const own = namesOf(row.id, row.values);
  return names.some(name => own.has(name.toLowerCase()));
}

function namesOf(id: string, values: DirectoryValues): ReadonlySet<string> {
  const { mail, userPrincipalName, proxyAddresses } = told.parse(values);
  const proxies = (proxyAddresses ?? []).map(address => address.replace(/^smtp:/i, ''));
  return new Set([id, mail ?? '', userPrincipalName ?? '', ...proxies].map(name => name.toLowerCase()));
}
