/**
 * Change notifications: at least once, unordered, retried until a 2xx comes within 3 seconds.
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 */
import { randomUUID } from 'node:crypto';
import { contactId } from './contactEntity.ts';
import type { Delays } from './delays.ts';
import { changeKey } from './identifiers.ts';
import type { Contact } from './mailbox.ts';
import type { DirectoryObject, Group, Subscription, Tenant, User } from './tenant.ts';

const answerWithin = 3_000;
const validationWithin = 10_000;
const firstRetryAfter = 1_000;
const longestRetryAfter = 60_000;
const giveUpAfter = 4 * 3_600_000;

export type ChangeType = 'created' | 'updated' | 'deleted';
export const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

export type NotificationBehaviour = {
  /** No notification is sent at all. */
  drop: boolean;
  /** Each is sent twice. */
  duplicate: boolean;
};

export type Notifier = {
  behaviour: NotificationBehaviour;
  /** A contact of the folder changed. */
  contactChanged: (user: User, contact: Contact, folder: number, changeType: ChangeType) => void;
  /** A user or group changed. */
  directoryChanged: (entry: DirectoryObject, changeType: ChangeType) => void;
  /** Somebody joined or left the group. */
  membersChanged: (group: Group) => void;
  sendLifecycleEvent: (subscription: Subscription, event: LifecycleEvent) => void;
  /** Whether the address answers a validation request as it must. */
  validates: (url: string) => Promise<boolean>;
  /** Ends deliveries that are under way. */
  close: () => void;
};

export function createNotifier(tenant: Tenant, delays: Delays, now: () => number): Notifier {
  const behaviour: NotificationBehaviour = { drop: false, duplicate: false };
  const closing = new AbortController();

  function contactChanged(user: User, contact: Contact, folder: number, changeType: ChangeType): void {
    for (const subscription of tenant.subscriptions.values()) {
      const { source } = subscription;
      if (source.collection !== 'contacts' || source.userId !== user.id || source.folder !== folder) continue;
      notify(subscription, changeType, () => contactNotification(tenant, subscription, user, contact, changeType));
    }
  }

  function directoryChanged(entry: DirectoryObject, changeType: ChangeType): void {
    for (const subscription of tenant.subscriptions.values()) {
      if (subscription.source.collection !== `${entry.kind}s`) continue;
      notify(subscription, changeType, () => directoryNotification(tenant, subscription, entry, changeType));
    }
  }

  function membersChanged(group: Group): void {
    directoryChanged(group, 'updated');
    for (const subscription of tenant.subscriptions.values()) {
      const { source } = subscription;
      if (source.collection !== 'members' || source.groupId !== group.id) continue;
      notify(subscription, 'updated', () => directoryNotification(tenant, subscription, group, 'updated'));
    }
  }

  function notify(subscription: Subscription, changeType: ChangeType, notification: () => object): void {
    if (!subscription.changeType.split(',').includes(changeType)) return;
    if (behaviour.drop || Date.parse(subscription.expirationDateTime) <= now()) return;
    for (let time = 0; time < (behaviour.duplicate ? 2 : 1); time += 1) {
      void deliver(subscription.notificationUrl, notification());
    }
  }

  function sendLifecycleEvent(subscription: Subscription, lifecycleEvent: LifecycleEvent): void {
    if (subscription.lifecycleNotificationUrl === null) return;
    void deliver(subscription.lifecycleNotificationUrl, { ...commonMembers(tenant, subscription), lifecycleEvent });
  }

  async function deliver(url: string, notification: object): Promise<void> {
    const body = JSON.stringify({ value: [notification] });
    let waited = 0;
    for (let pause = firstRetryAfter; waited <= giveUpAfter; pause = Math.min(pause * 2, longestRetryAfter)) {
      const answer = await post(url, 'application/json', body, answerWithin);
      if (answer?.ok || closing.signal.aborted) return;
      await delays.wait(pause);
      waited += pause;
    }
  }

  async function validates(url: string): Promise<boolean> {
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
    const joined = `${url}${url.includes('?') ? '&' : '?'}validationToken=${encodeURIComponent(token)}`;
    const answer = await post(joined, 'text/plain; charset=utf-8', '', validationWithin);
    const isText = answer?.headers.get('content-type')?.startsWith('text/plain') ?? false;
    return answer?.status === 200 && isText && (await answer.text()) === token;
  }

  async function post(url: string, type: string, body: string, within: number): Promise<Response | undefined> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(within)]);
    try {
      return await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body, signal });
    } catch {
      return undefined;
    }
  }

  return {
    ...{ behaviour, contactChanged, directoryChanged, membersChanged },
    ...{ sendLifecycleEvent, validates, close: () => closing.abort() },
  };
}

function contactNotification(
  tenant: Tenant,
  subscription: Subscription,
  user: User,
  contact: Contact,
  changeType: ChangeType,
): object {
  const key = user.mailbox?.key ?? '';
  const id = user.mailbox ? contactId(user.mailbox, contact, subscription.immutableIds) : '';
  const resource = `Users/${user.id}/Contacts/${id}`;
  return {
    ...commonMembers(tenant, subscription),
    changeType,
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Contact',
      '@odata.id': resource,
      '@odata.etag': `W/"${changeKey(key, contact.sequence)}"`,
      id,
    },
  };
}

function directoryNotification(
  tenant: Tenant,
  subscription: Subscription,
  { kind, id }: DirectoryObject,
  changeType: ChangeType,
): object {
  const type = kind === 'user' ? 'User' : 'Group';
  const resource = `${type}s/${id}`;
  return {
    ...commonMembers(tenant, subscription),
    changeType,
    resource,
    resourceData: { '@odata.type': `#Microsoft.Graph.${type}`, '@odata.id': resource, id },
  };
}

function commonMembers(tenant: Tenant, subscription: Subscription): object {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: subscription.expirationDateTime,
    clientState: subscription.clientState,
    tenantId: tenant.id,
  };
}
