import { decisionOn } from '../../domain/sourceChanges.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import type { UncapturedList } from '../../store/betweenCaptures.ts';
import { forgetUnneeded, requestResync } from '../fan-out/index.ts';
import type { Services } from '../services.ts';
import { openAddressPrints } from './addressPrints.ts';
import { enterJournal } from './enterJournal.ts';
import { findPerson } from './findPerson.ts';
import { type ProofServices, type ProvenList, proveContacts } from './proveRemoval.ts';

/** Milliseconds between the clock of storage, which tells whole seconds, and that of a host. */
const clocksDiffer = 60_000;

type ForgetServices = ProofServices &
  Pick<Services, 'newId' | 'listIndex' | 'photos' | 'runs' | 'captureQueue' | 'leaseMilliseconds'>;

/** How many of each were removed. */
export interface Forgotten {
  readonly contacts: number;
  readonly changes: number;
  readonly photos: number;
  /** Mailboxes that still have a contact of the person. */
  readonly stillThere: number;
  /** Of the run that removes them where a ring had kept them. */
  readonly runId?: string;
}

export type ForgetAnswer =
  | { readonly kind: 'forgotten'; readonly forgotten: Forgotten }
  /** The source has the person, or a decision keeps them. */
  | { readonly kind: 'inSource'; readonly removal: 'none' | 'held' | 'rejected' }
  | { readonly kind: 'unknown' }
  /** Nobody could find the person any more: what their addresses are hashed with cannot be read. */
  | { readonly kind: 'noAddressIndex'; readonly detail: string }
  /** The list is being captured, which may bring the person back. */
  | { readonly kind: 'busy' };

/**
 * Removes at once all that the list kept of a person who is gone from its source: what they were, in the journal, and
 * their photo. What stays are source keys and keyed hashes of addresses, by which a proof still finds them (rules.md:
 * Forget). Again does the same, and nothing more.
 *
 * @throws DamagedRow
 */
export async function forgetPerson(
  proven: ProvenList,
  keyOrAddress: string,
  services: ForgetServices,
): Promise<ForgetAnswer> {
  try {
    const { clock, leaseMilliseconds, openListPartition } = services;
    return await openListPartition(proven.id).betweenCaptures<ForgetAnswer>(clock, leaseMilliseconds, list =>
      forget(proven, keyOrAddress, list, services),
    );
  } catch (error) {
    if (error instanceof SecretUnavailable) return { kind: 'noAddressIndex', detail: error.message };
    throw error;
  }
}

async function forget(
  proven: ProvenList,
  keyOrAddress: string,
  list: UncapturedList | undefined,
  services: ForgetServices,
): Promise<ForgetAnswer> {
  const { id } = proven;
  const { contacts } = await findPerson(id, keyOrAddress, services);
  const present = contacts.find(({ row }) => row !== undefined)?.row;
  if (present) return { kind: 'inSource', removal: decisionOn(present) };
  const known = contacts.filter(({ removedAt }) => removedAt !== undefined);
  if (known.length === 0) return { kind: 'unknown' };
  await enterJournal(id, await openAddressPrints(services.sourceAdapters.readSecret), services);
  const keys = new Set(known.map(({ sourceKey }) => sourceKey));
  const nothing = { changes: 0, photos: [] };
  const { changes, photos } = list ? await list.forgetContent(keys) : nothing;
  const removed = photos.length > 0 ? await forgetPhotosOf(photos, services) : 0;
  const { mailboxes } = await proveContacts(proven, { contacts: known, notes: [] }, services);
  const stillThere = mailboxes.filter(({ finding }) => finding.state === 'there').length;
  const forgotten = { contacts: known.length, changes, photos: removed, stillThere };
  const isAhead = stillThere > 0 && proven.list?.rollout !== undefined;
  const run = isAhead ? { runId: await requestResync([proven], undefined, 'incremental', services) } : {};
  return { kind: 'forgotten', forgotten: { ...forgotten, ...run } };
}

/**
 * What any capture that is under way has stored may be named in a moment, and stays: it goes with the others that nobody
 * needs. Resolves with the number of those that went.
 */
async function forgetPhotosOf(hashes: readonly string[], services: ForgetServices): Promise<number> {
  const { clock, leaseMilliseconds, listIndex, openListPartition } = services;
  const now = clock.now();
  const lists = (await listIndex.readAll()).map(openListPartition);
  const underWay = await Promise.all(lists.map(list => list.readCaptureStart(now, leaseMilliseconds)));
  const before = Math.min(now, ...underWay.map(began => began ?? now)) - clocksDiffer;
  return forgetUnneeded(({ hash, putAt }) => hashes.includes(hash) && putAt < before, services);
}
