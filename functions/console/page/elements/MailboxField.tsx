import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { has } from '../session.ts';
import { FailureNotice } from './Notice.tsx';
import { useDirectory } from './PeoplePicker.tsx';

interface MailboxFieldProps {
  readonly label: string;
  /** The address. */
  readonly value: Signal<string>;
  readonly required?: boolean;
}

const address = '[^\\s@]+@[^\\s@]+';
const isAddress = new RegExp(`^${address}$`);

/** Whose mailbox: by address, or by name for whoever may search the directory. */
export function MailboxField({ label, value, required = false }: MailboxFieldProps) {
  const id = useId();
  const searches = has('Admin');
  const typed = value.value.trim();
  const { found, failure } = useDirectory(searches && !isAddress.test(typed) ? typed : '');
  const people = (found?.people ?? []).flatMap(person =>
    person.address ? [{ ...person, address: person.address }] : [],
  );
  return (
    <div class="field">
      <label htmlFor={id}>{searches ? label : `${label} (an e-mail address)`}</label>
      <input
        id={id}
        type="search"
        required={required}
        pattern={address}
        title={searches ? 'Choose a person below, or type an address' : 'An e-mail address'}
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={searches ? 'A name or an address' : 'ada@contoso.com'}
        onInput={event => {
          value.value = event.currentTarget.value;
        }}
        onKeyDown={takeFirst}
      />
      <div role="status">{found && people.length === 0 && <p class="hint">No match.</p>}</div>
      {failure && <FailureNotice failure={failure} />}
      {people.length > 0 && (
        <ul class="offers" aria-label={`${label}: matches`}>
          {people.map(person => (
            <li key={person.id}>
              <button type="button" onClick={() => choose(person.address)}>
                <strong>{person.name}</strong> <span class="hint">{person.address}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );

  function choose(chosen: string): void {
    value.value = chosen;
    document.getElementById(id)?.focus();
  }

  /** Enter takes the first that was found, and sends no form. */
  function takeFirst(event: KeyboardEvent): void {
    const [first] = people;
    if (event.key !== 'Enter' || !first) return;
    event.preventDefault();
    choose(first.address);
  }
}
