import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod';
import type { mailboxesPage } from '../../../../../shared/api/mailboxes.ts';
import { type ApiFailure, asFailure, get } from '../../api.ts';
import { Badge } from '../../elements/Badge.tsx';
import { Empty, FailureNotice, Loading } from '../../elements/Notice.tsx';
import { type Column, CsvButton, Table } from '../../elements/Table.tsx';
import { Time } from '../../elements/Time.tsx';
import { links } from '../../links.ts';
import type { NamedList } from '../../lists.ts';
import { go } from '../../location.ts';
import { adviceFor } from '../../problemAdvice.ts';
import { mailboxStates } from '../../stateAdvice.ts';
import { count, inWords } from '../../words.ts';

type MailboxesPage = z.infer<typeof mailboxesPage>;
export type ListedMailbox = MailboxesPage['mailboxes'][number];

interface ListMailboxesProps {
  readonly list: NamedList;
  readonly state: string | undefined;
}

/** So many are shown at once, and so many a request has at most. */
const pageSize = 100;
const exportSize = 1000;

export function ListMailboxes({ list, state }: ListMailboxesProps) {
  const pages = useSignal<readonly MailboxesPage[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  useEffect(() => void read(), []);
  const mailboxes = pages.value.flatMap(page => page.mailboxes);
  const continuation = pages.value.at(-1)?.continuation;
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
      {failure.value && <FailureNotice failure={failure.value} retry={() => void read(continuation)} />}
      {pages.value.length === 0 && !failure.value && <Loading what="mailboxes" />}
      {pages.value.length > 0 && mailboxes.length === 0 && continuation === undefined && <NoMailboxes state={state} />}
      {mailboxes.length > 0 && (
        <Table caption="Mailboxes" columns={mailboxColumns} rows={mailboxes} keyOf={({ id }) => id} />
      )}
      <div class="buttons">
        {continuation && (
          <button type="button" onClick={() => void read(continuation)}>
            Show more
          </button>
        )}
        {mailboxes.length > 0 && (
          <CsvButton
            name={`${list.id}-mailboxes${state ? `-${state}` : ''}`}
            columns={mailboxColumns}
            readAll={() => readAllMailboxes(list.id, state)}
          />
        )}
      </div>
    </>
  );

  async function read(from?: string): Promise<void> {
    try {
      const page = await readMailboxes(list.id, { state, limit: pageSize, continuation: from });
      pages.value = from === undefined ? [page] : [...pages.value, page];
      failure.value = undefined;
    } catch (error) {
      failure.value = asFailure(error);
    }
  }
}

function NoMailboxes({ state }: { readonly state: string | undefined }) {
  if (state !== undefined) return <Empty title={`No mailbox is ${state}.`} />;
  return (
    <Empty title="The list has no mailboxes yet.">
      <p>
        Name some in <code>targets</code> of its settings; the next run finds those who are in them.
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

async function readAllMailboxes(list: string, state: string | undefined): Promise<ListedMailbox[]> {
  const found: ListedMailbox[] = [];
  let continuation: string | undefined;
  do {
    const page = await readMailboxes(list, { state, limit: exportSize, continuation });
    found.push(...page.mailboxes);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return found;
}

const mailboxColumns: readonly Column<ListedMailbox>[] = [
  {
    title: 'Mailbox',
    show: ({ id, address }) => <a href={links.mailbox(id)}>{address ?? id}</a>,
    text: ({ id, address }) => address ?? id,
  },
  {
    title: 'State',
    show: ({ state, problem }) => (
      <>
        <Badge state={state} />
        {problem && <p class="narrow hint">{adviceFor(problem.code).title}</p>}
      </>
    ),
    text: ({ state }) => state,
  },
  {
    title: 'Contacts',
    show: ({ contacts }) => count(contacts),
    text: ({ contacts }) => String(contacts),
    isNumber: true,
    isExtra: true,
  },
  {
    title: 'Problem',
    show: ({ problem }) => problem && <span title={problem.detail}>{adviceFor(problem.code).title}</span>,
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
