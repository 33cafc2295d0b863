import type { ListView } from '../../../../shared/api/lists.ts';
import { Badge } from '../elements/Badge.tsx';
import { HaltEverything } from '../elements/Halt.tsx';
import { MailboxCounts } from '../elements/MailboxCounts.tsx';
import { MissingContact } from '../elements/MissingContact.tsx';
import { Empty, FailureNotice, Loading, ReadFailure } from '../elements/Notice.tsx';
import { type AddressedRun, RunTable } from '../elements/RunTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import { Time } from '../elements/Time.tsx';
import { WhenSeen } from '../elements/WhenSeen.tsx';
import { links } from '../links.ts';
import { allLists, listProblems, lists, openHolds, totalMailboxes } from '../lists.ts';
import { useResource } from '../resource.ts';
import { has, hasSomewhere } from '../session.ts';
import { listStates } from '../stateAdvice.ts';
import { count, countOf } from '../words.ts';
import { DayCharts } from './days/DayCharts.tsx';

export function Overview() {
  return (
    <Screen title="Overview">
      <Figures />
      <section class="card">
        <h2>Is somebody missing a contact?</h2>
        <p>
          {hasSomewhere('Operator')
            ? 'Name the person and the contact: you are told whether it is there, and if not, why and what to do.'
            : 'Name the person: you are told what arrives in the mailbox, and what does not. For a single contact it takes the role Operator.'}
        </p>
        <MissingContact />
      </section>
      <section>
        <h2>Lists</h2>
        <ListsAtAGlance />
        <div class="buttons">
          <HaltEverything />
        </div>
      </section>
      <section>
        <h2>The last 30 days</h2>
        <WhenSeen>
          <DayCharts />
        </WhenSeen>
      </section>
      <section>
        <h2>Latest runs</h2>
        <NextRun />
        <WhenSeen>
          <LatestRuns />
        </WhenSeen>
      </section>
    </Screen>
  );
}

function Figures() {
  if (!lists.value.value) return null;
  const { current, behind, waiting, failed } = totalMailboxes.value;
  const problems = listProblems.value.length;
  const filling = allLists.value.filter(({ mailboxes }) => Object.values(mailboxes).some(size => size > 0)).length;
  const ofLists = filling > 1 ? `, in ${count(filling)} lists` : '';
  return (
    <ul class="figures">
      <Figure value={current} name={`mailboxes current${ofLists}`} href={links.lists} />
      <Figure value={behind} name={`behind${ofLists}`} href={links.lists} tone={behind > 0 ? 'busy' : undefined} />
      <Figure
        value={waiting + failed}
        name={`waiting or failed${ofLists}`}
        href={links.problems}
        tone={failed > 0 ? 'bad' : waiting > 0 ? 'warn' : undefined}
      />
      <Figure
        value={openHolds.value.length}
        name={openHolds.value.length === 1 ? 'hold to decide' : 'holds to decide'}
        href={links.holds}
        tone={openHolds.value.length > 0 ? 'warn' : undefined}
      />
      <Figure
        value={problems}
        name={problems === 1 ? 'problem of a list' : 'problems of lists'}
        href={links.problems}
        tone={problems > 0 ? 'bad' : undefined}
      />
    </ul>
  );
}

interface FigureProps {
  readonly value: number;
  readonly name: string;
  readonly href: string;
  readonly tone?: 'busy' | 'warn' | 'bad' | undefined;
}

function Figure({ value, name, href, tone = undefined }: FigureProps) {
  return (
    <li class={tone ?? ''}>
      <a href={href}>
        <span class="figure">{count(value)}</span>
        <span>{name}</span>
      </a>
    </li>
  );
}

function ListsAtAGlance() {
  const { value, failure } = lists.value;
  if (failure && !value) return <FailureNotice failure={failure} />;
  if (!value) return <Loading what="lists" />;
  if (allLists.value.length === 0) return <NoLists />;
  return (
    <ul class="rows">
      {allLists.value.map(list => (
        <li key={list.id ?? list.name} class="row">
          <div>
            <h3>{list.id === null ? list.name : <a href={links.list(list.id)}>{list.name}</a>}</h3>
            <p class="hint">
              <Contacts list={list} />
            </p>
          </div>
          <div>
            <Badge state={list.state} />
            {list.state !== 'ok' && (
              <p class="hint">
                {list.state === 'held' ? <a href={links.holds}>{listStates.held}</a> : listStates[list.state]}
              </p>
            )}
          </div>
          {list.id !== null && <MailboxCounts list={list.id} counts={list.mailboxes} />}
        </li>
      ))}
    </ul>
  );
}

function Contacts({ list: { id, contacts } }: { readonly list: ListView }) {
  const words = countOf(contacts, 'contact', 'contacts');
  return id === null ? <span>{words}</span> : <a href={links.list(id, 'contacts')}>{words}</a>;
}

export function NoLists() {
  return (
    <Empty title="There are no lists yet.">
      <p>
        {has('Admin') ? (
          <>
            <a href={links.edit('')}>Make one</a>: a source, who gets it, and the folder it goes to. Or
          </>
        ) : (
          'Ask somebody with the role Admin for one, or'
        )}{' '}
        whoever deploys the app names one in its setting <code>CONTACT_LISTS</code>.
      </p>
    </Empty>
  );
}

function NextRun() {
  const nextRunAt = lists.value.value?.nextRunAt;
  if (!nextRunAt) return null;
  return (
    <p class="hint">
      The next scheduled one: <Time at={nextRunAt} />
    </p>
  );
}

function LatestRuns() {
  const runs = useResource<{ runs: AddressedRun[] }>('runs?limit=5', { again: () => true });
  return (
    <>
      <ReadFailure {...runs} />
      {runs.value ? <FewRuns runs={runs.value.runs} /> : !runs.failure && <Loading what="runs" />}
    </>
  );
}

function FewRuns({ runs }: { readonly runs: readonly AddressedRun[] }) {
  if (runs.length > 0) {
    return (
      <>
        <RunTable runs={runs} />
        <p>
          <a href={links.runs}>See all runs</a>
        </p>
      </>
    );
  }
  return (
    <Empty title="Nothing has run yet.">
      <p>The schedule starts the first run by itself.</p>
    </Empty>
  );
}
