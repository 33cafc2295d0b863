import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { createJournalReader } from '../shared/engine/apply/wantedContacts.ts';
import type { CaptureQueueMessage, SyncMessage } from '../shared/engine/fan-out/messages.ts';
import { findVanishedLists } from '../shared/engine/fan-out/vanishedLists.ts';
import type { ListStatusReading } from '../shared/engine/status/readLists.ts';
import { createCaptureAsker } from '../shared/engine/subscriptions/askForCapture.ts';
import { createRenewalRequester } from '../shared/engine/subscriptions/requestRenewal.ts';
import { createSubscribedLists } from '../shared/engine/subscriptions/subscribedLists.ts';
import { readSubscriptionHealth } from '../shared/engine/subscriptions/subscriptionHealth.ts';
import { createGraphClient } from '../shared/graph/client.ts';
import { openGraphProbe } from '../shared/graph/connectionProbe.ts';
import { openContactMailbox } from '../shared/graph/contactMailbox.ts';
import { openDirectory } from '../shared/graph/directory.ts';
import { openFolderTree } from '../shared/graph/folderTree.ts';
import { createAddressFinder } from '../shared/graph/mailboxAddresses.ts';
import { openSubscriptions } from '../shared/graph/subscriptions.ts';
import { createWebhookProbe } from '../shared/http/webhookProbe.ts';
import { openClientState, readFromKeyVault } from '../shared/key-vault/clientState.ts';
import { createQueueProbe } from '../shared/service-bus/connectionProbe.ts';
import { connectDeadLetterQueue } from '../shared/service-bus/deadLetterQueue.ts';
import { connectQueue, connectServiceBus } from '../shared/service-bus/queues.ts';
import { describeNextTimes } from '../shared/settings/schedule.ts';
import { type NotificationSettings, parseSettings, type Settings } from '../shared/settings/settings.ts';
import { openInstallation } from '../shared/store/installation.ts';
import { openMailbox, openMailboxIndex } from '../shared/store/mailboxes.ts';
import { openProgress } from '../shared/store/progress.ts';
import { readAhead } from '../shared/store/readAhead.ts';
import { openRuns } from '../shared/store/runs.ts';
import { openListIndex, openSource, statusRanges } from '../shared/store/sources.ts';
import { openSubscriptionRows } from '../shared/store/subscriptions.ts';
import { createTableProbe } from '../shared/store/tables/connectionProbe.ts';
import { connectTables } from '../shared/store/tables/tables.ts';
import { createTrialTables } from '../shared/store/tables/trialTables.ts';
import { totalsRows } from '../shared/store/totals.ts';
import { registerCaptureList } from './captureList.ts';
import { registerDeadLetters } from './deadLetters.ts';
import { registerForgetRuns } from './forgetRuns.ts';
import { registerFullReconcile } from './fullReconcile.ts';
import { registerChangeNotifications } from './http/changeNotifications.ts';
import { clearRoute } from './http/clear.ts';
import { connectionTestRoute } from './http/connectionTest.ts';
import { contactFoldersRoute } from './http/contactFolders.ts';
import { explainRoute } from './http/explain.ts';
import { healthRoute } from './http/health.ts';
import { holdRoute } from './http/hold.ts';
import { registerLifecycle } from './http/lifecycle.ts';
import { listMailboxesRoute } from './http/listMailboxes.ts';
import { listRoutes } from './http/lists.ts';
import { mailboxRoutes } from './http/mailboxes.ts';
import { openApiRoute } from './http/openApi.ts';
import { previewRoute } from './http/preview.ts';
import { resyncRoutes } from './http/resync.ts';
import { registerRoutes } from './http/route.ts';
import { runRoutes } from './http/runs.ts';
import { searchContactsRoute } from './http/searchContacts.ts';
import { createRunLog } from './logRun.ts';
import { createRenewalLog, registerRenewSubscriptions } from './renewSubscriptions.ts';
import { registerScheduleSync } from './scheduleSync.ts';
import { registerSyncMailbox } from './syncMailbox.ts';

/** So long the rows of one handler wait for those of others. */
const gatherMilliseconds = 5;

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

const gathering = { gather: () => wait(gatherMilliseconds), slot: randomInt(totalsRows) };
const progress = openProgress(tables.progress, gathering);
const runs = openRuns(tables.runs, gathering);
const listSource = (listId: string) => openSource(tables.sources, listId);
const listIndex = openListIndex(tables.sources);
const contactMailbox = (mailboxId: string) => openContactMailbox(graph, mailboxId);
const captureQueue = connectQueue<CaptureQueueMessage>(serviceBus, settings.queues.capture);
const syncQueue = connectQueue<SyncMessage>(serviceBus, settings.queues.sync);
const priorityQueue = connectQueue<SyncMessage>(serviceBus, settings.queues.priority);

const subscriptionRows = (listId: string) => openSubscriptionRows(tables.sources, listId);
const askForCapture = createCaptureAsker({ clock, newId, openSource: listSource, captureQueue });
const requestRenewal = createRenewalRequester({ newId, captureQueue });
const webhooks = settings.notifications && {
  url: settings.notifications.webhookUrl,
  clientState: openClientState(secretReader(settings.notifications), clock),
};
const healthServices = {
  clock,
  openSource: listSource,
  openSubscriptionRows: subscriptionRows,
  enabled: webhooks !== undefined,
};

