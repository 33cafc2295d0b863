import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { writeSettings } from '../../local/settings.ts';
import { type Host, openHost } from '../world.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { redirectConnections, redirectedEnvironment } from './redirect.ts';
import { type AzureNames, startAzureServices } from './services.ts';

/** A deployment on this machine: everything goes by its name in Azure, over TLS, and signs in with the identity. */
export interface AzureWorld {
  readonly names: AzureNames;
  /** What App Service gives the app's process, to get tokens with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: Host;
  stop(): Promise<void>;
}

const functionKey = 'function-key';

/**
 * Starts the services and a functions host. This process can reach them by their names too, and nothing else.
 *
 * @param settings the app settings of the deployment
 * @param appDirectory the unpacked package
 * @param secrets of the key vault
 */
export async function startAzureWorld(
  settings: Readonly<Record<string, string>>,
  appDirectory: string,
  secrets: Readonly<Record<string, string>>,
): Promise<AzureWorld> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const names = readNames(settings);
    const folder = await mkdtemp(join(tmpdir(), 'contact-folder-sync-'));
    undo.push(() => rm(folder, { recursive: true }));
    const webhookHost = hostOf(settings.WEBHOOK_URL);
    const certificate = await makeCertificate(folder, [...hostsOf(names), webhookHost]);
    undo.push(trust(certificate));
    const services = await startAzureServices(names, certificate, secrets);
    undo.push(services.close);
    const addresses: Record<string, number> = { ...services.addresses };
    undo.push(redirectConnections(addresses));

    const settingsFile = join(folder, 'settings.json');
    await writeSettings(settingsFile, settings);
    const host = await openHost(['--settings', settingsFile, '--port', '0', '--app', appDirectory], functionKey, {
      ...redirectedEnvironment(services.addresses),
      ...services.environment,
      NODE_EXTRA_CA_CERTS: certificate.certFile,
      LOCAL_FUNCTION_KEY: functionKey,
    });
    undo.push(() => host.stop());
    const front = await startFront(Number(new URL(host.url).port), certificate);
    undo.push(front.close);
    addresses[`${webhookHost}:443`] = front.port;
    return { names, environment: services.environment, host, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readNames(settings: Readonly<Record<string, string>>): AzureNames {
  return {
    graph: hostOf(settings.GRAPH_ENDPOINT),
    storageAccount: settings.TABLES_CONNECTION__accountName ?? '',
    serviceBus: settings.ServiceBusConnection__fullyQualifiedNamespace ?? '',
    keyVault: hostOf(settings.KEY_VAULT_URL),
    clientId: settings.GRAPH_CLIENT_ID ?? '',
  };
}

function hostsOf({ graph, storageAccount, serviceBus, keyVault }: AzureNames): string[] {
  return [graph, `${storageAccount}.table.core.windows.net`, serviceBus, keyVault];
}

function hostOf(url = ''): string {
  return new URL(url).hostname;
}

/** For this process, as NODE_EXTRA_CA_CERTS is for the host's. */
function trust({ cert }: Certificate): () => void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  return () => setDefaultCACertificates(before);
}

/** Takes HTTPS in for the functions host, as Azure's front ends do. */
async function startFront(hostPort: number, { key, cert }: Certificate) {
  const server = createServer({ key, cert }, socket => {
    const inner = connect({ host: '127.0.0.1', port: hostPort });
    socket.on('error', () => inner.destroy()).pipe(inner);
    inner.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}
