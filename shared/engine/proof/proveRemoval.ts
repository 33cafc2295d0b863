import { restrictionOf, sightOf } from '../../domain/audience.ts';
import { isCleanedUp } from '../../domain/dueMailboxes.ts';
import { type Finding, findingOf, type SourceStanding, worstOf } from '../../domain/proof.ts';
import { decisionOn } from '../../domain/sourceChanges.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { someAtOnce } from '../../someAtOnce.ts';
import type { Trace } from '../../store/mailboxes.ts';
import type { Problem, Progress } from '../../store/progress.ts';
import type { Services } from '../services.ts';
import type { Evidence } from './evidence.ts';
import { findPerson, type Person, type PersonContact } from './findPerson.ts';

/** A list of the settings, or what is left of one that is gone from them. */
export interface ProvenList {
  readonly id: string;
  /** Undefined where the settings do not have it without a fault. */
  readonly list?: ContactList | undefined;
}

export type ProofServices = Pick<
  Services,
  'clock' | 'openListPartition' | 'openMailboxPartition' | 'progress' | 'tombstones' | 'sourceAdapters'
>;

/** What the fan-out wants of a mailbox. */
export type MailboxMembership = Pick<Progress, 'mailboxId' | 'wanted' | 'wantedAudience'>;

/** Nobody is, or was, known by what was asked for: that is no evidence of anything. */
export interface Unknown {
  readonly kind: 'unknown';
  /** Why somebody may be known all the same. */
  readonly notes: readonly Problem[];
}

/** Each takes one reading of a partition. */
const mailboxesAtOnce = 50;

/**
 * What is known of a person in every mailbox of the list, from what captures and syncs left behind: no mailbox is asked
 * (rules.md: Proof).
 *
 * @throws DamagedRow
 */
export async function proveRemoval(
  proven: ProvenList,
  keyOrAddress: string,
  services: ProofServices,
): Promise<{ readonly kind: 'proven'; readonly evidence: Evidence } | Unknown> {
  const person = await findPerson(proven.id, keyOrAddress, services);
  if (person.contacts.length === 0) return { kind: 'unknown', notes: person.notes };
  const evidence = await proveContacts(proven, person, services);
  return person.contacts.some(isKnown) || isRemembered(evidence)
    ? { kind: 'proven', evidence }
    : { kind: 'unknown', notes: [] };
}

/** Whether there is anything to prove; the rows of the mailboxes are read only where nothing else tells. @throws DamagedRow */
export async function isKnownPerson(proven: ProvenList, person: Person, services: ProofServices): Promise<boolean> {
  if (person.contacts.length === 0) return false;
  return person.contacts.some(isKnown) || isRemembered(await proveContacts(proven, person, services));
}

/** What is only a word of whoever asks is not. */
function isKnown({ row, removedAt, addedAt }: PersonContact): boolean {
  return row !== undefined || removedAt !== undefined || addedAt !== undefined;
}

/** A mailbox remembers longer than journal and tombstones what the list left there. */
function isRemembered({ mailboxes }: Evidence): boolean {
  return mailboxes.some(({ finding: { state } }) => state !== 'neverThere' && state !== 'notRecorded');
}

/** The same of contacts that are known. */
export async function proveContacts(
  proven: ProvenList,
  person: Pick<Person, 'contacts' | 'notes'>,
  services: ProofServices,
): Promise<Evidence> {
  const findAll = await openFindings(proven, person.contacts, services);
  const rows = await services.progress.readAll(proven.id);
  const mailboxes = await someAtOnce(rows, mailboxesAtOnce, async row => ({
    id: row.mailboxId,
    finding: worstOf(await findAll(row)),
    places: [],
  }));
  const { contacts, notes } = person;
  return { list: proven.id, at: services.clock.now(), verified: false, contacts, mailboxes, notes };
}

/** What is known of contacts in a mailbox, in their order. */
export async function openFindings(
  { id, list }: ProvenList,
  contacts: readonly PersonContact[],
  { openListPartition, openMailboxPartition }: Pick<ProofServices, 'openListPartition' | 'openMailboxPartition'>,
): Promise<(row: MailboxMembership) => Promise<Finding[]>> {
  const checkpoint = (await openListPartition(id).readSealedCheckpoint())?.checkpoint;
  // Undefined for a list that no version captured which keeps how contacts ended.
  const keptAfter = checkpoint?.endingsKeptAfter;
  return async row => {
    if (contacts.length === 0) return [{ state: 'notRecorded' }];
    const traces = await openMailboxPartition(row.mailboxId).readTraces(
      id,
      contacts.map(({ sourceKey }) => sourceKey),
    );
    return contacts.map((contact, index) => find(contact, traces[index], row));
  };

  function find(contact: PersonContact, trace: Trace | undefined, row: MailboxMembership): Finding {
    return findingOf({
      entry: trace?.record?.entry,
      at: trace?.record?.at,
      ended: trace?.ended,
      standing: standingOf(contact, list, row),
      membership: membershipOf(row),
      isRecorded: keptAfter === 0 || (keptAfter !== undefined && (contact.addedAt ?? 0) > keptAfter),
    });
  }
}

function standingOf(
  { row }: PersonContact,
  list: ContactList | undefined,
  { wantedAudience }: MailboxMembership,
): SourceStanding {
  if (!row) return { kind: 'gone', keptByPolicy: list?.removals === 'keep' };
  const decision = decisionOn(row);
  if (decision !== 'none') return { kind: decision };
  const restriction = list && restrictionOf(row.contact, list);
  if (!restriction) return { kind: 'there', isOwned: false, isHidden: false };
  const isOwned = restriction !== 'private' && restriction.owners !== undefined;
  return { kind: 'there', isOwned, isHidden: sightOf(wantedAudience)(restriction) === 'hidden' };
}

function membershipOf({ wanted }: MailboxMembership): 'target' | 'leaving' | 'left' {
  if (wanted === 'kept') return 'left';
  return wanted !== 'unknown' && isCleanedUp(wanted) ? 'leaving' : 'target';
}
