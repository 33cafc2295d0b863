import { nextCategories } from './categories.ts';
import { type Contact, type ContactField, contactFields } from './contact.ts';
import type { LedgerEntry } from './ledgerEntry.ts';
import type { WantedContact } from './plan.ts';
import { type UserEdits, userEditPolicies } from './userEdits.ts';

/**
 * A contact that is made again in another folder, with what the user made of it in the one before: fields that are not
 * ours, and those of ours that the user changed and the source did not since.
 *
 * @param entry what the ledger says of `found`
 * @param userEdits the list's policy about what users changed in fields of ours
 */
export function carryOver(
  wanted: WantedContact,
  found: Contact,
  entry: LedgerEntry,
  managed: readonly ContactField[],
  userEdits: UserEdits,
): WantedContact {
  const isUsers = (field: ContactField) => {
    if (!managed.includes(field)) return true;
    const stays = userEditPolicies[userEdits].editedField === 'stays';
    return stays && wanted.fingerprints[field] === entry.fields[field];
  };
  const fields = contactFields.map(field => [field, (isUsers(field) ? found : wanted.contact)[field]] as const);
  const contact = Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Contact;
  if (!managed.includes('categories')) return { ...wanted, contact };
  const ownCategories = wanted.contact.categories ?? [];
  const { categories: _, ...others } = contact;
  const merged = nextCategories(entry, found.categories ?? [], ownCategories);
  return { ...wanted, contact: merged.length > 0 ? { ...others, categories: merged } : others, ownCategories };
}
