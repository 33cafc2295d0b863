import { ContactsTable } from '../../elements/ContactsTable.tsx';
import { has } from '../../session.ts';

/** Who would go, by name. */
export function HeldContacts({ list }: { readonly list: string }) {
  if (!has('Operator', list)) return <p class="hint">To see who would go takes the role Operator.</p>;
  return <ContactsTable list={list} caption="Who would go" file="held" question={{ removal: 'held' }} />;
}
