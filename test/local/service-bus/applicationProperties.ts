import { type EncodedValue, readApplicationProperties } from './rheaInternals.ts';
import { ServiceBusError } from './serviceBusError.ts';

/** AMQP type codes that the service does not take as the value of an application property, and what it calls them. */
const unsupportedTypes: Readonly<Record<number, string>> = {
  ...namedAlike([0xa0, 0xb0], 'System.Byte[]'),
  ...namedAlike([0x45, 0xc0, 0xd0], 'System.Collections.Generic.List`1[[System.Object]]'),
  ...namedAlike([0xc1, 0xd1], 'map'),
  ...namedAlike([0xe0, 0xf0], 'array'),
};

/**
 * A message's application properties, each with its AMQP type, so that a receiver gets what was sent. Throws on one of
 * a type that the service refuses: as too large, "due to a known bug in the Service Bus service"
 * (https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus.servicebusmessage.applicationproperties).
 */
export function typedApplicationProperties(encoded: Buffer): Record<string, EncodedValue> {
  const properties = readApplicationProperties(encoded);
  for (const { type } of properties.values()) {
    const unsupported = unsupportedTypes[type.typecode];
    if (unsupported === undefined) continue;
    throw new ServiceBusError(
      'amqp:link:message-size-exceeded',
      `Serialization operation failed due to unsupported type ${unsupported}.`,
    );
  }
  return Object.fromEntries(properties);
}

function namedAlike(typeCodes: number[], name: string): Record<number, string> {
  return Object.fromEntries(typeCodes.map(typeCode => [typeCode, name]));
}
