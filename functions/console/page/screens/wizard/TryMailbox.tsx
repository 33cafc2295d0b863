import { useSignal } from '@preact/signals';
import { useEditing } from '../../draft/editing.ts';
import { useTried } from '../../draft/tried.ts';
import { useMissing } from '../../draft/useMissing.ts';
import { MailboxField } from '../../elements/MailboxField.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { type AddressedPreview, PreviewOutcome } from '../../elements/PreviewOutcome.tsx';

/** To see what becomes of a list: what saves it is below. */
const firstRows = 10;

/** What a run would write to one mailbox, as the draft is now. */
export function TryMailbox() {
  const { list, entry, texts } = useEditing();
  const [first = ''] = texts(['targets', 'mailboxes']);
  const mailbox = useSignal(first);
  const { answer, failure, busy, ask } = useTried<AddressedPreview>();
  const asked = useSignal<string | undefined>(undefined);
  const named = mailbox.value.trim();
  const missing = useMissing(list);
  const isFit = !busy && missing.length === 0;
  return (
    <>
      <form class="ask" onSubmit={showOne}>
        <MailboxField label="In whose mailbox?" value={mailbox} required />
        <button class="main" type="submit" disabled={!isFit}>
          {busy ? 'Working it out…' : 'Preview'}
        </button>
        <button type="button" disabled={!isFit} onClick={() => show(undefined)}>
          Over all who get it
        </button>
      </form>
      <p class="hint">Of somebody who is to get the list, or the totals over all. Nothing is written.</p>
      {failure && <FailureNotice failure={failure} />}
      {answer && (asked.value ?? named) === named && (
        <PreviewOutcome preview={answer} list={String(entry.id)} pageSize={firstRows} />
      )}
    </>
  );

  function showOne(event: Event): void {
    event.preventDefault();
    show(named);
  }

  /** @param of undefined for all */
  function show(of: string | undefined): void {
    asked.value = of;
    ask({ show: 'preview', definition: entry, ...(of !== undefined && { mailbox: of }) });
  }
}
