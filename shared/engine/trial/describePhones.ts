import { countOf } from '../../domain/countOf.ts';
import { phoneFields, staysAsItIs } from '../../domain/phone.ts';
import { type ContactList, compileListMapping } from '../../settings/contactList.ts';
import type { SnapshotContact } from '../../store/snapshotRows.ts';

/** How many phone numbers the list cannot write as it is told to: those that are not valid, or of which something would be lost. */
export function describePhones(list: ContactList, contacts: readonly Pick<SnapshotContact, 'contact'>[]): string[] {
  const { phones: rule } = list;
  if (!rule || rule.format === 'keep') return [];
  const { phones: _, ...unchanged } = list;
  const mapping = compileListMapping(unchanged);
  const numbers = contacts.flatMap(({ contact }) => {
    const mapped = mapping.apply(contact);
    return phoneFields.flatMap(field => (mapped[field] ?? []) as string | readonly string[]);
  });
  const kept = numbers.filter(number => staysAsItIs(number, rule)).length;
  if (kept === 0) return [];
  return [
    `Of ${countOf(numbers.length, 'phone number')} ${countOf(kept, 'stays as it is', 'stay as they are')}: not valid${rule.region ? ` in ${rule.region}` : ''}, or something of the text would be lost`,
  ];
}
