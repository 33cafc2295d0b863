/** What Azure gives for properties that only a deployed resource has: of the right form, and nobody's. */
const answers: Readonly<Record<string, string>> = {
  clientId: '11111111-1111-4111-8111-111111111111',
  principalId: '22222222-2222-4222-8222-222222222222',
  tenantId: '33333333-3333-4333-8333-333333333333',
  defaultHostName: 'func-contoso.azurewebsites.net',
  serviceBusEndpoint: 'https://sbns-contoso.servicebus.windows.net:443/',
  vaultUri: 'https://kv-contoso.vault.azure.net/',
  blob: 'https://stcontoso.blob.core.windows.net/',
  ConnectionString:
    'InstrumentationKey=44444444-4444-4444-8444-444444444444;IngestionEndpoint=https://contoso.example/',
};

/** The answer for a property of a resource; undefined where no value of that form is needed. */
export function azureAnswer(property: string): string | undefined {
  return answers[property];
}