const runServices = {
  clock,
  newId,
  lists,
  configuredLists: settings.lists,
  sourceReaders: settings.sourceReaders,
  progress,
  mailboxIndex: openMailboxIndex(tables.mailboxes),
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
  notifications: webhooks && {
    readHealth: (listId: string, olderThan: number) => readSubscriptionHealth(listId, healthServices, olderThan),
    requestRenewal,
  },
};
const subscriptionServices = {
  clock,
  lists,
  listIndex,
  openSource: listSource,
  openSubscriptionRows: subscriptionRows,
  subscriptions: openSubscriptions(graph),
  webhooks,
  askForCapture,
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
  openDirectory: runServices.openDirectory,
  openSource: listSource,
  configuredLists: settings.lists,
  sourceReaders: settings.sourceReaders,
  readInstallation: openInstallation(tables.sources, newId),
};

for (const [name, schedule] of Object.entries(settings.schedules)) {
  console.info(`${name} "${schedule}" comes next at (UTC): ${describeNextTimes(schedule, clock.now())}`);
}
for (const { list, code, detail } of settings.notes) {
  // That one says what a name means, for whoever looks at the list.
  if (code !== 'DefaultFolder') console.warn(`${list === undefined ? '' : `The contact list ${list}: `}${detail}`);
}
for (const { id, faults } of settings.refusedLists) {
  console.error(`The contact list ${id ?? 'without an id'} is refused and changes nothing: ${faults.join('; ')}`);
}
const logRun = createRunLog();
const logRenewal = createRenewalLog();
registerScheduleSync({ ...runServices, refusedLists: settings.refusedLists }, logRun);
registerCaptureList(runServices, subscriptionServices, { logRun, logRenewal });
registerRenewSubscriptions(subscriptionServices, listId => readSubscriptionHealth(listId, healthServices), logRenewal);
if (webhooks) {
  const { clientState } = webhooks;
  const subscribedLists = createSubscribedLists({ clock, lists, openSubscriptionRows: subscriptionRows });
  const webhookServices = { clock, clientState, subscribedLists, askForCapture, requestRenewal };
  registerChangeNotifications(webhookServices);
  registerLifecycle(webhookServices);
}
registerSyncMailbox(syncServices, { sync: syncQueue, priority: priorityQueue });
registerFullReconcile(runServices, settings.schedules.FULL_RECONCILE_SCHEDULE);
registerForgetRuns({ ...runServices, openPartition: syncServices.openPartition });
registerDeadLetters(
  Object.values(settings.queues).map(name => connectDeadLetterQueue(serviceBus, name)),
  runServices,
);
const apiServices = {
  ...runServices,
  pausedLists,
  refusedLists: settings.refusedLists,
  settingsNotes: settings.notes,
  findAddresses: createAddressFinder(graph),
  openPartition: syncServices.openPartition,
  openFolderTree: (mailboxId: string) => openFolderTree(graph, mailboxId),
  openTrialTables: () => createTrialTables(tables),
  timing: settings.timing,
  openListStatus,
};
const connectionServices = {
  schedules: settings.schedules,
  graphProbe: openGraphProbe(graph, graphCredential(settings)),
  probeTables: createTableProbe(tables.sources),
  probeQueues: createQueueProbe(serviceBus, Object.values(settings.queues)),
  webhook: webhooks && { url: webhooks.url, probe: createWebhookProbe(webhooks.url) },
};
const routes = [
  ...resyncRoutes(apiServices),
  ...runRoutes(apiServices),
  ...listRoutes(apiServices),
  listMailboxesRoute(apiServices),
  ...mailboxRoutes(apiServices),
  contactFoldersRoute(apiServices),
  previewRoute(apiServices),
  searchContactsRoute(apiServices),
  explainRoute(apiServices),
  clearRoute(apiServices),
  holdRoute(apiServices),
  connectionTestRoute({ ...apiServices, ...connectionServices }),
  healthRoute(),
];
registerRoutes([...routes, openApiRoute(routes)]);

async function openListStatus(listId: string): Promise<ListStatusReading> {
  const table = await readAhead(tables.sources, listId, statusRanges);
  const source = openSource(table, listId);
  const rows = openSubscriptionRows(table, listId);
  const services = { ...healthServices, openSource: () => source, openSubscriptionRows: () => rows };
  return { source, readHealth: () => readSubscriptionHealth(listId, services) };
}

/** The app's managed identity; a client secret only where there is none, against a real tenant from a desk. */
function graphCredential({ graph: { clientId } }: Settings): TokenCredential {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
    return new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
  }
  return identity(clientId);
}

function secretReader({ clientState }: NotificationSettings): () => Promise<string | undefined> {
  if ('value' in clientState) return async () => clientState.value;
  return readFromKeyVault(clientState.keyVaultUrl, identity(settings.graph.clientId));
}

function identity(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
