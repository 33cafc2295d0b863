import type { ClientState } from '../ports/clientState.ts';
import type { Clock } from '../ports/clock.ts';
import type { GraphProbe, ServiceProbe } from '../ports/connectionProbes.ts';
import type { ContactMailbox } from '../ports/contactMailbox.ts';
import type { Directory } from '../ports/directory.ts';
import type { FolderTree } from '../ports/folderTree.ts';
import type { HostProbe } from '../ports/hostProbe.ts';
import type { MessageQueue } from '../ports/messageQueue.ts';
import type { NoticeTarget } from '../ports/notices.ts';
import type { PhotoStore } from '../ports/photos.ts';
import type { Subscriptions } from '../ports/subscriptions.ts';
import type { ConfiguredLists } from '../settings/configuredLists.ts';
import type { Settings, Timing } from '../settings/settings.ts';
import type { SourceAdapters } from '../sources/index.ts';
import type { Store } from '../store/store.ts';
import type { TrialStore } from '../store/trialStore.ts';
import type { CaptureQueueMessage, SyncMessage, VerifyMessage } from './messages.ts';

/**
 * Everything that the engine works with, made once by `createApp`. What an engine file takes is what it names of this:
 * `Pick<Services, 'clock' | 'progress'>`.
 */
export interface Services extends Store, ConfiguredLists {
  readonly clock: Clock;
  /** A new unique id of hexadecimal digits at its start, without a dot. */
  readonly newId: () => string;
  readonly timing: Timing;
  /** Milliseconds that a capture which does not come back keeps others away. */
  readonly leaseMilliseconds: number;
  /** Milliseconds after which a message that was sent counts as lost, and a run that is still sending as interrupted. */
  readonly messagePatience: number;
  readonly schedules: Settings['schedules'];
  readonly captureQueue: MessageQueue<CaptureQueueMessage>;
  readonly syncQueue: MessageQueue<SyncMessage | VerifyMessage>;
  readonly priorityQueue: MessageQueue<SyncMessage>;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  readonly openFolderTree: (mailboxId: string) => FolderTree;
  readonly subscriptions: Subscriptions;
  /** Undefined where change notifications are off: subscriptions of before are removed. */
  readonly webhooks: Webhooks | undefined;
  readonly probes: Probes;
  /** None where notices are off; one a way. */
  readonly noticeTargets: readonly NoticeTarget[];
  readonly failingMailboxesPercent: Settings['failingMailboxesPercent'];
  readonly photos: PhotoStore;
  /** What sources are read through. */
  readonly sourceAdapters: SourceAdapters;
  /** A new store over the real one, whose writes stay in memory. */
  readonly openTrialStore: () => TrialStore;
}

/** The webhooks, as Graph reaches them. */
export interface Webhooks {
  /** Without a slash at its end. */
  readonly url: string;
  readonly clientState: ClientState;
}

/** What only a connection test asks for. */
export interface Probes {
  readonly graph: GraphProbe;
  readonly hosts: HostProbe;
  readonly tables: ServiceProbe;
  readonly queues: ServiceProbe;
  /** Of the app's own address, as `Webhooks` has it. Rejects with `ProbeFailure`. */
  readonly webhook: (url: string) => Promise<void>;
}
