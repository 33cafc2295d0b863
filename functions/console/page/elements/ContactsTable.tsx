import type { ComponentChildren } from 'preact';
import type { FoundContact } from '../../../../shared/api/contacts.ts';
import { type ContactQuestion, type ContactsPage, searchContacts } from '../searchContacts.ts';
import { PagedTable } from './PagedTable.tsx';
import type { Column } from './Table.tsx';

interface ContactsTableProps {
  readonly list: string;
  readonly caption: string;
  /** Of the CSV file, behind the list's id. */
  readonly file: string;
  readonly question: ContactQuestion;
  /** Behind name, company and addresses. */
  readonly more?: readonly Column<FoundContact>[];
  head?(first: ContactsPage): ComponentChildren;
  /** Instead of contacts. */
  readonly empty?: ComponentChildren;
}

/** Contacts of a list's source, by name. */
export function ContactsTable({ list, caption, file, question, more = [], head, empty }: ContactsTableProps) {
  return (
    <PagedTable
      caption={caption}
      file={`${list}-${file}`}
      columns={[...columns, ...more]}
      question={[list, question.text].join(' ')}
      read={(continuation, signal) => searchContacts(list, { ...question, continuation }, signal)}
      rowsOf={({ contacts }: ContactsPage) => contacts}
      keyOf={({ sourceKey }) => sourceKey}
      {...(head && { head })}
      empty={() => empty}
    />
  );
}

const columns: readonly Column<FoundContact>[] = [
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
