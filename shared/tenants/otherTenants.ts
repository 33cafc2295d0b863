import { ClientAssertionCredential, type TokenCredential } from '@azure/identity';
import { createGraphClient, type GraphClientOptions } from '../graph/client.ts';
import { openGraphProbe } from '../graph/connectionProbe.ts';
import type { OpenTenant, TenantConnection, TenantGraph } from '../ports/tenantGraph.ts';
import { openGraphAdapters } from './graphAdapters.ts';

/** What Entra takes an assertion of a managed identity for. */
const exchangeScope = 'api://AzureADTokenExchange/.default';

export interface OtherTenantOptions extends Omit<GraphClientOptions, 'credential'> {
  /** The managed identity that the app registrations of connections trust. */
  readonly identity: TokenCredential;
  /** Where to sign in; that of Azure's public cloud unless given. */
  readonly authorityHost?: string | undefined;
}

/**
 * Other tenants of the same cloud, each with a client, and so with a token, of its own. No secret is involved: the app
 * registration trusts the managed identity
 * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity).
 */
export function openOtherTenants({ identity, authorityHost, ...options }: OtherTenantOptions): OpenTenant {
  const opened = new Map<string, TenantGraph>();

  function open(connection: TenantConnection): TenantGraph {
    const credential = createTenantCredential(connection, identity, authorityHost);
    const client = createGraphClient({ ...options, credential });
    const { openMailbox, openDirectory, openDirectoryReader, openFolderTree } = openGraphAdapters(client);
    const probes = { graph: openGraphProbe(client, credential) };
    return { openMailbox, openDirectory, openDirectoryReader, openFolderTree, probes };
  }

  return connection => {
    const key = `${connection.tenantId} ${connection.clientId}`.toLowerCase();
    const tenant = opened.get(key) ?? open(connection);
    opened.set(key, tenant);
    return tenant;
  };
}

function createTenantCredential(
  { tenantId, clientId }: TenantConnection,
  identity: TokenCredential,
  authorityHost: string | undefined,
): TokenCredential {
  const getAssertion = async () => {
    const token = await identity.getToken(exchangeScope);
    if (!token) throw new Error('The identity gave no token');
    return token.token;
  };
  // An authority that the settings name need not be known to Microsoft's list of them.
  const authority = authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: true };
  return new ClientAssertionCredential(tenantId, clientId, getAssertion, authority);
}
