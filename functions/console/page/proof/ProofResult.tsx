import type { AddressedProof, MailboxProof } from '../../../../shared/api/proof.ts';
import { writeProof } from '../../../../shared/api/proofCsv.ts';
import { download } from '../download.ts';
import { Badge } from '../elements/Badge.tsx';
import { LongTable } from '../elements/LongTable.tsx';
import { Empty } from '../elements/Notice.tsx';
import type { Column } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { Words } from '../elements/Words.tsx';
import { links } from '../links.ts';
import { count, countOf } from '../words.ts';
import { ForgetAction } from './ForgetAction.tsx';

interface ProofResultProps {
  readonly proof: AddressedProof;
  readonly list: string;
}

export function ProofResult({ proof, list }: ProofResultProps) {
  const { contacts, mailboxes, notes, at, verified } = proof;
  return (
    <section>
      <h2>{describeTotals(proof)}</h2>
      <p>
        {verified ? 'The mailboxes were looked into' : 'As the app knows it; no mailbox was asked'}: <Time at={at} />.{' '}
        {describeContacts(contacts)}
      </p>
      {notes.map(({ code, detail }) => (
        <p key={code} class="notice">
          <Words text={detail} />
        </p>
      ))}
      {mailboxes.some(({ detail }) => detail?.includes('waits for a decision')) && (
        <p>
          <span class="step">Next step</span> Its removal waits for a decision:{' '}
          <a href={links.holds}>decide the hold</a>.
        </p>
      )}
      {mailboxes.length === 0 && <Empty title="The list has no mailboxes." />}
      <LongTable caption="Mailboxes" columns={columnsOf(proof)} rows={mailboxes} keyOf={({ id }) => id}>
        <button type="button" class="quiet" onClick={() => download(`${list}-proof.csv`, writeProof(proof))}>
          Save as CSV
        </button>
        <ForgetAction contacts={contacts} list={list} />
      </LongTable>
    </section>
  );
}

type State = MailboxProof['state'];

const states: readonly { readonly state: State; readonly words: string }[] = [
  { state: 'there', words: 'there' },
  { state: 'inDeletedItems', words: 'in Deleted Items' },
  { state: 'unknown', words: 'not known' },
  { state: 'removed', words: 'removed' },
  { state: 'notRecorded', words: 'not there' },
  { state: 'neverThere', words: 'never there' },
];

function wordsOf(state: State): string {
  return states.find(each => each.state === state)?.words ?? state;
}

function describeTotals({ totals }: AddressedProof): string {
  const parts = states
    .filter(({ state }) => totals[state] > 0)
    .map(({ state, words }) => `${count(totals[state])} ${words}`);
  return `${countOf(totals.mailboxes, 'mailbox', 'mailboxes')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

function describeContacts(contacts: AddressedProof['contacts']): string {
  if (contacts.length === 0) return '';
  const inSource = contacts.filter(contact => contact.inSource).length;
  if (inSource > 0) return `The source has ${countOf(inSource, 'contact', 'contacts')} of the person.`;
  return 'The source does not have the person any more.';
}

type Mailbox = AddressedProof['mailboxes'][number];

/** Without those that would be empty in every row. */
function columnsOf({ verified, totals }: AddressedProof): Column<Mailbox>[] {
  return columns.filter(({ title }) => (title === 'Removed' ? totals.removed > 0 : title !== 'Where' || verified));
}

const columns: readonly Column<Mailbox>[] = [
  { title: 'Mailbox', show: ({ id, address }) => <a href={links.mailbox(id)}>{address ?? id}</a> },
  { title: 'State', show: ({ state }) => <Badge state={state} words={wordsOf(state)} /> },
  { title: 'Removed', show: ({ at }) => at && <Time at={at} /> },
  { title: 'Why', show: ({ detail }) => detail && <Words text={detail} /> },
  { title: 'Where', show: ({ places = [] }) => [...new Set(places.map(wordsOfPlace))].join(', ') },
];

function wordsOfPlace({ kind, ofList }: NonNullable<Mailbox['places']>[number]): string {
  return ofList && kind === 'otherFolder' ? 'the folder of the list' : placeWords[kind];
}

const placeWords = {
  defaultFolder: 'Contacts',
  otherFolder: 'a contact folder that the list does not fill',
  deletedItems: 'Deleted Items',
} as const;
