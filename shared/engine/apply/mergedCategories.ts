import { nextCategories } from '../../domain/categories.ts';
import type { LedgerEntry } from '../../domain/ledgerEntry.ts';
import type { ContactWrite } from '../../ports/contactMailbox.ts';

type Content = Pick<ContactWrite & { kind: 'patch' }, 'contact' | 'fields'>;

/**
 * Categories that are as they should be are not sent: one that the user gives meanwhile would be lost to them, and no
 * request to Graph can name the state that it was made for (rules.md: Graph, ETags).
 *
 * @param present the contact's categories
 */
export function withMergedCategories(
  { contact, fields }: Content,
  entry: LedgerEntry,
  present: readonly string[],
  areSame: (names: readonly string[], others: readonly string[]) => boolean,
): Content {
  const { categories: wanted = [], ...others } = contact;
  const categories = nextCategories(entry, present, wanted);
  if (areSame(categories, present)) return { contact: others, fields: fields.filter(field => field !== 'categories') };
  return { contact: categories.length > 0 ? { ...others, categories } : others, fields };
}
