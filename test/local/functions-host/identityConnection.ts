import type { TokenCredential } from '@azure/identity';
import type { AppSettings } from './appSettings.ts';
import { nodeProcess } from './nodeProcess.ts';

/** The settings of one connection by suffix: '' is the setting of the connection's own name. */
export type ConnectionSettings = (suffix: string) => string | undefined;

export function connectionSettings(connection: string, settings: AppSettings): ConnectionSettings {
  return suffix => settings[connection + suffix] ?? nodeProcess.env[connection + suffix];
}

/**
 * The identity of a connection without a connection string: with `__credential` `managedidentity` the app's own, that
 * of `__clientId` if it has several; else what the developer is signed in with.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections
 */
export async function openCredential(setting: ConnectionSettings): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (setting('__credential')?.toLowerCase() !== 'managedidentity') return new DefaultAzureCredential();
  const clientId = setting('__clientId');
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
