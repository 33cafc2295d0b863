import { ServiceBusClient } from '@azure/service-bus';
import type { AppSettings } from './appSettings.ts';
import { HostError } from './hostError.ts';
import { nodeProcess } from './nodeProcess.ts';

/** The SDK's own 30 s would have a developer wait who starts the broker after the host. */
const options = { retryOptions: { retryDelayInMs: 1_000 } };

/**
 * Opens the Service Bus that a trigger's `connection` names: the setting of that name holds a connection string, or
 * `<name>__fullyQualifiedNamespace` a namespace to reach by identity.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
export async function openServiceBusClient(connection: string, settings: AppSettings): Promise<ServiceBusClient> {
  const setting = (suffix = '') => settings[connection + suffix] ?? nodeProcess.env[connection + suffix];
  const connectionString = setting();
  if (connectionString) return new ServiceBusClient(connectionString, options);
  const namespace = setting('__fullyQualifiedNamespace');
  if (!namespace) {
    throw new HostError(`There is no app setting ${connection} or ${connection}__fullyQualifiedNamespace.`);
  }
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (setting('__credential')?.toLowerCase() !== 'managedidentity') {
    return new ServiceBusClient(namespace, new DefaultAzureCredential(), options);
  }
  const clientId = setting('__clientId');
  const credential = clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  return new ServiceBusClient(namespace, credential, options);
}
