import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiFailure, asFailure } from '../api.ts';
import { Empty, FailureNotice, Loading } from '../elements/Notice.tsx';
import { Screen } from '../elements/Screen.tsx';
import { type Column, CsvButton } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { allLists, listProblems, namedLists, nameOfList } from '../lists.ts';
import { adviceFor } from '../problemAdvice.ts';
import { type Cause, groupByCause, type Problem } from '../problemGroups.ts';
import { count, countOf } from '../words.ts';
import { readMailboxes } from './list/ListMailboxes.tsx';

const troubled = ['failed', 'waiting', 'skipped'] as const;
/** Of each list and state: causes repeat, and whoever wants all of them has the list's own page. */
const mostMailboxes = 500;
const shownPlaces = 20;

/** What keeps contacts from arriving, by cause, each with what mends it. */
export function ProblemsScreen() {
  const mailboxes = useSignal<readonly Problem[] | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const places = namedLists.value.flatMap(({ id, mailboxes }) =>
    troubled.filter(state => mailboxes[state] > 0).map(state => ({ list: id, state, size: mailboxes[state] })),
  );
  const changed = JSON.stringify(places);
  useEffect(() => void read(), [changed]);
  const ofLists = listProblems.value.map(({ list, problem }) => ({ ...problem, list: list.id ?? list.name }));
  const causes = groupByCause([...ofLists, ...(mailboxes.value ?? [])]);
  const partial = places.filter(({ size }) => size > mostMailboxes);
  return (
    <Screen title="Problems" intro="What keeps contacts from arriving, by cause, with what mends it.">
      {failure.value && <FailureNotice failure={failure.value} retry={() => void read()} />}
      {!mailboxes.value && !failure.value && <Loading what="problems" />}
      {mailboxes.value && causes.length === 0 && (
        <Empty title="Nothing is wrong.">
          <p>
            Every list is read, and every mailbox gets what it should. Is a contact missing all the same?{' '}
            <a href={links.findMailbox}>Ask why</a>.
          </p>
        </Empty>
      )}
      {partial.map(({ list, state, size }) => (
        <p key={`${list} ${state}`} class="hint">
          Of <a href={links.list(list, 'mailboxes', { state })}>{`${count(size)} ${state} mailboxes`}</a> of “
          {nameOfList(list)}” the first {count(mostMailboxes)} are shown here.
        </p>
      ))}
      {causes.map(cause => (
        <CauseCard key={cause.code} cause={cause} />
      ))}
      {causes.length > 0 && (
        <div class="buttons">
          <CsvButton
            name="problems"
            columns={columns}
            readAll={async () => causes.flatMap(({ problems }) => problems)}
          />
        </div>
      )}
    </Screen>
  );

  async function read(): Promise<void> {
    if (allLists.value.length === 0) return;
    try {
      const pages = await Promise.all(
        places.map(async ({ list, state }) => ({
          list,
          ...(await readMailboxes(list, { state, limit: mostMailboxes })),
        })),
      );
      mailboxes.value = pages.flatMap(({ list, mailboxes }) =>
        mailboxes.flatMap(({ id, address, problem, retryAt }) =>
          problem ? [{ ...problem, list, mailbox: id, address: address ?? id, retryAt }] : [],
        ),
      );
      failure.value = undefined;
    } catch (error) {
      failure.value = asFailure(error);
    }
  }
}

function CauseCard({ cause: { code, problems, details } }: { readonly cause: Cause }) {
  const shown = useSignal(shownPlaces);
  const { title, mend, at } = adviceFor(code);
  const showMore = () => {
    shown.value += 200;
  };
  const mailboxes = new Set(problems.flatMap(({ mailbox = [] }) => mailbox)).size;
  return (
    <section class="card">
      <h2>
        {title} <span class="hint">{mailboxes > 0 ? countOf(mailboxes, 'mailbox', 'mailboxes') : ''}</span>
      </h2>
      {details.slice(0, 3).map(detail => (
        <p key={detail}>
          <Words text={detail} />
        </p>
      ))}
      <p>
        <span class="step">Next step</span> {mend}
      </p>
      <ul class="plain">
        {problems.slice(0, shown.value).map(({ list, mailbox, address, retryAt }) => (
          <li key={`${list} ${mailbox}`}>
            {mailbox && <a href={links.mailbox(mailbox)}>{address}</a>}
            {mailbox && ' in '}
            <a href={links.list(list)}>{nameOfList(list)}</a>
            {!mailbox && at === undefined && (
              <>
                {' '}
                (<a href={links.list(list, 'connection')}>test the connection</a>)
              </>
            )}
            {retryAt && (
              <span class="hint">
                {' '}
                next try <Time at={retryAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {problems.length > shown.value && (
        <button type="button" class="quiet" onClick={showMore}>
          Show {count(problems.length - shown.value)} more
        </button>
      )}
      <p class="hint">
        Code <code>{code}</code>
      </p>
    </section>
  );
}

const columns: readonly Column<Problem>[] = [
  { title: 'Code', show: ({ code }) => code, text: ({ code }) => code },
  { title: 'List', show: ({ list }) => list, text: ({ list }) => list },
  { title: 'Mailbox', show: ({ address }) => address, text: ({ address = '' }) => address },
  { title: 'Detail', show: ({ detail }) => detail, text: ({ detail }) => detail },
  { title: 'Next try', show: ({ retryAt }) => retryAt, text: ({ retryAt = '' }) => retryAt },
];
