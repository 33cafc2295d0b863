import { answerExpression } from '../azureAnswers.ts';
import type { Code } from '../code.ts';
import { ofType, ownName, type PlannedResource } from '../compiled.ts';

/** What the code can read and Azure must not set. */
const notInAzure = [
  'CLIENT_STATE', // the key vault holds it
  'LOCAL_SECRETS', // the key vault holds them
  'AZURE_TENANT_ID', // a real tenant from a desk
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_AUTHORITY_HOST', // that of the public cloud unless set
  'CONSOLE_SIGN_IN', // only where there is a console
  'CONSOLE_TENANT_ID',
  'WEBSITE_AUTH_ENABLED', // the platform sets it
  'WEBSITE_HOSTNAME',
  'AzureWebJobsScriptRoot', // the functions host sets it
];

/** What the functions host and its extensions need to sign in as the identity. */
const readByHost = [
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'ServiceBusConnection__credential',
  'languageWorkers__node__arguments',
];

/** What the sample has for a machine alone. */
const onlyInSample = ['FUNCTIONS_WORKER_RUNTIME', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'LOCAL_FUNCTION_KEY'];

/** What depends on where the app runs. */
const differsBetweenSampleAndAzure = [
  'GRAPH_ENDPOINT',
  'CONTACT_LISTS',
  'CONNECTIONS',
  'CONSOLE_SOURCES',
  'WEBHOOK_URL',
];

/** The app settings that a deployment sets, with answers of Azure's where only Azure knows a value. */
export function plannedSettings(plan: readonly PlannedResource[]): Record<string, string> {
  const settings = ofType(plan, 'Microsoft.Web/sites/config').find(config => ownName(config) === 'appsettings');
  const entries = Object.entries(settings?.properties ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, String(answerExpression(value))]));
}

/** Every setting that the code reads is set, none that nobody reads, and the sample has the same. */
export function findSettingProblems(plan: readonly PlannedResource[], code: Code): string[] {
  const settings = plannedSettings(plan);
  const wanted = code.settingNames.filter(name => !notInAzure.includes(name));
  const read = new Set([...wanted, ...readByHost]);
  const missing = [...read].filter(name => !(name in settings)).map(name => `The setting ${name} is read and not set`);
  const extra = Object.keys(settings)
    .filter(name => !read.has(name))
    .map(name => `The setting ${name} is set and read by nobody`);
  return [...missing, ...extra, ...findDefaultProblems(settings, code), ...findSampleProblems(settings, code)];
}

function findDefaultProblems(settings: Readonly<Record<string, string>>, code: Code): string[] {
  return Object.entries(code.settingDefaults)
    .filter(([name, value]) => name in settings && settings[name] !== String(value))
    .map(([name, value]) => `The setting ${name} is ${settings[name]} in Azure and ${value} by default`);
}

function findSampleProblems(settings: Readonly<Record<string, string>>, { sample }: Code): string[] {
  const bases = new Set(
    Object.keys(settings).map(name => name.replace(/__(accountName|fullyQualifiedNamespace)$/, '')),
  );
  const unknown = Object.keys(sample)
    .filter(name => !bases.has(name) && !notInAzure.includes(name) && !onlyInSample.includes(name))
    .map(name => `The sample sets ${name}, Azure does not`);
  const different = Object.keys(sample)
    .filter(name => name in settings && !differsBetweenSampleAndAzure.includes(name) && settings[name] !== sample[name])
    .map(name => `The setting ${name} is ${settings[name]} in Azure and ${sample[name]} in the sample`);
  return [...unknown, ...different];
}
