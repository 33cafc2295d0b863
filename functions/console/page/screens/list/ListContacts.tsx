import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod';
import type { contactsPage, FoundContact } from '../../../../../shared/api/contacts.ts';
import { type ApiFailure, asFailure, post } from '../../api.ts';
import { Field } from '../../elements/Field.tsx';
import { Empty, FailureNotice, Loading } from '../../elements/Notice.tsx';
import { type Column, CsvButton, Table } from '../../elements/Table.tsx';
import type { NamedList } from '../../lists.ts';
import { has } from '../../session.ts';
import { countOf } from '../../words.ts';

type ContactsPage = z.infer<typeof contactsPage>;

/** What a reader typed is looked for when they pause. */
const typingPause = 300;

export function ListContacts({ list, asked }: { readonly list: NamedList; readonly asked: string }) {
  const text = useSignal(asked);
  const pages = useSignal<readonly ContactsPage[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const mayRead = has('Operator');
  useEffect(() => {
    if (!mayRead) return undefined;
    const ended = new AbortController();
    const timer = setTimeout(() => read(undefined, ended.signal), pages.value.length === 0 ? 0 : typingPause);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [text.value, mayRead]);
  if (!mayRead) return <p class="notice">To see contacts takes the role Operator. Ask an Entra admin for it.</p>;
  const [first] = pages.value;
  const contacts = pages.value.flatMap(page => page.contacts);
  const continuation = pages.value.at(-1)?.continuation;
  return (
    <>
      <Field label="Search by name, company or address" value={text} type="search" />
      {failure.value && <FailureNotice failure={failure.value} retry={() => void read(undefined)} />}
      {!first && !failure.value && <Loading what="contacts" />}
      {first && (
        <p role="status">
          {countOf(first.total, 'contact', 'contacts')}
          {text.value.trim() ? ' found' : ''}
        </p>
      )}
      {first?.total === 0 && <NoContacts list={list} isSearch={text.value.trim() !== ''} />}
      {contacts.length > 0 && (
        <Table caption="Contacts" columns={columns} rows={contacts} keyOf={({ sourceKey }) => sourceKey} />
      )}
      <div class="buttons">
        {continuation && (
          <button type="button" onClick={() => void read(continuation)}>
            Show more
          </button>
        )}
        {contacts.length > 0 && (
          <CsvButton name={`${list.id}-contacts`} columns={columns} readAll={() => readAll(list.id, text.value)} />
        )}
      </div>
    </>
  );

  async function read(from: string | undefined, signal?: AbortSignal): Promise<void> {
    try {
      const page = await readPage(list.id, text.value, from, signal);
      pages.value = from === undefined ? [page] : [...pages.value, page];
      failure.value = undefined;
    } catch (error) {
      if (!signal?.aborted) failure.value = asFailure(error);
    }
  }
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

function readPage(list: string, text: string, continuation?: string, signal?: AbortSignal): Promise<ContactsPage> {
  const body = { text: text.slice(0, 200), ...(continuation === undefined ? {} : { continuation }) };
  return post(`lists/${encodeURIComponent(list)}/contacts/search`, body, signal);
}

async function readAll(list: string, text: string): Promise<FoundContact[]> {
  const found: FoundContact[] = [];
  let continuation: string | undefined;
  do {
    const page = await readPage(list, text, continuation);
    found.push(...page.contacts);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return found;
}

const removals = { held: 'held: gone from the source', rejected: 'kept: its removal was rejected' } as const;

const columns: readonly Column<FoundContact>[] = [
  {
    title: 'Name',
    show: ({ displayName }) => displayName ?? 'without a name',
    text: ({ displayName }) => displayName ?? '',
  },
  {
    title: 'Company',
    show: ({ companyName }) => companyName,
    text: ({ companyName }) => companyName ?? '',
    isExtra: true,
  },
  {
    title: 'E-mail',
    show: ({ emailAddresses }) => emailAddresses.join(', '),
    text: ({ emailAddresses }) => emailAddresses.join(' '),
  },
  {
    title: 'Note',
    show: ({ removal }) => removal && removals[removal],
    text: ({ removal }) => removal ?? '',
    isExtra: true,
  },
];
