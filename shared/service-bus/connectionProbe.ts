import { isServiceBusError, type ServiceBusClient } from '@azure/service-bus';
import { ProbeFailure, type ProbeFailureKind, type ServiceProbe } from '../ports/connectionProbes.ts';

const kinds: Readonly<Record<string, ProbeFailureKind>> = {
  UnauthorizedAccess: 'denied',
  MessagingEntityNotFound: 'missing',
  MessagingEntityDisabled: 'missing',
};

/** Opens a link to send and looks at the first message of each queue: both rights of the app, and nothing is sent or taken. */
export function createQueueProbe(client: ServiceBusClient, queueNames: readonly string[]): ServiceProbe {
  return async () => {
    try {
      await Promise.all(queueNames.map(name => probeQueue(client, name)));
    } catch (error) {
      throw failureOf(error);
    }
  };
}

async function probeQueue(client: ServiceBusClient, name: string): Promise<void> {
  const sender = client.createSender(name);
  const receiver = client.createReceiver(name);
  try {
    // The size of a batch is what the service says when the link is open.
    await sender.createMessageBatch();
    await receiver.peekMessages(1);
  } finally {
    await Promise.all([sender.close(), receiver.close()]);
  }
}

function failureOf(error: unknown): ProbeFailure {
  if (!isServiceBusError(error))
    return new ProbeFailure('unreachable', error instanceof Error ? error.name : 'Error', error);
  return new ProbeFailure(kinds[error.code] ?? 'unreachable', error.code, error);
}
