import type { Contact } from './contact.ts';
import { addressesOf } from './emailEntries.ts';

/** A contact of the user's. */
export interface ExistingContact {
  readonly id: string;
  readonly parentFolderId: string;
  readonly contact: Contact;
}

export interface ExistingMatches {
  /** By source key. */
  readonly matches: ReadonlyMap<string, ExistingContact>;
  /** Source keys of which it cannot be told which contact of the user's is meant, or that mean the same one. */
  readonly ambiguous: ReadonlySet<string>;
}

/**
 * Which of the user's contacts are those of the source: exactly one that has one of a wanted contact's e-mail addresses,
 * and that no other wanted contact means (rules.md: Existing contacts).
 */
export function matchExisting(
  wanted: readonly { readonly sourceKey: string; readonly contact: Contact }[],
  own: readonly ExistingContact[],
): ExistingMatches {
  const byAddress = groupByAddress(own);
  const found = wanted.map(({ sourceKey, contact }) => {
    const candidates = new Set(addressesOf(contact).flatMap(address => byAddress.get(address) ?? []));
    return { sourceKey, candidates: [...candidates] };
  });
  const claims = new Map<string, number>();
  for (const { id } of found.flatMap(({ candidates }) => candidates)) claims.set(id, (claims.get(id) ?? 0) + 1);
  const isOnly = ([first, ...others]: readonly ExistingContact[]) =>
    first !== undefined && others.length === 0 && claims.get(first.id) === 1;
  const clear = found.filter(({ candidates }) => isOnly(candidates));
  const unclear = found.filter(({ candidates }) => candidates.length > 0 && !isOnly(candidates));
  return {
    matches: new Map(clear.flatMap(({ sourceKey, candidates: [first] }) => (first ? [[sourceKey, first]] : []))),
    ambiguous: new Set(unclear.map(({ sourceKey }) => sourceKey)),
  };
}

function groupByAddress(contacts: readonly ExistingContact[]): ReadonlyMap<string, readonly ExistingContact[]> {
  const groups = new Map<string, ExistingContact[]>();
  for (const each of contacts) {
    for (const address of new Set(addressesOf(each.contact)))
      groups.set(address, [...(groups.get(address) ?? []), each]);
  }
  return groups;
}
