import { useSignal } from '@preact/signals';
import type { MailboxView } from '../../../../shared/api/mailboxes.ts';
import { post } from '../api.ts';
import { useAttempt } from '../attempt.ts';
import { links } from '../links.ts';
import { go } from '../location.ts';
import { hasSomewhere } from '../session.ts';
import { Field } from './Field.tsx';
import { MailboxField } from './MailboxField.tsx';
import { FailureNotice } from './Notice.tsx';

/** Leads to the mailbox of a person, and to why somebody is missing there. */
export function MissingContact() {
  const address = useSignal('');
  const contact = useSignal('');
  const { busy, failure, attempt } = useAttempt();
  return (
    <form class="ask" onSubmit={find}>
      <MailboxField label="Whose mailbox?" value={address} required />
      {hasSomewhere('Operator') && <Field label="Which contact? (a name or an address)" hint="Bob" value={contact} />}
      <button class="main" type="submit" disabled={busy}>
        {busy.value ? 'Looking…' : 'Find out'}
      </button>
      {failure.value && <FailureNotice failure={failure.value} />}
    </form>
  );

  function find(event: Event): Promise<void> {
    event.preventDefault();
    return attempt(async () => {
      const { id } = await post<MailboxView>('mailboxes/find', { address: address.value.trim() });
      go(links.mailbox(id, contact.value.trim()));
    });
  }
}
