import type { Forgotten, Proof } from '../../../../shared/api/proof.ts';
import { post } from '../api.ts';
import { Action } from '../elements/Action.tsx';
import { count, countOf } from '../words.ts';

interface ForgetActionProps {
  readonly contacts: Proof['contacts'];
  readonly list: string;
}

/** Offered of whom the source has nothing any more, as the app refuses it before. */
export function ForgetAction({ contacts, list }: ForgetActionProps) {
  const gone = contacts.filter(({ removedAt }) => removedAt !== undefined);
  if (contacts.length === 0) return null;
  if (gone.length < contacts.length)
    return (
      <p class="hint">
        To have the person forgotten, delete them at the source, or approve the removal that waits: after the next run,
        “Forget the person” stands here.
      </p>
    );
  return (
    <Action
      list={list}
      label="Forget the person"
      tone="danger"
      confirm={{
        title: 'Forget the person for good?',
        text: `What the list kept of ${countOf(gone.length, 'contact', 'contacts')} of the person goes at once: what it was before and after each change, and its photo. Nobody can bring that back, and a rollback leaves the person out. A proof still finds them, by a hash of the address.`,
        button: 'Forget for good',
      }}
      run={() => forgetAll(gone, list)}
    />
  );
}

async function forgetAll(contacts: Proof['contacts'], list: string): Promise<string> {
  const answers: Forgotten[] = [];
  const path = `lists/${encodeURIComponent(list)}/forget`;
  for (const { sourceKey } of contacts) answers.push(await post<Forgotten>(path, { contact: sourceKey }));
  const changes = answers.reduce((sum, answer) => sum + answer.changes, 0);
  const photos = answers.reduce((sum, answer) => sum + answer.photos, 0);
  const left = Math.max(...answers.map(({ stillThere }) => stillThere));
  const stillThere =
    left > 0 ? ` ${countOf(left, 'mailbox still has', 'mailboxes still have')} a contact of theirs.` : '';
  return `Forgotten: ${countOf(changes, 'change', 'changes')} and ${countOf(photos, 'photo', 'photos')} of ${count(contacts.length)} removed.${stillThere}`;
}
