import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientSecretCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import type { Adapters } from '../shared/app.ts';
import { noPhotos, openPhotos } from '../shared/blobs/photos.ts';
import { noSourceFiles, openSourceFiles } from '../shared/blobs/sourceFiles.ts';
import { systemClock } from '../shared/clock.ts';
import { openDatabases } from '../shared/databases/openDatabase.ts';
import { exchangeServers } from '../shared/ews/exchangeServer.ts';
import { createGraphClient } from '../shared/graph/client.ts';
import { openGraphProbe } from '../shared/graph/connectionProbe.ts';
import { openMailNotices } from '../shared/graph/mailNotices.ts';
import { openDownload } from '../shared/http/download.ts';
import { openHostProbe } from '../shared/http/hostProbe.ts';
import { openNoticeHook } from '../shared/http/noticeHook.ts';
import { probeWebhook } from '../shared/http/webhookProbe.ts';
import { openClientState, readFromKeyVault } from '../shared/key-vault/clientState.ts';
import { openKeyVaultSecrets, openLocalSecrets } from '../shared/key-vault/secrets.ts';
import { createQueueProbe } from '../shared/service-bus/connectionProbe.ts';
import { connectDeadLetterQueue } from '../shared/service-bus/deadLetterQueue.ts';
import { connectQueue, connectServiceBus } from '../shared/service-bus/queues.ts';
import type { NotificationSettings, Settings } from '../shared/settings/settings.ts';
import { createTableProbe } from '../shared/store/tables/connectionProbe.ts';
import { connectTables } from '../shared/store/tables/tables.ts';
import { totalsRows } from '../shared/store/totals.ts';
import { openGraphAdapters } from '../shared/tenants/graphAdapters.ts';
import { openOtherTenants } from '../shared/tenants/otherTenants.ts';

/** So long the rows of one handler wait for those of others. */
const gatherMilliseconds = 5;

/** The services of the cloud that the settings name; each is connected to on its first request. */
export function connectAdapters(settings: Settings, environment: NodeJS.ProcessEnv): Adapters {
  const clock = systemClock;
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
  const endpoint = settings.graph.endpoint;
  const timeoutMilliseconds = settings.timing.graphTimeoutSeconds * 1000;
  const graph = createGraphClient({
    endpoint,
    credential: graphCredential(settings, environment),
    timeoutMilliseconds,
    clock,
  });
  const { queues, notifications } = settings;
  const readSecret = settings.keyVaultUrl
    ? openKeyVaultSecrets(settings.keyVaultUrl, identity(settings.graph.clientId))
    : openLocalSecrets(settings.localSecrets);
  const queueNames = Object.values(queues);
  return {
    clock,
    newId: randomUUID,
    tables,
    gathering: { gather: () => wait(gatherMilliseconds), slot: randomInt(totalsRows) },
    queues: {
      capture: connectQueue(serviceBus, queues.capture),
      sync: connectQueue(serviceBus, queues.sync),
      priority: connectQueue(serviceBus, queues.priority),
    },
    deadLetterQueues: queueNames.map(name => connectDeadLetterQueue(serviceBus, name)),
    graph: openGraphAdapters(graph),
    probes: {
      hosts: openHostProbe(),
      graph: openGraphProbe(graph, graphCredential(settings, environment)),
      tables: createTableProbe(tables.sources),
      queues: createQueueProbe(serviceBus, queueNames),
      webhook: probeWebhook,
    },
    noticeTargets: [
      ...(settings.notices ? [openNoticeHook(settings.notices, readSecret, clock)] : []),
      ...(settings.noticeMail ? [openMailNotices(settings.noticeMail, graph)] : []),
    ],
    readSecret,
    openExchangeServer: exchangeServers(readSecret, clock),
    ...blobAdapters(settings),
    download: openDownload(),
    openDatabase: openDatabases(readSecret, graphCredential(settings, environment)),
    openTenant: openOtherTenants({
      endpoint,
      timeoutMilliseconds,
      clock,
      identity: graphCredential(settings, environment),
      authorityHost: settings.graph.authorityHost,
    }),
    webhooks: notifications && {
      url: notifications.webhookUrl,
      clientState: openClientState(secretReader(notifications, settings), clock),
    },
  };
}

/** The app's managed identity; a client secret only where there is none, against a real tenant from a desk. */
function graphCredential({ graph: { clientId } }: Settings, environment: NodeJS.ProcessEnv): TokenCredential {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = environment;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
    return new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
  }
  return identity(clientId);
}

/** The account that holds the sources' files and the photos; without one, whatever asks for a blob says so. */
function blobAdapters({ storage }: Settings): Pick<Adapters, 'files' | 'photos'> {
  if (!storage) return { files: noSourceFiles, photos: noPhotos };
  const access =
    'connectionString' in storage ? storage : { accountName: storage.host, credential: identity(storage.clientId) };
  return { files: openSourceFiles(access), photos: openPhotos(access) };
}

function secretReader(
  { clientState }: NotificationSettings,
  { graph: { clientId } }: Settings,
): () => Promise<string | undefined> {
  if ('value' in clientState) return async () => clientState.value;
  return readFromKeyVault(clientState.keyVaultUrl, identity(clientId));
}

function identity(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
