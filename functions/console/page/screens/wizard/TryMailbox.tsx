import { useSignal } from '@preact/signals';
import { useEditing } from '../../draft/editing.ts';
import { missingOf } from '../../draft/missing.ts';
import { useTried } from '../../draft/tried.ts';
import { MailboxField } from '../../elements/MailboxField.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { type AddressedPreview, PreviewOutcome } from '../../elements/PreviewOutcome.tsx';

/** To see what becomes of a list: what saves it is below. */
const firstRows = 10;

/** What a run would write to one mailbox, as the draft is now. */
export function TryMailbox() {
  const { entry, texts } = useEditing();
  const [first = ''] = texts(['targets', 'mailboxes']);
  const mailbox = useSignal(first);
  const { answer, failure, busy, ask } = useTried<AddressedPreview>();
  return (
    <>
      <form class="ask" onSubmit={show}>
        <MailboxField label="In whose mailbox?" value={mailbox} required />
        <button class="main" type="submit" disabled={busy || missingOf(entry).length > 0}>
          {busy ? 'Working it out…' : 'Preview'}
        </button>
      </form>
      <p class="hint">Somebody who is to get the list. Nothing is written.</p>
      {failure && <FailureNotice failure={failure} />}
      {answer && <PreviewOutcome preview={answer} list={String(entry.id)} pageSize={firstRows} />}
    </>
  );

  function show(event: Event): void {
    event.preventDefault();
    ask({ show: 'preview', definition: entry, mailbox: mailbox.value.trim() });
  }
}
