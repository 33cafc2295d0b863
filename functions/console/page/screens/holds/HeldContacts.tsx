import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod';
import type { contactsPage } from '../../../../../shared/api/contacts.ts';
import { type ApiFailure, asFailure, post } from '../../api.ts';
import { FailureNotice, Loading } from '../../elements/Notice.tsx';
import { type Column, CsvButton, Table } from '../../elements/Table.tsx';
import { has } from '../../session.ts';
import { count } from '../../words.ts';

type ContactsPage = z.infer<typeof contactsPage>;
type Contact = ContactsPage['contacts'][number];

/** Who would go, by name. */
export function HeldContacts({ list }: { readonly list: string }) {
  const pages = useSignal<readonly ContactsPage[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const mayRead = has('Operator');
  useEffect(() => {
    if (mayRead) void read();
  }, [list, mayRead]);
  if (!mayRead) return <p class="hint">To see who would go takes the role Operator.</p>;
  const contacts = pages.value.flatMap(page => page.contacts);
  const continuation = pages.value.at(-1)?.continuation;
  if (failure.value) return <FailureNotice failure={failure.value} retry={() => void read()} />;
  if (pages.value.length === 0) return <Loading what="who would go" />;
  return (
    <>
      {contacts.length > 0 && (
        <Table caption="Who would go" columns={columns} rows={contacts} keyOf={({ sourceKey }) => sourceKey} />
      )}
      <div class="buttons">
        {continuation && (
          <button type="button" onClick={() => void read(continuation)}>
            Show more of {count(pages.value[0]?.total ?? 0)}
          </button>
        )}
        {contacts.length > 0 && <CsvButton name={`${list}-held`} columns={columns} readAll={readAll} />}
      </div>
    </>
  );

  async function read(continuation?: string): Promise<void> {
    try {
      const page = await readHeld(continuation);
      pages.value = continuation === undefined ? [page] : [...pages.value, page];
      failure.value = undefined;
    } catch (error) {
      failure.value = asFailure(error);
    }
  }

  async function readAll(): Promise<readonly Contact[]> {
    const found = [...contacts];
    let next = continuation;
    while (next !== undefined) {
      const page = await readHeld(next);
      found.push(...page.contacts);
      next = page.continuation;
    }
    return found;
  }

  function readHeld(continuation?: string): Promise<ContactsPage> {
    const body = { removal: 'held', ...(continuation === undefined ? {} : { continuation }) };
    return post(`lists/${encodeURIComponent(list)}/contacts/search`, body);
  }
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
