import type { MailboxProof, Proof } from '../../api/proof.ts';
import { describeFinding, type Finding, proofStates } from '../../domain/proof.ts';
import type { Person } from './findPerson.ts';

interface Heading {
  readonly list: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly verified: boolean;
}

export function viewProof(
  { list, at, verified }: Heading,
  { contacts, notes }: Pick<Person, 'contacts' | 'notes'>,
  mailboxes: readonly MailboxProof[],
): Proof {
  return {
    list,
    at: isoTime(at),
    verified,
    contacts: contacts.map(({ sourceKey, row, removedAt }) => ({
      sourceKey,
      inSource: row !== undefined && row.removal.kind === 'none',
      ...(removedAt === undefined ? {} : { removedAt: isoTime(removedAt) }),
    })),
    totals: totalsOf(mailboxes),
    mailboxes: mailboxes.toSorted((one, other) => rankOf(one) - rankOf(other)),
    notes: notes.map(({ code, detail }) => ({ code, detail })),
  };
}

/** Where the person still is comes first. */
function rankOf({ state }: MailboxProof): number {
  return proofStates.indexOf(state);
}

function totalsOf(mailboxes: readonly Pick<MailboxProof, 'state'>[]): Proof['totals'] {
  const counts = proofStates.map(state => [state, mailboxes.filter(mailbox => mailbox.state === state).length]);
  return { mailboxes: mailboxes.length, ...Object.fromEntries(counts) };
}

export function viewMailbox(id: string, finding: Finding): MailboxProof {
  return {
    id,
    state: finding.state,
    ...('because' in finding && finding.because ? { because: finding.because } : {}),
    ...(finding.state === 'removed' && finding.at ? { at: isoTime(finding.at) } : {}),
    detail: describeFinding(finding),
  };
}

/** @param time epoch milliseconds */
function isoTime(time: number): string {
  return new Date(time).toISOString();
}
