import { day } from '../../domain/durations.ts';
import { ClientStateUnavailable } from '../../ports/clientState.ts';
import { GraphFailure } from '../../ports/contactMailbox.ts';
import type { Watched } from '../../ports/subscriptions.ts';
import type { Problem } from '../../store/progress.ts';
import {
  placeOf,
  type ReadSubscription,
  type StoredSubscription,
  type SubscriptionRows,
} from '../../store/subscriptions.ts';
import type { Services } from '../services.ts';
import type { AskForCapture } from './askForCapture.ts';
import { describeSubscriptionProblem, subscriptionLife } from './subscriptionProblem.ts';

/** A subscription with less than this left, in milliseconds, is renewed: daily, with days to spare for failures. */
const renewedBefore = 5 * day;

/** How a subscription should be. */
export interface SubscriptionWish {
  readonly url: string;
  /** Undefined when there are to be no subscriptions. */
  readonly secret: { readonly value: string; readonly fingerprint: string } | ClientStateUnavailable | undefined;
  /** Renew it even if that is not due yet. */
  readonly now: boolean;
}

export interface SubscriptionPlace {
  readonly listId: string;
  readonly watched: Watched;
}

type Kept = 'created' | 'renewed' | 'removed' | 'nothingDue' | Problem;
type KeepServices = Pick<Services, 'clock' | 'subscriptions'> & { readonly askForCapture: AskForCapture };

/**
 * Makes or renews one subscription; nothing is due where another host does so at the same time. What Graph refuses is
 * stored beside it and tried again next time.
 */
export async function keepSubscription(
  place: SubscriptionPlace,
  read: ReadSubscription | undefined,
  wish: SubscriptionWish,
  rows: SubscriptionRows,
  services: KeepServices,
): Promise<Kept> {
  try {
    if (read && isAsWished(read.subscription, place, wish)) {
      if (!wish.now && !isDue(read.subscription, services.clock.now())) return 'nothingDue';
      const renewed = await renew(read, rows, services);
      if (renewed !== 'gone') return renewed;
    }
    return await create(place, read, wish, rows, services);
  } catch (error) {
    if (!(error instanceof GraphFailure || error instanceof ClientStateUnavailable)) throw error;
    const problem = describeSubscriptionProblem(error, place.watched);
    await noteProblem(place, read, problem, rows);
    return problem;
  }
}

/** Removes the subscription to what is not read any more. */
export async function dropSubscription(
  read: ReadSubscription,
  rows: SubscriptionRows,
  { clock, subscriptions }: KeepServices,
): Promise<Kept> {
  const { subscription } = read;
  try {
    if (subscription.id !== '' && subscription.expiresAt > clock.now()) await subscriptions.remove(subscription.id);
    return (await rows.remove(read)) ? 'removed' : 'nothingDue';
  } catch (error) {
    if (error instanceof GraphFailure) return describeSubscriptionProblem(error);
    throw error;
  }
}

function isAsWished(
  subscription: StoredSubscription,
  { watched }: SubscriptionPlace,
  { url, secret }: SubscriptionWish,
): boolean {
  const sameSecret =
    secret === undefined || secret instanceof ClientStateUnavailable || secret.fingerprint === subscription.clientState;
  return (
    subscription.id !== '' &&
    subscription.url === url &&
    subscription.mailboxId === placeOf(watched).mailboxId &&
    sameSecret
  );
}

function isDue({ expiresAt, problem }: StoredSubscription, now: number): boolean {
  return expiresAt - now < renewedBefore || problem !== undefined;
}

/** `gone`: Graph does not know it any more. */
async function renew(
  read: ReadSubscription,
  rows: SubscriptionRows,
  services: KeepServices,
): Promise<'renewed' | 'nothingDue' | 'gone'> {
  const { subscription } = read;
  const renewed = await services.subscriptions.renew(subscription.id, services.clock.now() + subscriptionLife);
  if (!renewed) return 'gone';
  const { problem, ...rest } = subscription;
  return (await rows.put({ ...rest, expiresAt: renewed.expiresAt }, read)) ? 'renewed' : 'nothingDue';
}

/**
 * The new one is stored before the old one goes, so that no change falls between them; what changed before it was made
 * is captured.
 */
async function create(
  { listId, watched }: SubscriptionPlace,
  replaced: ReadSubscription | undefined,
  { url, secret }: SubscriptionWish,
  rows: SubscriptionRows,
  { clock, subscriptions, askForCapture }: KeepServices,
): Promise<'created' | 'nothingDue'> {
  if (secret instanceof ClientStateUnavailable) throw secret;
  const now = clock.now();
  const made = await subscriptions.create({
    watched,
    notificationUrl: `${url}/api/notifications`,
    lifecycleNotificationUrl: `${url}/api/lifecycle`,
    clientState: secret?.value ?? '',
    expiresAt: now + subscriptionLife,
  });
  const row = { ...made, ...placeOf(watched), url, clientState: secret?.fingerprint ?? '', createdAt: now };
  if (!(await rows.put(row, replaced))) {
    await subscriptions.remove(made.id);
    return 'nothingDue';
  }
  await askForCapture(listId);
  if (replaced && replaced.subscription.id !== '') await removeQuietly(replaced.subscription.id, subscriptions);
  return 'created';
}

/** What stays behind leads to rows that do not name it; it is removed with the strays, or expires. */
async function removeQuietly(id: string, subscriptions: Services['subscriptions']): Promise<void> {
  try {
    await subscriptions.remove(id);
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
  }
}

async function noteProblem(
  { watched }: SubscriptionPlace,
  read: ReadSubscription | undefined,
  problem: Problem,
  rows: SubscriptionRows,
): Promise<void> {
  const known = read?.subscription;
  if (known?.problem?.code === problem.code && known.problem.detail === problem.detail) return;
  const none = { id: '', url: '', clientState: '', createdAt: 0, expiresAt: 0 };
  await rows.put({ ...none, ...placeOf(watched), ...known, problem }, read);
}
