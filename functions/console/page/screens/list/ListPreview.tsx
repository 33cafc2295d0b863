import { useSignal } from '@preact/signals';
import { post } from '../../api.ts';
import { useAttempt } from '../../attempt.ts';
import { MailboxField } from '../../elements/MailboxField.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { type AddressedPreview, PreviewOutcome } from '../../elements/PreviewOutcome.tsx';
import type { NamedList } from '../../lists.ts';
import { has } from '../../session.ts';

/** What the next run would do, in one mailbox or in all; nothing is written. */
export function ListPreview({ list }: { readonly list: NamedList }) {
  const mailbox = useSignal('');
  const preview = useSignal<AddressedPreview | undefined>(undefined);
  const { busy, failure, attempt } = useAttempt();
  if (!has('Operator', list.id))
    return <p class="notice">A preview takes the role Operator. Ask an Entra admin for it.</p>;
  return (
    <>
      <p>What the next run would write, and why. Nothing is written.</p>
      <form class="ask" onSubmit={show}>
        <MailboxField label="Mailbox (empty: the totals over all)" value={mailbox} />
        <button class="main" type="submit" disabled={busy}>
          {busy.value ? 'Working it out…' : 'Preview'}
        </button>
      </form>
      {failure.value && <FailureNotice failure={failure.value} />}
      {preview.value && <PreviewOutcome preview={preview.value} list={list.id} />}
    </>
  );

  function show(event: Event): Promise<void> {
    event.preventDefault();
    return attempt(async () => {
      const named = mailbox.value.trim();
      preview.value = await post(`lists/${encodeURIComponent(list.id)}/preview`, named ? { mailbox: named } : {});
    });
  }
}
