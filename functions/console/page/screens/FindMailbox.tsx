import { MissingContact } from '../elements/MissingContact.tsx';
import { Screen } from '../elements/Screen.tsx';
import { links } from '../links.ts';
import { namedLists } from '../lists.ts';
import { countOf } from '../words.ts';

export function FindMailbox() {
  return (
    <Screen title="Mailboxes" intro="One person: what arrives there, what does not, and why.">
      <section class="card">
        <h2>Find a person</h2>
        <MissingContact />
      </section>
      <h2>Or go through a list</h2>
      <ul class="plain">
        {namedLists.value.map(({ id, name, mailboxes }) => (
          <li key={id}>
            <a href={links.list(id, 'mailboxes')}>
              {name}:{' '}
              {countOf(
                Object.values(mailboxes).reduce((sum, size) => sum + size, 0),
                'mailbox',
                'mailboxes',
              )}
            </a>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
