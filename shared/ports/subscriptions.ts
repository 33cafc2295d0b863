/**
 * What Graph can be asked to notify of: the contacts of one folder, every user of the tenant, or who joins and leaves
 * one group, without those nested in it.
 * https://learn.microsoft.com/graph/change-notifications-overview#supported-resources
 */
export type Watched =
  | { readonly kind: 'folder'; readonly mailboxId: string; readonly folderId: string }
  | { readonly kind: 'users' }
  | { readonly kind: 'members'; readonly groupId: string };

/** A request to be notified of every change of what is watched. */
export interface NewSubscription {
  readonly watched: Watched;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  /** 1 to 128 characters. */
  readonly clientState: string;
  /** Epoch milliseconds, less than seven days ahead. */
  readonly expiresAt: number;
}

export interface LiveSubscription {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface OwnSubscription extends LiveSubscription {
  readonly notificationUrl: string;
}

/** The app's subscriptions to change notifications. Methods reject with `GraphFailure`. */
export interface Subscriptions {
  /** Graph calls both addresses before it answers. When it fails as `unavailable`, there may be one all the same. */
  create(subscription: NewSubscription): Promise<LiveSubscription>;
  /** Undefined when Graph does not know it any more: it has expired, or was removed. */
  renew(id: string, expiresAt: number): Promise<LiveSubscription | undefined>;
  /** One that is gone is no failure. */
  remove(id: string): Promise<void>;
  /** All that are live and were made by this app, wherever they lead. */
  listOwn(): Promise<OwnSubscription[]>;
}
