import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ChangePreview } from '../../../../shared/api/rollback.ts';
import { post } from '../api.ts';
import { useAttempt } from '../attempt.ts';
import { has } from '../session.ts';
import { startRun } from '../startRun.tsx';
import { count, countOf } from '../words.ts';
import { Confirm, Outcome } from './Action.tsx';
import { FailureNotice } from './Notice.tsx';
import { operationColumns } from './PreviewOutcome.tsx';
import { Problems } from './Problems.tsx';
import { type Column, Table } from './Table.tsx';
import { Words } from './Words.tsx';

const mostShown = 100;

interface PreviewedActionProps {
  readonly list: string;
  readonly label: string;
  readonly path: string;
  readonly body: object;
  /** Of what is asked before it is done. */
  readonly title: string;
  readonly consequence: string;
  readonly button: string;
}

/** A button for what changes a whole list: what it would do is worked out and shown before anything is done. */
export function PreviewedAction({ list, label, path, body, title, consequence, button }: PreviewedActionProps) {
  const preview = useSignal<ChangePreview | undefined>(undefined);
  const { busy, failure, attempt } = useAttempt();
  const outcome = useSignal<ComponentChildren>(undefined);
  if (!has('Operator', list)) return <p class="hint">“{label}” takes the role Operator.</p>;
  return (
    <div class="action">
      <button type="button" disabled={busy} onClick={look}>
        {busy.value && !preview.value ? 'Working out what it would change…' : label}
      </button>
      <Outcome>{outcome.value}</Outcome>
      {failure.value && !preview.value && <FailureNotice failure={failure.value} />}
      {preview.value && (
        <Confirm title={title} button={button} tone="danger" busy={busy} close={leave} perform={perform}>
          <p>{consequence}</p>
          <Change preview={preview.value} list={list} />
          {failure.value && <FailureNotice failure={failure.value} />}
        </Confirm>
      )}
    </div>
  );

  function leave(): void {
    preview.value = undefined;
  }

  function look(): Promise<void> {
    outcome.value = undefined;
    return attempt(async () => {
      preview.value = await post<ChangePreview>(path, { ...body, preview: true });
    });
  }

  function perform(): Promise<void> {
    return attempt(async () => {
      outcome.value = await startRun(path, body);
      preview.value = undefined;
    });
  }
}

function Change({ preview, list }: { readonly preview: ChangePreview; readonly list: string }) {
  const { contacts, operations, mailboxes, notes, problems, held } = preview;
  const { added, changed, removed, leftOut } = contacts;
  return (
    <>
      <p>
        In the list: {count(added)} added, {count(changed)} changed, {count(removed)} removed
        {held > 0 && `, ${count(held)} removals wait for a decision`}
        {leftOut > 0 && `, ${count(leftOut)} are left as they are: private by now, or forgotten`}.
      </p>
      {mailboxes && (
        <p>
          In its mailboxes: {count(mailboxes.changed)} of {countOf(mailboxes.total, 'mailbox', 'mailboxes')} would be
          written to, with {countOf(preview.creates, 'contact', 'contacts')} added, {count(preview.patches)} changed and{' '}
          {count(preview.deletes)} removed
          {preview.estimated && ' (estimated from part of them)'}.
        </p>
      )}
      <Problems list={list} problems={problems} />
      {notes.map(note => (
        <p key={note} class="hint">
          <Words text={note} />
        </p>
      ))}
      {operations.length > 0 && (
        <Table
          caption={operations.length > mostShown ? `The first ${mostShown} contacts` : 'Contacts'}
          columns={columns}
          rows={operations.slice(0, mostShown)}
          keyOf={({ action, sourceKey }) => `${action} ${sourceKey}`}
        />
      )}
    </>
  );
}

type Operation = ChangePreview['operations'][number];

const columns: readonly Column<Operation>[] = [
  ...operationColumns,
  { title: 'Fields', show: ({ fields = [] }) => fields.join(', '), text: ({ fields = [] }) => fields.join(' ') },
];
