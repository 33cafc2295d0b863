/** The AMQP error conditions that this broker answers with; the SDK maps each to a `ServiceBusError` code. */
export type ErrorCondition =
  | 'amqp:not-found'
  | 'amqp:not-allowed'
  | 'amqp:unauthorized-access'
  | 'amqp:decode-error'
  | 'amqp:not-implemented'
  | 'amqp:internal-error'
  | 'amqp:link:message-size-exceeded'
  | 'com.microsoft:message-lock-lost'
  | 'com.microsoft:message-not-found';

/** A refusal that a client sees, with the condition that its SDK understands. */
export class ServiceBusError extends Error {
  readonly condition: ErrorCondition;

  constructor(condition: ErrorCondition, message: string) {
    super(message);
    this.name = 'ServiceBusError';
    this.condition = condition;
  }
}

/** Condition and description for the wire. Anything but a `ServiceBusError` is a fault of the broker itself. */
export function toAmqpError(error: unknown): { condition: ErrorCondition; description: string } {
  if (error instanceof ServiceBusError) return { condition: error.condition, description: error.message };
  console.error('Service Bus broker:', error);
  return { condition: 'amqp:internal-error', description: error instanceof Error ? error.message : String(error) };
}
