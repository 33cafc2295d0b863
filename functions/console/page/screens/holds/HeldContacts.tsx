import { PagedTable } from '../../elements/PagedTable.tsx';
import type { Column } from '../../elements/Table.tsx';
import { type ContactsPage, searchContacts } from '../../searchContacts.ts';
import { has } from '../../session.ts';

type Contact = ContactsPage['contacts'][number];

/** Who would go, by name. */
export function HeldContacts({ list }: { readonly list: string }) {
  if (!has('Operator', list)) return <p class="hint">To see who would go takes the role Operator.</p>;
  return (
    <PagedTable
      caption="Who would go"
      file={`${list}-held`}
      columns={columns}
      question={list}
      read={(continuation, signal) => searchContacts(list, { removal: 'held', continuation }, signal)}
      rowsOf={({ contacts }: ContactsPage) => contacts}
      keyOf={({ sourceKey }) => sourceKey}
      empty={() => null}
    />
  );
}

const columns: readonly Column<Contact>[] = [
  {
    title: 'Name',
    show: ({ displayName }) => displayName ?? 'without a name',
    text: ({ displayName }) => displayName ?? '',
  },
  {
    title: 'Company',
    show: ({ companyName }) => companyName,
    text: ({ companyName = '' }) => companyName,
    isExtra: true,
  },
  {
    title: 'E-mail',
    show: ({ emailAddresses }) => emailAddresses.join(', '),
    text: ({ emailAddresses }) => emailAddresses.join(' '),
  },
];
