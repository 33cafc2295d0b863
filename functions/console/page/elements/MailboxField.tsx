import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { addressPattern, isAddress, useDirectory } from '../directorySearch.ts';
import { has } from '../session.ts';
import { FailureNotice } from './Notice.tsx';
import { Offers, takeFirst } from './Offers.tsx';

interface MailboxFieldProps {
  readonly label: string;
  /** The address. */
  readonly value: Signal<string>;
  readonly required?: boolean;
}

/** Whose mailbox: by address, or by name for whoever may search the directory. */
export function MailboxField({ label, value, required = false }: MailboxFieldProps) {
  const id = useId();
  const searches = has('Admin');
  const typed = value.value.trim();
  const { found, failure } = useDirectory(searches && !isAddress(typed) ? typed : '');
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
        pattern={addressPattern}
        title={searches ? 'Choose a person below, or type an address' : 'An e-mail address'}
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={searches ? 'A name or an address' : 'ada@contoso.com'}
        onInput={event => {
          value.value = event.currentTarget.value;
        }}
        onKeyDown={event => takeFirst(event, people, choose)}
        onBlur={takeOnly}
      />
      <div role="status">{found && people.length === 0 && <p class="hint">No match.</p>}</div>
      {failure && <FailureNotice failure={failure} />}
      <Offers
        label={`${label}: matches`}
        offers={people}
        show={({ id: key, name, address: note }) => ({ key, name, note })}
        choose={choose}
      />
    </div>
  );

  /** Whom alone somebody can mean is meant, unless they go on to choose. */
  function takeOnly({ currentTarget, relatedTarget }: FocusEvent): void {
    const isChoosing = (currentTarget as Element).parentElement?.contains(relatedTarget as Element | null);
    const [only, another] = people;
    if (only && !another && !isChoosing) value.value = only.address;
  }

  function choose({ address }: (typeof people)[number]): void {
    value.value = address;
    document.getElementById(id)?.focus();
  }
}
