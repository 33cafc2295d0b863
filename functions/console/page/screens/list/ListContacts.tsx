import { useSignal } from '@preact/signals';
import type { FoundContact } from '../../../../../shared/api/contacts.ts';
import { ContactsTable } from '../../elements/ContactsTable.tsx';
import { Field } from '../../elements/Field.tsx';
import { Empty } from '../../elements/Notice.tsx';
import type { Column } from '../../elements/Table.tsx';
import type { NamedList } from '../../lists.ts';
import { has } from '../../session.ts';
import { countOf } from '../../words.ts';

export function ListContacts({ list, asked }: { readonly list: NamedList; readonly asked: string }) {
  const text = useSignal(asked);
  if (!has('Operator', list.id))
    return <p class="notice">To see contacts takes the role Operator. Ask an Entra admin for it.</p>;
  const isSearch = text.value.trim() !== '';
  return (
    <>
      <Field label="Search by name, company or address" value={text} />
      <ContactsTable
        list={list.id}
        caption="Contacts"
        file="contacts"
        question={{ text: text.value }}
        more={noted}
        head={({ total }) => (
          <p role="status">
            {countOf(total, 'contact', 'contacts')}
            {isSearch && ' found'}
          </p>
        )}
        empty={<NoContacts list={list} isSearch={isSearch} />}
      />
    </>
  );
}

function NoContacts({ list, isSearch }: { readonly list: NamedList; readonly isSearch: boolean }) {
  if (isSearch)
    return (
      <Empty title="No contact of the list has these words.">
        <p>Try a part of the name, or an address. Who was added at the source just now comes with the next run.</p>
      </Empty>
    );
  return (
    <Empty title="The list has no contacts.">
      <p>{list.capturedAt ? 'Add some at the source.' : 'Its source was never read: the next run will.'}</p>
    </Empty>
  );
}

function noteOf({ removal, private: isPrivate }: FoundContact): string {
  return [...(removal ? [removals[removal]] : []), ...(isPrivate ? ['private: for nobody'] : [])].join('; ');
}

const removals = { held: 'held: gone from the source', rejected: 'kept: its removal was rejected' } as const;

const noted: readonly Column<FoundContact>[] = [{ title: 'Note', show: noteOf, text: noteOf }];
