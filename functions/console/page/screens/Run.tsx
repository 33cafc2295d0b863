import { Loading, ReadFailure } from '../elements/Notice.tsx';
import { RollBackRun } from '../elements/RollBack.tsx';
import { type AddressedRun, NamesOfLists, RunState } from '../elements/RunTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import { type Column, CsvButton, Table } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { nameOfList } from '../lists.ts';
import { useRun } from '../run.ts';
import { count, inWords } from '../words.ts';

export function Run({ id }: { readonly id: string }) {
  const reading = useRun(id);
  const { value, failure } = reading;
  return (
    <Screen
      title={value ? `Run: ${inWords(value.cause).toLowerCase()}` : 'Run'}
      above={{ name: 'Runs', href: links.runs }}
    >
      <ReadFailure {...reading} />
      {!value && !failure && <Loading what="the run" />}
      {value && <Outcome run={value} />}
    </Screen>
  );
}

function Outcome({ run }: { readonly run: AddressedRun }) {
  const { lists, startedAt, finishedAt, mailboxes, contacts, repaired, graph, problems, notes } = run;
  const settled = mailboxes.done + mailboxes.failed + mailboxes.waiting + mailboxes.skipped;
  return (
    <>
      <p role="status">
        <RunState run={run} /> {mailboxes.total > 0 && `${count(settled)} of ${count(mailboxes.total)} mailboxes`}
      </p>
      {mailboxes.total > 0 && <progress aria-label="Mailboxes that are done" max={mailboxes.total} value={settled} />}
      {mailboxes.total === 0 && finishedAt !== null && <p>Nothing had changed, so no mailbox was written to.</p>}
      {run.cause === 'proof' && (
        <p>
          It looked into mailboxes: <a href={links.proof(lists[0] ?? '', run.id)}>see what it found</a>.
        </p>
      )}
      <dl class="facts">
        <dt>Lists</dt>
        <dd>
          <NamesOfLists ids={lists} />
        </dd>
        <dt>Started</dt>
        <dd>
          <Time at={startedAt} />
        </dd>
        <dt>Finished</dt>
        <dd>{finishedAt === null ? 'not yet' : <Time at={finishedAt} />}</dd>
        <dt>Mailboxes</dt>
        <dd>
          {tell({
            done: mailboxes.done,
            waiting: mailboxes.waiting,
            failed: mailboxes.failed,
            skipped: mailboxes.skipped,
          })}
        </dd>
        <dt>Contacts</dt>
        <dd>{tell({ ...contacts })}</dd>
        <dt>Repaired</dt>
        <dd>{tell(repaired)}</dd>
        <dt>Requests to Graph</dt>
        <dd>
          {count(graph.requests)} in {count(graph.roundTrips)} round trips
        </dd>
      </dl>
      <ProblemRows title="Problems" problems={problems} run={run.id} />
      <ProblemRows title="Notes" problems={notes} run={run.id} />
      {mailboxes.total > 0 && (
        <div class="buttons">
          {lists.map(list => (
            <RollBackRun key={list} list={list} name={nameOfList(list)} run={run.id} />
          ))}
        </div>
      )}
    </>
  );
}

function tell(counts: Readonly<Record<string, number | undefined>>): string {
  const shown = Object.entries(counts).filter(([, size]) => size);
  return shown.map(([name, size = 0]) => `${count(size)} ${inWords(name).toLowerCase()}`).join(', ') || 'none';
}

type RunProblem = AddressedRun['problems'][number];

interface ProblemRowsProps {
  readonly title: string;
  readonly run: string;
  readonly problems: readonly RunProblem[];
}

function ProblemRows({ title, problems, run }: ProblemRowsProps) {
  if (problems.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <Table
        caption={title}
        columns={columns}
        rows={problems}
        keyOf={({ code, list, mailbox, detail }) => `${code} ${list} ${mailbox} ${detail}`}
      />
      <div class="buttons">
        <CsvButton name={`run-${run}-${title.toLowerCase()}`} columns={columns} readAll={async () => problems} />
      </div>
    </section>
  );
}

const columns: readonly Column<RunProblem>[] = [
  {
    title: 'Mailbox',
    show: ({ mailbox, address }) => mailbox && <a href={links.mailbox(mailbox)}>{address ?? mailbox}</a>,
    text: ({ mailbox = '', address = mailbox }) => address,
  },
  {
    title: 'List',
    show: ({ list }) => list && <a href={links.list(list)}>{nameOfList(list)}</a>,
    text: ({ list = '' }) => list,
  },
  { title: 'What', show: ({ detail }) => <Words text={detail} />, text: ({ code, detail }) => `${code}: ${detail}` },
];
