import { everybody } from '../../domain/audience.ts';
import { type Finding, seenFinding, worstOf } from '../../domain/proof.ts';
import { stampKey } from '../../domain/stamp.ts';
import { type ContactMailbox, GraphFailure, type PlacedContact } from '../../ports/contactMailbox.ts';
import type { ProofQuestion, ProofResult } from '../../store/proofRuns.ts';
import type { VerifyMessage } from '../messages.ts';
import type { Services } from '../services.ts';
import { openAddressPrints, type PrintAddress } from './addressPrints.ts';
import { openFindings } from './proveRemoval.ts';
import { readQuestionedContacts } from './questionedContacts.ts';

/** What passes is waited for so often. */
const mostAttempts = 4;
/** Milliseconds before the next try, and that times the attempts so far. */
const waitBetween = 15_000;

export type VerifyServices = Pick<
  Services,
  | 'clock'
  | 'newId'
  | 'timing'
  | 'lists'
  | 'pausedLists'
  | 'openListPartition'
  | 'openMailboxPartition'
  | 'openMailbox'
  | 'progress'
  | 'proofRuns'
  | 'sourceAdapters'
  | 'syncQueue'
>;

/** What a handler did of a message. */
export interface Verified {
  readonly mailboxes: number;
  /** Left to another message: their time has not come, or this handler's is over. */
  readonly left: number;
}

/**
 * Looks into mailboxes for a person: ours and the user's contacts, in every contact folder and in Deleted Items. What
 * cannot be read now comes again in a later message, and after a few times says why nobody can tell.
 *
 * @throws SecretUnavailable, DamagedRow
 */
export async function verifyMailboxes(message: VerifyMessage, services: VerifyServices): Promise<Verified> {
  const { clock, timing, proofRuns } = services;
  const question = await proofRuns.read(message.run);
  if (!question) return { mailboxes: 0, left: 0 };
  const handOverAt = clock.now() + timing.handlerSeconds * 1000;
  const look = await openLook(question, services);
  const results: ProofResult[] = [];
  const later: string[] = [];
  let wait = 0;
  for (const mailboxId of message.mailboxes) {
    if (clock.now() >= handOverAt) {
      later.push(mailboxId);
      continue;
    }
    const found = await look(mailboxId, message.attempt);
    if ('result' in found) results.push(found.result);
    else {
      later.push(mailboxId);
      wait = Math.max(wait, found.wait);
    }
  }
  await proofRuns.report(message.run, results);
  if (later.length > 0) await sendAgain(message, later, wait, services);
  return { mailboxes: results.length, left: later.length };
}

async function sendAgain(
  message: VerifyMessage,
  mailboxes: readonly string[],
  wait: number,
  { clock, newId, syncQueue }: VerifyServices,
): Promise<void> {
  // Whom only the handler's time kept waiting have not been tried.
  const attempt = wait > 0 ? message.attempt + 1 : message.attempt;
  const body = { ...message, mailboxes: [...mailboxes], attempt };
  await syncQueue.send([{ id: newId(), body, ...(wait > 0 ? { notBefore: clock.now() + wait } : {}) }]);
}

type Look = (mailboxId: string, attempt: number) => Promise<{ result: ProofResult } | { wait: number }>;

async function openLook(question: ProofQuestion, services: VerifyServices): Promise<Look> {
  const { clock, lists, pausedLists, openMailboxPartition, openMailbox, progress, sourceAdapters } = services;
  const { list: id, contacts, prints } = question;
  const list = [...lists, ...pausedLists].find(each => each.id === id);
  const findAll = await openFindings({ id, list }, await readQuestionedContacts(question, services), services);
  const print = prints.length > 0 ? await openAddressPrints(sourceAdapters.readSecret) : undefined;
  const isTheirs = ({ addresses }: PlacedContact) => print !== undefined && addresses.some(isIn(prints, print));
  const stamps = contacts.map(({ sourceKey }) => stampKey(id, sourceKey));

  return async (mailboxId, attempt) => {
    const mailbox = openMailbox(mailboxId);
    try {
      const all = await mailbox.listEverywhere();
      const row = (await progress.read(id, mailboxId))?.progress;
      const { wanted = 'unknown', wantedAudience = everybody } = row ?? {};
      const before = await findAll({ mailboxId, wanted, wantedAudience });
      const theirs = all.filter(each => stamps.includes(each.stampKey ?? '') || isTheirs(each));
      const stamped = contacts.length === 0 ? before : before.map((each, index) => seenAs(each, stamps[index], theirs));
      const others = theirs.filter(each => !stamps.includes(each.stampKey ?? '')).map(seenByAddress);
      const places = theirs.length > 0 ? placesOf(theirs, await folderOf(mailboxId)) : [];
      return { result: resultOf(mailboxId, worstOf([...stamped, ...others]), places, mailbox) };
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      if (mayPass(error) && attempt < mostAttempts)
        return { wait: Math.max(error.retryAfter ?? 0, waitBetween * (attempt + 1)) };
      return { result: resultOf(mailboxId, { state: 'unknown', because: error.code }, [], mailbox) };
    }
  };

  async function folderOf(mailboxId: string): Promise<string | undefined> {
    return (await openMailboxPartition(mailboxId).readState()).checkpoints.get(id)?.folder?.id;
  }

  function resultOf(
    mailboxId: string,
    finding: Finding,
    places: ProofResult['places'],
    mailbox: ContactMailbox,
  ): ProofResult {
    const { requests, roundTrips } = mailbox.counts();
    return {
      mailboxId,
      finding,
      reportedAt: clock.now(),
      requests,
      roundTrips,
      places,
    };
  }
}

/** @param ofList id of the folder that the list fills */
function placesOf(theirs: readonly PlacedContact[], ofList: string | undefined): ProofResult['places'] {
  const kinds = new Map(theirs.map(({ folderId, place }) => [folderId, place]));
  return [...kinds].map(([folder, kind]) => ({ folder, kind, ...(folder === ofList ? { ofList: true } : {}) }));
}

function isIn(prints: readonly string[], print: PrintAddress): (address: string) => boolean {
  return address => prints.includes(print(address));
}

function seenAs(known: Finding, key: string | undefined, theirs: readonly PlacedContact[]): Finding {
  const own = theirs.filter(({ stampKey: each }) => each === key);
  return seenFinding(known, {
    stamped: own.some(({ place }) => place !== 'deletedItems'),
    inDeletedItems: own.length > 0,
  });
}

/** A contact of the person that the list did not write. */
function seenByAddress({ place, stampKey: key }: PlacedContact): Finding {
  if (place === 'deletedItems') return { state: 'inDeletedItems' };
  return { state: 'there', because: key === undefined ? 'usersOwn' : 'otherList' };
}

function mayPass({ kind }: GraphFailure): boolean {
  return kind === 'throttled' || kind === 'unavailable' || kind === 'mailboxMoving';
}
