import { day } from '../../domain/durations.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import { someAtOnce } from '../../someAtOnce.ts';
import type { Services } from '../services.ts';
import { openAddressPrints } from './addressPrints.ts';
import { enterJournal } from './enterJournal.ts';

const keptFor = 400 * day;
/** Each mailbox is looked through once in so many days, so that a night has little to do. */
const turns = 30;
const mailboxesAtOnce = 20;

export interface TendedTombstones {
  /** Contacts that were entered. */
  readonly entered: number;
  readonly forgotten: number;
  /** Why nothing could be entered; the journals keep it until the next time. */
  readonly problem?: string;
}

type TombstoneServices = Pick<
  Services,
  'clock' | 'listIndex' | 'openListPartition' | 'openMailboxPartition' | 'progress' | 'tombstones' | 'sourceAdapters'
>;

/** Once a day: what the journals tell is entered, and what is older than 400 days is deleted (rules.md: Proof). */
export async function tendTombstones(services: TombstoneServices): Promise<TendedTombstones> {
  const listIds = await services.listIndex.readAll();
  const before = services.clock.now() - keptFor;
  let forgotten = await forgetEnded(listIds, before, services);
  for (const listId of listIds) forgotten += await services.tombstones.forget(listId, before);
  try {
    return { entered: await enterJournals(listIds, services), forgotten };
  } catch (error) {
    if (error instanceof SecretUnavailable) return { entered: 0, forgotten, problem: error.message };
    throw error;
  }
}

/** @throws SecretUnavailable */
async function enterJournals(listIds: readonly string[], services: TombstoneServices): Promise<number> {
  const print = await openAddressPrints(services.sourceAdapters.readSecret);
  let entered = 0;
  for (const listId of listIds) entered += await enterJournal(listId, print, services);
  return entered;
}

/** In the mailboxes whose turn it is. */
async function forgetEnded(
  listIds: readonly string[],
  before: number,
  { clock, progress, openMailboxPartition }: TombstoneServices,
): Promise<number> {
  const turn = Math.floor(clock.now() / day) % turns;
  const mailboxes = new Set<string>();
  for (const listId of listIds) {
    for (const { mailboxId } of await progress.readAll(listId))
      if (turnOf(mailboxId) === turn) mailboxes.add(mailboxId);
  }
  const counts = await someAtOnce([...mailboxes], mailboxesAtOnce, id => openMailboxPartition(id).forgetEnded(before));
  return counts.reduce((sum, count) => sum + count, 0);
}

function turnOf(mailboxId: string): number {
  return Number.parseInt(fingerprint(mailboxId).slice(0, 8), 16) % turns;
}
