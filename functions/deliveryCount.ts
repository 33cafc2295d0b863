import type { InvocationContext } from '@azure/functions';

/** How often the message of a Service Bus trigger was delivered, 1 at first. */
export function deliveryCountOf({ triggerMetadata }: InvocationContext): number {
  return Number(triggerMetadata?.deliveryCount ?? 1);
}
