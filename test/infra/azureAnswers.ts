import { runInNewContext } from 'node:vm';

/** What Azure gives for properties that only a deployed resource has: of the right form, and nobody's. */
const deployed = {
  clientId: '11111111-1111-4111-8111-111111111111',
  defaultHostName: 'func-contoso.azurewebsites.net',
  serviceBusEndpoint: 'https://sbns-contoso.servicebus.windows.net:443/',
  vaultUri: 'https://kv-contoso.vault.azure.net/',
  ConnectionString:
    'InstrumentationKey=44444444-4444-4444-8444-444444444444;IngestionEndpoint=https://contoso.example/',
};

const functions = {
  reference: () => deployed,
  format: (text: string, ...values: readonly unknown[]) =>
    text.replaceAll(/\{(\d+)\}/g, (_, index) => String(values[index])),
  split: (text: string, separator: string) => text.split(separator),
};

/**
 * A value with Azure's answers in place of the expression that the compiler left. Such expressions are written as calls
 * in JavaScript are. Throws for one with a function or a property that is not known here.
 */
export function answerExpression(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\[\w+\(.*\]$/s.test(value)) return value;
  const answer: unknown = runInNewContext(value.slice(1, -1), functions);
  if (answer === undefined) throw new Error(`Azure's answer is not known here: ${value}`);
  return answer;
}
