import type { Adapters, AppSettings } from '../../shared/app.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { TenantGraph } from '../../shared/ports/tenantGraph.ts';
import { noConnections } from '../../shared/settings/connections.ts';
import type { ContactList } from '../../shared/settings/contactList.ts';
import type { Timing } from '../../shared/settings/settings.ts';
import type { SourceAdapters } from '../../shared/sources/index.ts';
import { openMemoryFolderTree } from './folderTree.ts';
import type { MemoryGraph } from './graph.ts';
import { createMemorySubscriptions } from './subscriptions.ts';

const isNotAsked = () => Promise.reject(new Error('nothing asks for this here'));

/** An app without what only some ask for: no change notifications, no connection to test, nothing to take up. */
export const nothingBeside: Pick<
  Adapters,
  | 'probes'
  | 'noticeTargets'
  | 'readSecret'
  | 'files'
  | 'photos'
  | 'download'
  | 'openExchangeServer'
  | 'openDatabase'
  | 'openTenant'
  | 'webhooks'
  | 'deadLetterQueues'
> = {
  probes: {
    graph: { getToken: isNotAsked, startDelta: isNotAsked, tryWrite: isNotAsked },
    hosts: { resolve: isNotAsked, startTls: isNotAsked },
    tables: isNotAsked,
    queues: isNotAsked,
    webhook: isNotAsked,
  },
  noticeTargets: [],
  readSecret: isNotAsked,
  openDatabase: isNotAsked,
  files: { read: isNotAsked, findEtag: isNotAsked, replace: isNotAsked, list: isNotAsked, remove: isNotAsked },
  photos: { put: isNotAsked, read: isNotAsked, list: isNotAsked, remove: isNotAsked },
  download: isNotAsked,
  openExchangeServer: () => {
    throw new Error('nothing opens one here');
  },
  webhooks: undefined,
  openTenant: () => {
    throw new Error('nothing reads another tenant here');
  },
  deadLetterQueues: [],
};

/** What sources are read through, over a graph in memory. */
export function memorySourceAdapters(graph: MemoryGraph, clock: Clock): SourceAdapters {
  return { ...nothingBeside, ...memoryGraphAdapters(graph, clock), clock, connections: noConnections };
}

export function memoryGraphAdapters(graph: MemoryGraph, clock: { now(): number }): Adapters['graph'] {
  return {
    openMailbox: graph.openMailbox,
    openDirectory: graph.openDirectory,
    openDirectoryReader: () => {
      throw new Error('nothing reads the directory here');
    },
    openFolderTree: mailboxId => openMemoryFolderTree(graph.mailbox(mailboxId)),
    findAddresses: async () => new Map(),
    searchDirectory: isNotAsked,
    subscriptions: createMemorySubscriptions(clock),
  };
}

/** Another tenant, where the app may read whatever it is not kept from. */
export function openMemoryTenant(graph: MemoryGraph | undefined, clock: { now(): number }): TenantGraph {
  if (!graph) throw new Error('There is no such tenant here');
  return { ...memoryGraphAdapters(graph, clock), probes: nothingBeside.probes };
}

/** Settings without a fault that name these lists. */
export function settingsWith(lists: readonly ContactList[], timing: Timing): AppSettings {
  const schedules = { SYNC_SCHEDULE: '0 */5 * * * *', FULL_RECONCILE_SCHEDULE: '0 0 3 * * 0' };
  const read = { lists, refusedLists: [], sourceReaders: lists, connections: noConnections, notes: [] };
  const stored = { entries: lists, csvHosts: [], consoleSources: ['directory@contoso.com'] };
  return { ...read, ...stored, schedules, timing, auditDays: 400, failingMailboxesPercent: 5 };
}
