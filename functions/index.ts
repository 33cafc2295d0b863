import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { createGraphClient } from '../shared/graph/client.ts';
import { openContactMailbox } from '../shared/graph/contactMailbox.ts';
import { openDirectory } from '../shared/graph/directory.ts';
import { connectDeadLetterQueue } from '../shared/service-bus/deadLetterQueue.ts';
import { connectQueue, connectServiceBus } from '../shared/service-bus/queues.ts';
import { parseSettings, type Settings } from '../shared/settings/settings.ts';
import { openMailbox } from '../shared/state/mailboxes.ts';
import { openProgress } from '../shared/state/progress.ts';
import { openRuns } from '../shared/state/runs.ts';
import { openListIndex, openSource } from '../shared/state/sources.ts';
import { connectTables } from '../shared/tables/tables.ts';
import type { CaptureMessage, SyncMessage } from '../shared/workflows/messages.ts';
import { findVanishedLists } from '../shared/workflows/vanishedLists.ts';
import { createJournalReader } from '../shared/workflows/wantedContacts.ts';
import { registerCaptureList } from './captureList.ts';
import { registerDeadLetters } from './deadLetters.ts';
import { registerFullReconcile } from './fullReconcile.ts';
import { healthRoute } from './http/health.ts';
import { holdRoute } from './http/hold.ts';
import { openApiRoute } from './http/openApi.ts';
import { resyncRoutes } from './http/resync.ts';
import { registerRoutes } from './http/route.ts';
import { runRoutes } from './http/runs.ts';
import { registerScheduleSync } from './scheduleSync.ts';
import { registerSyncMailbox } from './syncMailbox.ts';

const settings = parseSettings(process.env, process.env.AzureWebJobsScriptRoot ?? process.cwd());
const lists = settings.lists.filter(({ enabled }) => enabled);
const pausedLists = settings.lists.filter(({ enabled }) => !enabled);
const refusedIds = settings.refusedLists.flatMap(({ id }) => (id === undefined ? [] : [id]));
const configured = {
  ids: new Set([...settings.lists.map(({ id }) => id), ...refusedIds]),
  complete: refusedIds.length === settings.refusedLists.length,
};
const clock = { now: Date.now, wait: (milliseconds: number) => wait(milliseconds) };
const newId = randomUUID;

const tables = connectTables(
  'connectionString' in settings.tables
    ? settings.tables
    : { accountName: settings.tables.host, credential: identity(settings.tables.clientId) },
);
const serviceBus = connectServiceBus(
  'connectionString' in settings.serviceBus
    ? settings.serviceBus
    : {
        fullyQualifiedNamespace: settings.serviceBus.host,
        credential: identity(settings.serviceBus.clientId),
      },
);
const graph = createGraphClient({
  endpoint: settings.graph.endpoint,
  credential: graphCredential(settings),
  timeoutMilliseconds: settings.timing.graphTimeoutSeconds * 1000,
  clock,
});

const progress = openProgress(tables.progress);
const runs = openRuns(tables.runs);
const listSource = (listId: string) => openSource(tables.sources, listId);
const listIndex = openListIndex(tables.sources);
const contactMailbox = (mailboxId: string) => openContactMailbox(graph, mailboxId);
const captureQueue = connectQueue<CaptureMessage>(serviceBus, settings.queues.capture);
const syncQueue = connectQueue<SyncMessage>(serviceBus, settings.queues.sync);
const priorityQueue = connectQueue<SyncMessage>(serviceBus, settings.queues.priority);

const runServices = {
  clock,
  newId,
  lists,
  progress,
  runs,
  captureQueue,
  syncQueue,
  priorityQueue,
  openSource: listSource,
  listIndex,
  findVanishedLists: () => findVanishedLists(configured, listIndex, listSource),
  openMailbox: contactMailbox,
  openDirectory: () => openDirectory(graph),
  leaseMilliseconds: settings.timing.leaseSeconds * 1000,
  messagePatience: settings.timing.messagePatienceSeconds * 1000,
};
const syncServices = {
  clock,
  newId,
  lists,
  inactiveListIds: new Set([...pausedLists.map(({ id }) => id), ...refusedIds]),
  progress,
  runs,
  timing: settings.timing,
  reader: createJournalReader(listSource),
  openPartition: (mailboxId: string) => openMailbox(tables.mailboxes, mailboxId),
  openMailbox: contactMailbox,
};

for (const { id, faults } of settings.refusedLists) {
  console.error(`The contact list ${id ?? 'without an id'} is refused and changes nothing: ${faults.join('; ')}`);
}
registerScheduleSync(runServices);
registerCaptureList(runServices);
registerSyncMailbox(syncServices, { sync: syncQueue, priority: priorityQueue });
registerFullReconcile(runServices, settings.fullReconcileSchedule);
registerDeadLetters(
  Object.values(settings.queues).map(name => connectDeadLetterQueue(serviceBus, name)),
  runServices,
);
const apiServices = { ...runServices, pausedLists, refusedLists: settings.refusedLists };
const routes = [...resyncRoutes(apiServices), ...runRoutes(apiServices), holdRoute(apiServices), healthRoute()];
registerRoutes([...routes, openApiRoute(routes)]);

/** The app's managed identity; a client secret only where there is none, against a real tenant from a desk. */
function graphCredential({ graph: { clientId } }: Settings): TokenCredential {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
    return new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
  }
  return identity(clientId);
}

function identity(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
