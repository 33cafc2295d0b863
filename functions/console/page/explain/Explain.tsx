import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Explanation } from '../../../../shared/api/explain.ts';
import { type ApiFailure, asFailure, post } from '../api.ts';
import { Field } from '../elements/Field.tsx';
import { FailureNotice, Loading } from '../elements/Notice.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { type NamedList, namedLists, nameOfList } from '../lists.ts';
import { go } from '../location.ts';
import { has, hasSomewhere } from '../session.ts';
import { countOf } from '../words.ts';
import { type Answers, sortOut } from './sortOut.ts';
import { Verdict } from './Verdict.tsx';

interface ExplainProps {
  /** Object id. */
  readonly mailbox: string;
  readonly asked: string | undefined;
  /** Ids of the lists that it receives, as far as they are known. */
  readonly receives: readonly string[] | undefined;
}

/** Whether a contact is in a mailbox, by every list that might bring it, and why (not). */
export function Explain({ mailbox, asked, receives }: ExplainProps) {
  const contact = useSignal(asked ?? '');
  const answers = useSignal<readonly Explanation[] | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const ids = namedLists.value.filter(isAsked).map(({ id }) => id);
  const isReady = ids.length > 0;
  useEffect(() => {
    contact.value = asked ?? '';
    if (!asked || !isReady) return undefined;
    const ended = new AbortController();
    ask(asked, ended.signal);
    return () => ended.abort();
  }, [mailbox, asked, isReady]);
  if (!hasSomewhere('Operator')) return <p class="hint">To look for a contact takes the role Operator.</p>;
  return (
    <>
      <form class="ask" onSubmit={submit}>
        <Field label="Contact (a name or an address)" hint="Bob" value={contact} required />
        <button class="main" type="submit">
          Why?
        </button>
      </form>
      <div aria-live="polite">
        {failure.value && <FailureNotice failure={failure.value} />}
        {asked && !answers.value && !failure.value && <Loading what="every list, and the mailbox" />}
        {asked && answers.value && (
          <Verdicts answers={sortOut(answers.value, receives ?? [])} mailbox={mailbox} contact={asked} />
        )}
      </div>
    </>
  );

  function submit(event: Event): void {
    event.preventDefault();
    const text = contact.value.trim();
    if (text === asked) void ask(text);
    else go(links.mailbox(mailbox, text));
  }

  async function ask(text: string, signal?: AbortSignal): Promise<void> {
    answers.value = undefined;
    failure.value = undefined;
    try {
      const explained = await Promise.all(
        ids.map(list =>
          post<Explanation>(`lists/${encodeURIComponent(list)}/explain`, { mailbox, contact: text }, signal),
        ),
      );
      if (!signal?.aborted) answers.value = explained;
    } catch (error) {
      if (!signal?.aborted) failure.value = asFailure(error);
    }
  }
}

/** Those that do nothing now explain nothing either. */
function isAsked({ id, state, head }: NamedList): boolean {
  return has('Operator', id) && state !== 'refused' && !(state === 'paused' && head === 0);
}

interface VerdictsProps {
  readonly answers: Answers;
  readonly mailbox: string;
  readonly contact: string;
}

function Verdicts({ answers: { found, elsewhere, without }, mailbox, contact }: VerdictsProps) {
  return (
    <>
      {found.length === 0 && (
        <p>
          <strong>No list has a contact like “{contact}”.</strong> So nothing can arrive. Look for another spelling in
          the contacts of a list, or add the contact at its source:
        </p>
      )}
      {found.map(({ list, contacts, more = 0 }) => (
        <section key={list}>
          <h3>
            List “<a href={links.list(list)}>{nameOfList(list)}</a>”
          </h3>
          <ul class="verdicts">
            {contacts.map(each => (
              <Verdict
                key={each.sourceKey ?? each.state}
                list={list}
                mailbox={mailbox}
                asked={contact}
                explained={each}
              />
            ))}
          </ul>
          {more > 0 && (
            <p class="hint">
              {countOf(more, 'other contact is', 'other contacts are')} meant, too: say more of the name.
            </p>
          )}
        </section>
      ))}
      {elsewhere.map(({ list, contacts: [first] }) => (
        <p key={list} class="hint">
          Also in “<a href={links.list(list)}>{nameOfList(list)}</a>”: <Words text={first?.reason ?? ''} />.
        </p>
      ))}
      {without.length > 0 && (
        <p class="hint">
          {found.length > 0 && 'Not in '}
          {without.map((list, index) => (
            <span key={list}>
              {index > 0 && ', '}
              <a href={links.list(list, 'contacts', { text: contact })}>{nameOfList(list)}</a>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
