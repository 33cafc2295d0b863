import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { InvocationRequest, TypedData } from './functionsCore.ts';

/**
 * A message as the Functions host gives it to the worker: the body as text where it is text, and the message's
 * properties as trigger metadata (numbers and dates as JSON).
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata
 */
export function toInvocationRequest(bindingName: string, message: ServiceBusReceivedMessage): InvocationRequest {
  return {
    inputData: [{ name: bindingName, data: toBody(message.body) }],
    triggerMetadata: {
      ...toTexts({
        MessageId: message.messageId,
        LockToken: message.lockToken,
        ContentType: message.contentType,
        CorrelationId: message.correlationId,
        DeadLetterErrorDescription: message.deadLetterErrorDescription,
        DeadLetterReason: message.deadLetterReason,
        DeadLetterSource: message.deadLetterSource,
        PartitionKey: message.partitionKey,
        ReplyTo: message.replyTo,
        Subject: message.subject,
        Label: message.subject,
        To: message.to,
      }),
      ...toJson({
        // The SDK counts earlier deliveries, the Functions host this one too.
        DeliveryCount: (message.deliveryCount ?? 0) + 1,
        SequenceNumber: message.sequenceNumber === undefined ? undefined : Number(message.sequenceNumber),
        EnqueuedTimeUtc: message.enqueuedTimeUtc,
        ExpiresAtUtc: message.expiresAtUtc,
        ApplicationProperties: message.applicationProperties ?? {},
      }),
    },
  };
}

/** Made once: to make one takes longer than to read a message with it. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function toBody(body: unknown): TypedData {
  if (typeof body === 'string') return { string: body };
  if (!(body instanceof Uint8Array)) return { json: JSON.stringify(body ?? null) };
  try {
    return { string: utf8.decode(body) };
  } catch {
    return { bytes: body };
  }
}

function toTexts(values: Record<string, unknown>): Record<string, TypedData> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, { string: String(value) }]));
}

function toJson(values: Record<string, unknown>): Record<string, TypedData> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, { json: JSON.stringify(value) }]));
}
