import { countOf } from '../../domain/countOf.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { ClientStateUnavailable } from '../../ports/clientState.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Watched } from '../../ports/subscriptions.ts';
import type { RunProblem } from '../../store/runProblem.ts';
import { placeOf } from '../../store/subscriptions.ts';
import { watchedBy } from '../capture/index.ts';
import type { Services, Webhooks } from '../services.ts';
import type { AskForCapture } from './askForCapture.ts';
import { dropSubscription, keepSubscription, type SubscriptionWish } from './keepSubscription.ts';
import { describeSubscriptionProblem, subscriptionLife } from './subscriptionProblem.ts';

/** Milliseconds for which a subscription without a row may still be about to be stored by whoever made it. */
const storedWithin = 10 * 60_000;

export type SubscriptionServices = Pick<
  Services,
  'clock' | 'lists' | 'listIndex' | 'openListPartition' | 'openSubscriptionRows' | 'subscriptions' | 'webhooks'
> & { readonly askForCapture: AskForCapture };

export interface RenewalRequest {
  /** Only this one. */
  readonly list?: string;
  /** Also what is not due yet: Graph has asked for it, or there is doubt. */
  readonly now?: boolean;
}

export interface RenewalOutcome {
  readonly created: number;
  readonly renewed: number;
  readonly removed: number;
  readonly problems: readonly RunProblem[];
}

/**
 * Sees to it that whatever of a list's sources Graph can notify of has one live subscription, and nothing else has
 * (rules.md: Capturing, 8). A list is read from the tables, and Graph is only asked when something is due: about once a
 * day and subscription.
 *
 * @throws AggregateError of what was not foreseen, when the other lists are done
 */
export async function renewSubscriptions(
  { list, now = false }: RenewalRequest,
  services: SubscriptionServices,
): Promise<RenewalOutcome> {
  const done = { created: 0, renewed: 0, removed: 0 };
  const problems: RunProblem[] = [];
  const errors: unknown[] = [];
  const listIds = await services.listIndex.readAll();
  const secret = await readSecret(services.webhooks);
  for (const listId of listIds.filter(id => list === undefined || id === list)) {
    try {
      for (const result of await renewList(listId, { secret, now }, services)) {
        if (result === 'nothingDue') continue;
        if (typeof result === 'string') done[result]++;
        else problems.push({ list: listId, ...result });
      }
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, `The subscriptions of ${countOf(errors.length, 'list')} failed`);
  const asked = done.created + done.renewed + done.removed > 0;
  if (list === undefined && asked) {
    const strays = await removeStrays(listIds, services);
    if (typeof strays === 'number') done.removed += strays;
    else problems.push(strays);
  }
  return { ...done, problems };
}

/** Without a secret what exists is renewed all the same. */
async function readSecret(webhooks: Webhooks | undefined): Promise<SubscriptionWish['secret']> {
  try {
    const value = await webhooks?.clientState.read();
    return value === undefined ? undefined : { value, fingerprint: fingerprint(value) };
  } catch (error) {
    if (error instanceof ClientStateUnavailable) return error;
    throw error;
  }
}

async function renewList(listId: string, wish: Omit<SubscriptionWish, 'url'>, services: SubscriptionServices) {
  const rows = services.openSubscriptionRows(listId);
  const stored = new Map((await rows.readAll()).map(read => [read.subscription.folderId, read]));
  const wanted = await readWatched(listId, services);
  const results: Awaited<ReturnType<typeof keepSubscription>>[] = [];
  for (const [folderId, watched] of wanted) {
    const place = { listId, watched };
    const url = services.webhooks?.url ?? '';
    results.push(await keepSubscription(place, stored.get(folderId), { ...wish, url }, rows, services));
  }
  for (const [folderId, read] of stored) {
    if (!wanted.has(folderId)) results.push(await dropSubscription(read, rows, services));
  }
  return results;
}

/** What the last capture looked at, by how rows name it; two sources of a list may look at the same. */
async function readWatched(
  listId: string,
  { webhooks, lists, openListPartition }: SubscriptionServices,
): Promise<ReadonlyMap<string, Watched>> {
  const list = lists.find(({ id }) => id === listId);
  if (!webhooks || !list) return new Map();
  const stored = await openListPartition(listId).readCheckpoint();
  const { watched } = watchedBy(list, stored?.checkpoint);
  return new Map(watched.map(each => [placeOf(each).folderId, each]));
}

/**
 * Removes subscriptions that lead here and that no row names: their answer was lost, or a host died before it stored
 * them. Not those made a moment ago, whose row may be on its way. Rows are read after the listing.
 */
async function removeStrays(
  listIds: readonly string[],
  { clock, subscriptions, openSubscriptionRows, webhooks }: SubscriptionServices,
): Promise<number | RunProblem> {
  if (!webhooks) return 0;
  try {
    const own = await subscriptions.listOwn();
    const rows = await Promise.all(listIds.map(id => openSubscriptionRows(id).readAll()));
    const known = new Set(rows.flat().map(({ subscription }) => subscription.id));
    const madeBefore = clock.now() - storedWithin;
    const strays = own.filter(
      ({ id, notificationUrl, expiresAt }) =>
        notificationUrl.startsWith(`${webhooks.url}/api/`) &&
        !known.has(id) &&
        expiresAt - subscriptionLife < madeBefore,
    );
    for (const { id } of strays) await subscriptions.remove(id);
    return strays.length;
  } catch (error) {
    if (error instanceof GraphFailure) return describeSubscriptionProblem(error);
    throw error;
  }
}
