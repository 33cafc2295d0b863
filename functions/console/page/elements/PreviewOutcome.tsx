import type * as z from 'zod';
import type { addressedPreview, PreviewOperation } from '../../../../shared/api/preview.ts';
import { links } from '../links.ts';
import { count, countOf } from '../words.ts';
import { LongTable } from './LongTable.tsx';
import { Empty } from './Notice.tsx';
import { Problems } from './Problems.tsx';
import { type Column, CsvButton } from './Table.tsx';
import { Words } from './Words.tsx';

export type AddressedPreview = z.infer<typeof addressedPreview>;

interface PreviewOutcomeProps {
  readonly preview: AddressedPreview;
  readonly list: string;
  /** How many rows are shown at once. */
  readonly pageSize?: number;
}

/** What would be written, and why. */
export function PreviewOutcome({ preview, list, pageSize }: PreviewOutcomeProps) {
  const { operations, mailbox, address, mailboxes } = preview;
  return (
    <section aria-live="polite">
      <h2>
        {mailbox === undefined ? 'Over all mailboxes' : <a href={links.mailbox(mailbox)}>{address ?? mailbox}</a>}
      </h2>
      <p>{describeTotals(preview)}</p>
      {mailboxes && (
        <p>
          {count(mailboxes.changed)} of {countOf(mailboxes.total, 'mailbox', 'mailboxes')} would be written to
          {mailboxes.waiting > 0 && `; ${count(mailboxes.waiting)} wait`}
          {preview.estimated && ' (estimated from part of them)'}.
        </p>
      )}
      <Problems list={list} problems={preview.problems} />
      {preview.notes.map(note => (
        <p key={note} class="notice">
          <Words text={note} />
        </p>
      ))}
      {operations.length > 0 && (
        <LongTable
          caption="What would be done"
          columns={columns}
          rows={operations}
          keyOf={({ action, sourceKey }) => `${action} ${sourceKey}`}
          pageSize={pageSize}
        >
          <CsvButton name={`${list}-preview`} columns={columns} readAll={async () => operations} />
        </LongTable>
      )}
      {mailbox !== undefined && operations.length === 0 && preview.problems.length === 0 && (
        <Empty title="Nothing would be written: the mailbox has what it should have.">
          <p>
            Is somebody missing there all the same? <a href={links.mailbox(mailbox)}>Ask why</a>.
          </p>
        </Empty>
      )}
    </section>
  );
}

function describeTotals({
  creates,
  patches,
  deletes,
  adopts = 0,
  givesBack = 0,
  kept,
  held,
}: AddressedPreview): string {
  const parts: [number, string][] = [
    [creates, 'added'],
    [patches, 'changed'],
    [deletes, 'removed'],
    [adopts, 'taken over'],
    [givesBack, 'given back'],
    [kept, 'left as they are'],
    [held, 'held'],
  ];
  const shown = parts.filter(([size], index) => size > 0 || index < 3);
  return `Contacts: ${shown.map(([size, what]) => `${count(size)} ${what}`).join(', ')}.`;
}

const actions: Readonly<Record<PreviewOperation['action'], string>> = {
  create: 'Add',
  adopt: 'Take over',
  patch: 'Change',
  giveBack: 'Give back',
  delete: 'Remove',
  keep: 'Leave',
  hold: 'Hold',
};

/** What is done with which contact. */
export const operationColumns: readonly Column<Pick<PreviewOperation, 'action' | 'displayName'>>[] = [
  { title: 'Action', show: ({ action }) => actions[action], text: ({ action }) => action },
  {
    title: 'Contact',
    show: ({ displayName }) => displayName ?? 'without a name',
    text: ({ displayName }) => displayName ?? '',
  },
];

const columns: readonly Column<PreviewOperation>[] = [
  ...operationColumns,
  { title: 'Why', show: ({ reason }) => <Words text={reason} />, text: ({ reason }) => reason },
  {
    title: 'Fields',
    show: ({ fields = [] }) => fields.join(', '),
    text: ({ fields = [] }) => fields.join(' '),
    isExtra: true,
  },
];
