import { useEffect, useId } from 'preact/hooks';
import { directoryNames, noteName, readNames } from '../directoryNames.ts';
import { type Found, isAddress, useDirectory } from '../directorySearch.ts';
import { useEditing } from '../draft/editing.ts';
import type { Path } from '../draft/entry.ts';
import { countOf } from '../words.ts';
import { FailureNotice } from './Notice.tsx';
import { Offers, takeFirst } from './Offers.tsx';
import { Help } from './Setting.tsx';

type Kind = 'groups' | 'mailboxes';

interface PeoplePickerProps {
  readonly label: string;
  readonly help: string;
  readonly required?: boolean;
  /** Where the list names groups; undefined where it names none. */
  readonly groups?: Path;
  /** The same of people. */
  readonly mailboxes?: Path;
}

const allKinds = ['groups', 'mailboxes'] as const;
const words: Readonly<Record<Kind, string>> = { groups: 'group', mailboxes: 'person' };

/** Groups and people, searched for by name and picked. */
export function PeoplePicker({ label, help, required = false, groups, mailboxes }: PeoplePickerProps) {
  const { set, texts, faultsAt, unfinished, keepUnfinished } = useEditing();
  const id = useId();
  const paths = { groups, mailboxes };
  const kinds = allKinds.filter(kind => paths[kind]);
  const pathOf = (kind: Kind) => paths[kind] ?? [];
  const searched = groups ?? mailboxes ?? [];
  const text = String(unfinished(searched) ?? '');
  const { found, failure } = useDirectory(text.trim());
  const faults = kinds.map(pathOf).flatMap(faultsAt);
  const chosen = (kind: Kind) => texts(pathOf(kind));
  const named = kinds.flatMap(chosen);
  useEffect(() => void readNames(named), [named.join()]);
  const isChosen = (kind: Kind, name: string) => chosen(kind).some(each => each.toLowerCase() === name.toLowerCase());
  const typed = failure || found ? typedOffers(text.trim(), kinds) : [];
  const matches = found ? offersOf(found, kinds) : [];
  const offers = (matches.length > 0 ? matches : typed).filter(({ kind, name }) => !isChosen(kind, name));
  return (
    <fieldset class="setting" aria-describedby={`${id}-help`}>
      <legend>
        {label}
        {required && <span class="hint"> (required)</span>}
      </legend>
      <ul class="chosen">
        {kinds.flatMap(kind =>
          chosen(kind).map(name => (
            <li key={`${kind} ${name}`}>
              <span>
                {directoryNames.value[name] ?? name} <span class="hint">{words[kind]}</span>
              </span>
              <button
                type="button"
                aria-label={`Take out ${directoryNames.value[name] ?? name}`}
                onClick={() => drop(kind, name)}
              >
                ×
              </button>
            </li>
          )),
        )}
      </ul>
      <label class="unseen" htmlFor={id}>
        {label}: search
      </label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        spellcheck={false}
        placeholder={`A ${kinds.map(kind => words[kind]).join(' or a ')}, by name or address`}
        value={text}
        onInput={event => search(event.currentTarget.value)}
        onKeyDown={event => takeFirst(event, offers, add)}
      />
      <div role="status">
        {found && (
          <p class="hint">
            {matches.length === 0
              ? 'No match.'
              : offers.length === 0
                ? 'Chosen already.'
                : `${countOf(offers.length, 'match', 'matches')}:`}
          </p>
        )}
      </div>
      {failure && <FailureNotice failure={failure} />}
      <Offers
        label={`${label}: matches`}
        offers={offers}
        show={({ kind, name, shown, address }) => ({
          key: `${kind} ${name}`,
          name: shown,
          note: `${words[kind]}${name === shown ? '' : `, ${address ?? 'without an address'}`}`,
        })}
        choose={add}
      />
      <Help id={`${id}-help`} help={help} faults={faults} />
    </fieldset>
  );

  /** What is in the field is nobody yet: left there, it would be taken for somebody who is named. */
  function search(typed: string): void {
    const what = `“${label}”: choose who is meant by “${typed.trim()}”, or empty the search`;
    keepUnfinished(searched, typed.trim() === '' ? undefined : { typed, what });
  }

  function add({ kind, name, shown }: Offer): void {
    noteName(name, shown);
    set(pathOf(kind), [...chosen(kind), name]);
    search('');
    document.getElementById(id)?.focus();
  }

  function drop(kind: Kind, name: string): void {
    const left = chosen(kind).filter(each => each !== name);
    set(pathOf(kind), left.length > 0 ? left : undefined);
    document.getElementById(id)?.focus();
  }
}

interface Offer {
  readonly kind: Kind;
  /** As the entry names it. */
  readonly name: string;
  readonly shown: string;
  readonly address: string | undefined;
}

function offersOf({ groups, people }: Found, kinds: readonly Kind[]): Offer[] {
  return kinds.flatMap(kind =>
    (kind === 'groups' ? groups : people).map(({ id, name, address }) => ({
      kind,
      name: address ?? id,
      shown: name,
      address,
    })),
  );
}

/** What nobody is found by may be an address all the same, as where the app may not look. People come first: most are. */
function typedOffers(text: string, kinds: readonly Kind[]): Offer[] {
  if (!isAddress(text)) return [];
  return kinds.toReversed().map(kind => ({ kind, name: text, shown: text, address: text }));
}
