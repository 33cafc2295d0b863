import { chunksOf } from '../../domain/chunks.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import type { Problem } from '../../store/progress.ts';
import { newRunId } from '../../store/runId.ts';
import type { VerifyMessage } from '../messages.ts';
import type { Services } from '../services.ts';
import { addressesIn, openAddressPrints } from './addressPrints.ts';
import { findPerson, type Person, type PersonServices } from './findPerson.ts';
import { isKnownPerson, type ProofServices, type ProvenList, type Unknown } from './proveRemoval.ts';

/** One after the other, so that a queue of them keeps every handler busy until the end. */
const mailboxesPerMessage = 10;

type VerificationServices = ProofServices & Pick<Services, 'newId' | 'proofRuns' | 'syncQueue'>;

const unknownAddress: Problem = {
  code: 'UnknownAddress',
  detail:
    'No contact of the list has, or had within the last 400 days, this address: that nothing is found proves nothing where it is spelt otherwise',
};

/**
 * Has every mailbox of the list looked into for a person. The run and its messages hold source keys and keyed hashes,
 * and never who was asked for (rules.md: Proof). An address that the list never knew is looked for all the same, as
 * users may have it of their own.
 *
 * @throws DamagedRow
 */
export async function startVerification(
  proven: ProvenList,
  keyOrAddress: string,
  services: VerificationServices,
): Promise<{ readonly kind: 'started'; readonly run: string } | Unknown> {
  const { id } = proven;
  const { clock, newId, progress, proofRuns, syncQueue } = services;
  const person = await findPerson(id, keyOrAddress, services);
  if (person.print === undefined && !(await isKnownPerson(proven, person, services)))
    return { kind: 'unknown', notes: person.notes };
  const mailboxIds = (await progress.readAll(id)).map(({ mailboxId }) => mailboxId);
  const startedAt = clock.now();
  const run = newRunId(startedAt, newId());
  const contacts = person.contacts.map(({ row: _, ...contact }) => contact);
  const prints = await printsOf(person, services);
  await proofRuns.begin(run, {
    list: id,
    startedAt,
    mailboxes: mailboxIds.length,
    contacts,
    prints,
    notes: [...person.notes, ...(person.contacts.length === 0 ? [unknownAddress] : [])],
  });
  const messages = chunksOf(mailboxIds, mailboxesPerMessage).map(mailboxes => messageFor({ run, list: id, mailboxes }));
  await syncQueue.send(messages.map(body => ({ id: newId(), body })));
  return { kind: 'started', run };
}

function messageFor(about: Pick<VerifyMessage, 'run' | 'list' | 'mailboxes'>): VerifyMessage {
  return { kind: 'verifyRemoval', ...about, attempt: 0 };
}

/** That of the address that was asked for, and those of the addresses that the person has at the source. */
async function printsOf({ print, contacts }: Person, { sourceAdapters }: PersonServices): Promise<string[]> {
  const addresses = contacts.flatMap(({ row }) => [...addressesIn(row?.contact)]);
  const asked = print === undefined ? [] : [print];
  if (addresses.length === 0) return asked;
  try {
    return [...new Set([...asked, ...addresses.map(await openAddressPrints(sourceAdapters.readSecret))])];
  } catch (error) {
    if (error instanceof SecretUnavailable) return asked;
    throw error;
  }
}
