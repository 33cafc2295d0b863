/** Subscriptions to a folder's contacts, to users, to groups and to the members of one. https://learn.microsoft.com/graph/api/resources/subscription */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { resolveFolder } from './contactFolders.ts';
import { type GraphAnswer, readPreferences } from './exchange.ts';
import { directoryObjectNotFound, GraphError, invalidUser } from './graphError.ts';
import { readObjectId } from './references.ts';
import { findUser, type Subscription, type SubscriptionSource } from './tenant.ts';
import { type DirectoryCall, parameter } from './world.ts';

const membersPattern = /^groups\/([^/]+)\/members$/i;
/** The contacts of a folder, or of the default one. */
const contactsPattern = /^users\/([^/]+)(?:\/contactFolders\/([^/]+))?\/contacts\/?$/i;

/** https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime */
const longestMinutes: Record<SubscriptionSource['collection'], number> = {
  contacts: 10_080,
  users: 41_760,
  groups: 41_760,
  members: 41_760,
};
const shortestMinutes = 45;

const newSubscriptionSchema = z.looseObject({
  changeType: z.string().regex(/^(created|updated|deleted)(,(created|updated|deleted))*$/),
  notificationUrl: z.url(),
  lifecycleNotificationUrl: z.url().optional(),
  resource: z.string(),
  expirationDateTime: z.iso.datetime({ offset: true }),
  clientState: z.string().max(128).optional(),
});
const changesSchema = z.looseObject({
  expirationDateTime: z.iso.datetime({ offset: true }).optional(),
  notificationUrl: z.url().optional(),
});

/** Answers only once both addresses have answered their validation requests. */
export async function createSubscription(call: DirectoryCall): Promise<GraphAnswer> {
  const { world, request } = call;
  const body = read(newSubscriptionSchema, request.body);
  const source = readResource(call, body.resource);
  const expirationDateTime = readExpiration(body.expirationDateTime, source, world.now());
  const { notificationUrl, lifecycleNotificationUrl } = body;
  await validate(call, notificationUrl);
  if (lifecycleNotificationUrl !== undefined) await validate(call, lifecycleNotificationUrl);
  const subscription: Subscription = {
    id: randomUUID(),
    app: request.app,
    source,
    resource: body.resource,
    changeType: body.changeType,
    notificationUrl,
    lifecycleNotificationUrl: lifecycleNotificationUrl ?? null,
    clientState: body.clientState ?? null,
    expirationDateTime,
    immutableIds: readPreferences(request).immutableIds,
  };
  world.tenant.subscriptions.set(subscription.id, subscription);
  return answer(call, 201, subscription);
}

/** Without the client state, as everybody who may list them would see it. */
export function listSubscriptions(call: DirectoryCall): GraphAnswer {
  const { tenant, now } = call.world;
  const own = [...tenant.subscriptions.values()].filter(({ app }) => app === call.request.app);
  const live = own.filter(({ expirationDateTime }) => Date.parse(expirationDateTime) > now());
  return {
    status: 200,
    body: { '@odata.context': context(call), value: live.map(each => ({ ...entity(each), clientState: null })) },
  };
}

export function getSubscription(call: DirectoryCall): GraphAnswer {
  return answer(call, 200, requested(call));
}

/** Renews it, or sends its notifications elsewhere, which is validated first. */
export async function changeSubscription(call: DirectoryCall): Promise<GraphAnswer> {
  const subscription = requested(call);
  const { expirationDateTime, notificationUrl } = read(changesSchema, call.request.body);
  const expiration =
    expirationDateTime === undefined
      ? subscription.expirationDateTime
      : readExpiration(expirationDateTime, subscription.source, call.world.now());
  if (notificationUrl !== undefined) {
    await validate(call, notificationUrl);
    subscription.notificationUrl = notificationUrl;
  }
  subscription.expirationDateTime = expiration;
  return answer(call, 200, subscription);
}

export function deleteSubscription(call: DirectoryCall): GraphAnswer {
  call.world.tenant.subscriptions.delete(requested(call).id);
  return { status: 204 };
}

export function reauthorizeSubscription(call: DirectoryCall): GraphAnswer {
  requested(call);
  return { status: 204 };
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new GraphError(400, 'InvalidRequest', `Invalid subscription: ${z.prettifyError(parsed.error)}`);
}

/** @throws 400 ValidationError for an address that does not answer as it must */
async function validate(call: DirectoryCall, url: string): Promise<void> {
  if (await call.world.notifier.validates(url)) return;
  throw new GraphError(
    400,
    'ValidationError',
    `Subscription validation request failed. Notification endpoint '${url}' must respond with 200 OK to validation request.`,
  );
}

function readResource(call: DirectoryCall, resource: string): SubscriptionSource {
  const path = resource.replace(/^\/|\/$/g, '');
  if (path === 'users' || path === 'groups') return { collection: path };
  const group = membersPattern.exec(path)?.[1];
  if (group !== undefined) return { collection: 'members', groupId: namedGroup(call, group) };
  const match = contactsPattern.exec(path);
  if (!match) throw new GraphError(400, 'ExtensionError', `Invalid resource '${resource}'.`);
  const key = decodeURIComponent(match[1] ?? '');
  const user = findUser(call.world.tenant, key);
  if (!user?.mailbox) throw invalidUser(key);
  const folder = resolveFolder(user.mailbox, decodeURIComponent(match[2] ?? 'contacts')).number;
  return { collection: 'contacts', userId: user.id, folder };
}

function namedGroup({ world }: DirectoryCall, name: string): string {
  const id = readObjectId(decodeURIComponent(name));
  if (!world.tenant.groups.has(id)) throw directoryObjectNotFound(id);
  return id;
}

/** Raises what is too short; refuses what is too long. */
function readExpiration(text: string, { collection }: SubscriptionSource, now: number): string {
  const longest = longestMinutes[collection];
  const minutes = (Date.parse(text) - now) / 60_000;
  if (minutes > longest) {
    throw new GraphError(
      400,
      'ExtensionError',
      `Subscription expiration can only be ${longest} minutes in the future.`,
    );
  }
  if (minutes <= 0) throw new GraphError(400, 'InvalidRequest', 'Subscription expiration must be in the future.');
  return new Date(now + Math.max(minutes, shortestMinutes) * 60_000).toISOString();
}

function requested(call: DirectoryCall): Subscription {
  const { tenant, now } = call.world;
  const subscription = tenant.subscriptions.get(parameter(call, 'subscription'));
  if (!subscription || subscription.app !== call.request.app || Date.parse(subscription.expirationDateTime) <= now()) {
    throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
  }
  return subscription;
}

function answer(call: DirectoryCall, status: number, subscription: Subscription): GraphAnswer {
  return { status, body: { '@odata.context': `${context(call)}/$entity`, ...entity(subscription) } };
}

function context(call: DirectoryCall): string {
  return `${call.request.origin}/v1.0/$metadata#subscriptions`;
}

function entity(subscription: Subscription): Record<string, unknown> {
  const { id, app, resource, changeType, notificationUrl, expirationDateTime } = subscription;
  return {
    id,
    resource,
    applicationId: app,
    changeType,
    clientState: subscription.clientState,
    notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime,
    creatorId: app,
    includeResourceData: null,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
  };
}
