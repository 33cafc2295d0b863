import type * as z from 'zod';
import type { addressedRun } from '../../../../shared/api/runs.ts';
import { links } from '../links.ts';
import { nameOfList } from '../lists.ts';
import { count, inWords } from '../words.ts';
import { Badge } from './Badge.tsx';
import { type Column, Table } from './Table.tsx';
import { Time } from './Time.tsx';

export type AddressedRun = z.infer<typeof addressedRun>;

export function RunTable({ runs }: { readonly runs: readonly AddressedRun[] }) {
  return <Table caption="Runs" columns={runColumns} rows={runs} keyOf={({ id }) => id} />;
}

export const runColumns: readonly Column<AddressedRun>[] = [
  {
    title: 'Started',
    show: ({ id, startedAt }) => (
      <a href={links.run(id)}>
        <Time at={startedAt} />
      </a>
    ),
    text: ({ startedAt }) => startedAt,
  },
  { title: 'Cause', show: ({ cause }) => inWords(cause), text: ({ cause }) => cause },
  { title: 'State', show: run => <RunState run={run} />, text: ({ state }) => state },
  {
    title: 'Lists',
    show: ({ lists }) => <NamesOfLists ids={lists} />,
    text: ({ lists }) => lists.join(' '),
  },
  {
    title: 'Mailboxes',
    show: ({ id, mailboxes: { done, total } }) =>
      total === 0 ? '0' : <a href={links.run(id)}>{`${count(done)} of ${count(total)}`}</a>,
    text: ({ mailboxes }) => String(mailboxes.total),
    isNumber: true,
  },
  {
    title: 'Contacts written',
    show: run => (written(run) === 0 ? '0' : <a href={links.run(run.id)}>{count(written(run))}</a>),
    text: run => String(written(run)),
    isNumber: true,
  },
  {
    title: 'Problems',
    show: ({ id, problems }) => (problems.length === 0 ? '0' : <a href={links.run(id)}>{count(problems.length)}</a>),
    text: ({ problems }) => String(problems.length),
    isNumber: true,
  },
];

export function RunState({ run: { state, mailboxes } }: { readonly run: AddressedRun }) {
  if (state === 'running' || mailboxes.failed === 0) return <Badge state={state} />;
  return <Badge state="failed" words={`Finished, ${count(mailboxes.failed)} failed`} />;
}

export function NamesOfLists({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <a href={links.list(id)}>{nameOfList(id)}</a>
        </span>
      ))}
    </>
  );
}

export function written({ contacts: { created, updated, deleted } }: AddressedRun): number {
  return created + updated + deleted;
}
