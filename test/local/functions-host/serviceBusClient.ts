import { ServiceBusClient } from '@azure/service-bus';
import type { AppSettings } from './appSettings.ts';
import { HostError } from './hostError.ts';
import { connectionSettings, openCredential } from './identityConnection.ts';

/**
 * The SDK's own 30 s would have a developer wait who starts the broker after the host, and its 60 s one whose broker
 * goes away while a link is opened: only the time-out ends that.
 */
const options = { retryOptions: { retryDelayInMs: 1_000, timeoutInMs: 5_000 } };

/**
 * Opens the Service Bus that a trigger's `connection` names: the setting of that name holds a connection string, or
 * `<name>__fullyQualifiedNamespace` a namespace to reach by identity.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
export async function openServiceBusClient(connection: string, settings: AppSettings): Promise<ServiceBusClient> {
  const setting = connectionSettings(connection, settings);
  const connectionString = setting('');
  if (connectionString) return new ServiceBusClient(connectionString, options);
  const namespace = setting('__fullyQualifiedNamespace');
  if (!namespace) {
    throw new HostError(`There is no app setting ${connection} or ${connection}__fullyQualifiedNamespace.`);
  }
  return new ServiceBusClient(namespace, await openCredential(setting), options);
}
