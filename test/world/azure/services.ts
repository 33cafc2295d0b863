import { join } from 'node:path';
import { startGraphSimulator } from '../../local/graph-simulator/index.ts';
import { keyVaultResource, startKeyVault } from '../../local/key-vault/index.ts';
import { startManagedIdentityEndpoint } from '../../local/managed-identity/index.ts';
import { createTokenIssuer } from '../../local/managed-identity/tokens.ts';
import { startServiceBusBroker } from '../../local/service-bus/broker.ts';
import { startStorage } from '../../local/storage/index.ts';
import type { Certificate } from './certificate.ts';
import type { Addresses } from './redirect.ts';

/** What a deployment calls what it talks to. */
export interface AzureNames {
  readonly graph: string;
  readonly storageAccount: string;
  readonly serviceBus: string;
  readonly keyVault: string;
  /** Client id of the app's managed identity. */
  readonly clientId: string;
}

export interface AzureServices {
  /** Where the names are, on this machine. */
  readonly addresses: Addresses;
  /** What App Service gives an app with a managed identity. */
  readonly environment: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  close(): Promise<void>;
}

const queuesFile = join(import.meta.dirname, '../../local/service-bus/Config.json');
const serviceBusResource = 'https://servicebus.azure.net';
const graphResource = 'https://graph.microsoft.com';
const header = 'identity-header';

/** The local services as they are in Azure: over TLS, and open to tokens of the managed identity alone. */
export async function startAzureServices(
  names: AzureNames,
  { key, cert, keyFile, certFile }: Certificate,
  secrets: Readonly<Record<string, string>>,
): Promise<AzureServices> {
  const tls = { key, cert };
  const tokens = createTokenIssuer();
  const acceptsFor = (resource: string) => (token: string) => tokens.accepts(token, resource);
  const running: { close(): Promise<void> }[] = [];
  const started = async <Service extends { close(): Promise<void> }>(start: Promise<Service>): Promise<Service> => {
    const service = await start;
    running.push(service);
    return service;
  };
  const close = async () => {
    await Promise.all(running.splice(0).map(service => service.close()));
  };

  try {
    const { storageAccount: accountName, clientId } = names;
    const graph = await started(startGraphSimulator({ tls }));
    const storage = await started(startStorage({ identity: { accountName, keyFile, certFile } }));
    const acceptsToken = acceptsFor(serviceBusResource);
    const broker = await started(startServiceBusBroker({ configFile: queuesFile, tls, acceptsToken }));
    const vault = await started(startKeyVault({ tls, secrets, acceptsToken: acceptsFor(keyVaultResource) }));
    const issueToken = (resource: string) =>
      resource === graphResource ? graph.issueToken(clientId) : tokens.issue(resource, clientId);
    const identity = await started(startManagedIdentityEndpoint({ header, clientId, issueToken }));
    return {
      addresses: {
        [`${names.graph}:443`]: Number(new URL(graph.url).port),
        [`${accountName}.table.core.windows.net:443`]: storage.ports.table,
        [`${names.serviceBus}:5671`]: broker.port,
        [`${names.keyVault}:443`]: vault.port,
      },
      environment: { IDENTITY_ENDPOINT: identity.url, IDENTITY_HEADER: header },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
