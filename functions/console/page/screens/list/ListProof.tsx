import { useSignal } from '@preact/signals';
import type { FoundContact } from '../../../../../shared/api/contacts.ts';
import type { AddressedProof } from '../../../../../shared/api/proof.ts';
import { asFailure, post } from '../../api.ts';
import { useAttempt } from '../../attempt.ts';
import { Field } from '../../elements/Field.tsx';
import { FailureNotice, Loading, ReadFailure } from '../../elements/Notice.tsx';
import { Offers } from '../../elements/Offers.tsx';
import { links } from '../../links.ts';
import type { NamedList } from '../../lists.ts';
import { go } from '../../location.ts';
import { ProofResult } from '../../proof/ProofResult.tsx';
import { useResource } from '../../resource.ts';
import { useRun } from '../../run.ts';
import { searchContacts } from '../../searchContacts.ts';
import { has } from '../../session.ts';
import { count, countOf } from '../../words.ts';

interface ListProofProps {
  readonly list: NamedList;
  /** That looks into the mailboxes. */
  readonly run: string | undefined;
}

type Work = (named: string) => Promise<void>;

/** What was typed means nobody, and whom it may have meant. */
interface Unknown {
  readonly matches: readonly FoundContact[];
  readonly work: Work;
}

const mostMatches = 10;

/** Whether a person is in the mailboxes of the list. Whom somebody asks for is in no address of this page. */
export function ListProof({ list, run }: ListProofProps) {
  const contact = useSignal('');
  const proof = useSignal<AddressedProof | undefined>(undefined);
  const { busy, failure, attempt } = useAttempt();
  const unknown = useSignal<Unknown | undefined>(undefined);
  if (!has('Operator', list.id))
    return <p class="notice">A proof takes the role Operator. Ask an Entra admin for it.</p>;
  const path = `lists/${encodeURIComponent(list.id)}/proof`;
  return (
    <>
      <p>
        Whether a person is, or was, in each mailbox, and why. At first as the app knows it; users may have copied the
        contact, or have it in Deleted Items: look into the mailboxes to be sure. Who is gone from the source can be
        forgotten below the proof.
      </p>
      <form class="ask" onSubmit={event => ask(event, show)}>
        <Field label="E-mail address, or key at the source" hint="grace@partner.com" value={contact} required />
        <button class="main" type="submit" disabled={busy}>
          {busy.value ? 'Asking…' : 'Ask'}
        </button>
        <button type="button" disabled={busy} onClick={event => ask(event, verify)}>
          Look into the mailboxes
        </button>
      </form>
      <div aria-live="polite">
        {failure.value && <FailureNotice failure={failure.value} />}
        {unknown.value && <NobodyKnown {...unknown.value} choose={choose} />}
        {proof.value && <ProofResult proof={proof.value} list={list.id} />}
        {!proof.value && !unknown.value && run && <Verification key={run} run={run} list={list.id} />}
      </div>
    </>
  );

  async function ask(event: Event, work: Work): Promise<void> {
    event.preventDefault();
    const named = contact.value.trim();
    if (named === '') return;
    unknown.value = undefined;
    proof.value = undefined;
    await attempt(() => orMatches(named, work));
  }

  async function orMatches(named: string, work: Work): Promise<void> {
    try {
      await work(named);
    } catch (error) {
      if (asFailure(error).status !== 404) throw error;
      const { contacts } = await searchContacts(list.id, { text: named });
      unknown.value = { matches: contacts.slice(0, mostMatches), work };
    }
  }

  function choose(event: Event, { emailAddresses, sourceKey }: FoundContact, work: Work): Promise<void> {
    contact.value = emailAddresses[0] ?? sourceKey;
    return ask(event, work);
  }

  async function show(named: string): Promise<void> {
    proof.value = await post<AddressedProof>(path, { contact: named });
  }

  async function verify(named: string): Promise<void> {
    const { runId } = await post<{ runId: string }>(path, { contact: named, verify: true });
    go(links.proof(list.id, runId));
  }
}

interface NobodyKnownProps extends Unknown {
  choose(event: Event, contact: FoundContact, work: Work): Promise<void>;
}

function NobodyKnown({ matches, work, choose }: NobodyKnownProps) {
  return (
    <div class="notice">
      <p>
        <strong>The list knows nobody by that.</strong> This proves nothing: give an e-mail address that a contact of
        the list has, or had within the last 400 days, or its key at the source. For an address that the list never
        knew, look into the mailboxes.
      </p>
      {matches.length > 0 && (
        <>
          <p>Do you mean one of these?</p>
          <Offers
            label="Contacts of the list"
            offers={matches}
            show={({ sourceKey, displayName, emailAddresses }) => ({
              key: sourceKey,
              name: displayName ?? 'without a name',
              note: emailAddresses[0],
            })}
            choose={(match, event) => choose(event, match, work)}
          />
        </>
      )}
    </div>
  );
}

/** Followed to its end, and then what it found. */
function Verification({ run, list }: { readonly run: string; readonly list: string }) {
  const reading = useRun(run);
  const { value, failure } = reading;
  const isOver = value?.state === 'finished';
  const found = useResource<AddressedProof>(isOver ? `runs/${encodeURIComponent(run)}/result` : undefined);
  return (
    <>
      <ReadFailure {...reading} />
      <ReadFailure {...found} />
      {!value && !failure && <Loading what="the run" />}
      {value && !isOver && (
        <p role="status">
          {count(value.mailboxes.done + value.mailboxes.failed)} of{' '}
          {countOf(value.mailboxes.total, 'mailbox was', 'mailboxes were')} looked into.
        </p>
      )}
      {isOver && !found.value && !found.failure && <Loading what="what was found" />}
      {found.value && <ProofResult proof={found.value} list={list} />}
    </>
  );
}
