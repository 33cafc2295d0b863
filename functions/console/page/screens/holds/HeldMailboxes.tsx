import type * as z from 'zod';
import type { heldMailboxesPage } from '../../../../../shared/api/hold.ts';
import { get } from '../../api.ts';
import { PagedTable } from '../../elements/PagedTable.tsx';
import type { Column } from '../../elements/Table.tsx';
import { links } from '../../links.ts';
import { count } from '../../words.ts';

type HeldMailboxesPage = z.infer<typeof heldMailboxesPage>;
type HeldMailbox = HeldMailboxesPage['mailboxes'][number];

/** So many are shown at once, and so many a request has at most. */
const pageSize = 100;
const exportSize = 1000;

/** Whose mailboxes an approval is about, and what it does to each. */
export function HeldMailboxes({ list }: { readonly list: string }) {
  const readPage = (limit: number) => (continuation: string | undefined, signal?: AbortSignal) => {
    const query = new URLSearchParams({
      limit: String(limit),
      ...(continuation === undefined ? {} : { continuation }),
    });
    return get<HeldMailboxesPage>(`lists/${encodeURIComponent(list)}/hold/mailboxes?${query}`, signal);
  };
  return (
    <PagedTable
      caption="Who would leave"
      file={`${list}-leaving`}
      columns={columns}
      question={list}
      read={readPage(pageSize)}
      readForFile={readPage(exportSize)}
      rowsOf={({ mailboxes }: HeldMailboxesPage) => mailboxes}
      keyOf={({ id }) => id}
      empty={() => null}
    />
  );
}

const effects: Readonly<Record<HeldMailbox['effect'], string>> = {
  leaves: 'loses the list',
  joins: 'gets the list: it is not excluded any more',
  seesLess: 'loses what is shown to a group',
};

const columns: readonly Column<HeldMailbox>[] = [
  {
    title: 'Mailbox',
    show: ({ id, address }) => <a href={links.mailbox(id)}>{address ?? id}</a>,
    text: ({ id, address }) => address ?? id,
  },
  { title: 'If approved', show: ({ effect }) => effects[effect], text: ({ effect }) => effects[effect] },
  {
    title: 'Contacts there',
    show: ({ contacts }) => count(contacts),
    text: ({ contacts }) => String(contacts),
    isNumber: true,
    isExtra: true,
  },
];
