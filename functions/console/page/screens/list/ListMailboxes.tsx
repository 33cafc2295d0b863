import type * as z from 'zod';
import type { mailboxesPage } from '../../../../../shared/api/mailboxes.ts';
import { get } from '../../api.ts';
import { Badge } from '../../elements/Badge.tsx';
import { Empty } from '../../elements/Notice.tsx';
import { PagedTable } from '../../elements/PagedTable.tsx';
import type { Column } from '../../elements/Table.tsx';
import { Time } from '../../elements/Time.tsx';
import { links } from '../../links.ts';
import type { NamedList } from '../../lists.ts';
import { go } from '../../location.ts';
import { plainly } from '../../plainly.ts';
import { adviceFor } from '../../problemAdvice.ts';
import { mailboxStates } from '../../stateAdvice.ts';
import { count, inWords } from '../../words.ts';

type MailboxesPage = z.infer<typeof mailboxesPage>;
type ListedMailbox = MailboxesPage['mailboxes'][number];

interface ListMailboxesProps {
  readonly list: NamedList;
  readonly state: string | undefined;
}

/** So many are shown at once, and so many a request has at most. */
const pageSize = 100;
const exportSize = 1000;

export function ListMailboxes({ list, state }: ListMailboxesProps) {
  const meaning = state === undefined ? undefined : mailboxStates[state];
  return (
    <>
      <label class="field">
        <span>Show</span>
        <select
          value={state ?? ''}
          onChange={event => go(links.list(list.id, 'mailboxes', { state: event.currentTarget.value }))}
        >
          <option value="">all mailboxes</option>
          {Object.keys(mailboxStates).map(each => (
            <option key={each} value={each}>
              {labelOf(each, list)}
            </option>
          ))}
        </select>
      </label>
      {meaning && (
        <p>
          {meaning.means} {meaning.next}
        </p>
      )}
      <PagedTable
        caption="Mailboxes"
        file={`${list.id}-mailboxes${state ? `-${state}` : ''}`}
        columns={mailboxColumns}
        question={state ?? ''}
        read={readPage(pageSize)}
        readForFile={readPage(exportSize)}
        rowsOf={({ mailboxes }: MailboxesPage) => mailboxes}
        keyOf={({ id }) => id}
        empty={hasMore => !hasMore && <NoMailboxes list={list.id} state={state} />}
      />
    </>
  );

  function readPage(limit: number) {
    return (continuation: string | undefined) => readMailboxes(list.id, { state, limit, continuation });
  }
}

function NoMailboxes({ list, state }: { readonly list: string; readonly state: string | undefined }) {
  if (state !== undefined) return <Empty title={`No mailbox is ${state}.`} />;
  return (
    <Empty title="The list has no mailboxes yet.">
      <p>
        Name some under “Who gets it?” in <a href={links.list(list, 'settings')}>its settings</a>; the next run finds
        those who are in them.
      </p>
    </Empty>
  );
}

function labelOf(state: string, { mailboxes }: NamedList): string {
  const number = (mailboxes as Readonly<Record<string, number | undefined>>)[state];
  return number === undefined ? inWords(state) : `${inWords(state)} (${count(number)})`;
}

interface MailboxQuery {
  readonly state: string | undefined;
  readonly limit: number;
  readonly continuation?: string | undefined;
}

export function readMailboxes(list: string, { state, limit, continuation }: MailboxQuery): Promise<MailboxesPage> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(state === undefined ? {} : { state }),
    ...(continuation === undefined ? {} : { continuation }),
  });
  return get(`lists/${encodeURIComponent(list)}/mailboxes?${query}`);
}

const mailboxColumns: readonly Column<ListedMailbox>[] = [
  {
    title: 'Mailbox',
    show: ({ id, address }) => <a href={links.mailbox(id)}>{address ?? id}</a>,
    text: ({ id, address }) => address ?? id,
  },
  {
    title: 'State',
    show: ({ state, problem, heldBack }) => (
      <>
        <Badge state={state} />
        {heldBack && (
          <p class="hint">
            ring {heldBack.ring} of {heldBack.of} waits for its turn
          </p>
        )}
        {problem && <p class="narrow hint">{adviceFor(problem.code).title}</p>}
      </>
    ),
    text: ({ state }) => state,
  },
  {
    title: 'Contacts',
    show: ({ id, contacts }) => <a href={links.mailbox(id)}>{count(contacts)}</a>,
    text: ({ contacts }) => String(contacts),
    isNumber: true,
    isExtra: true,
  },
  {
    title: 'Problem',
    show: ({ problem }) => problem && <span title={plainly(problem.detail)}>{adviceFor(problem.code).title}</span>,
    text: ({ problem }) => (problem ? `${problem.code}: ${problem.detail}` : ''),
    isExtra: true,
  },
  {
    title: 'Last synced',
    show: ({ syncedAt }) => (syncedAt === null ? 'never' : <Time at={syncedAt} />),
    text: ({ syncedAt }) => syncedAt ?? '',
    isExtra: true,
  },
  {
    title: 'Next try',
    show: ({ retryAt }) => retryAt && <Time at={retryAt} />,
    text: ({ retryAt }) => retryAt ?? '',
    isExtra: true,
  },
];
