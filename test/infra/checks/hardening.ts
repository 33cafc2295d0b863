import { ofType, ownName, type PlannedResource } from '../compiled.ts';

/** What must hold of every resource of a type, by the path below its body. */
const required: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'Microsoft.Storage/storageAccounts': {
    'properties.allowSharedKeyAccess': false,
    'properties.allowBlobPublicAccess': false,
    'properties.supportsHttpsTrafficOnly': true,
    'properties.minimumTlsVersion': 'TLS1_2',
  },
  'Microsoft.ServiceBus/namespaces': { 'properties.disableLocalAuth': true, 'properties.minimumTlsVersion': '1.2' },
  'Microsoft.KeyVault/vaults': {
    'properties.enableRbacAuthorization': true,
    'properties.enablePurgeProtection': true,
    'properties.enableSoftDelete': true,
  },
  'Microsoft.Insights/components': { 'properties.DisableLocalAuth': true },
  'Microsoft.OperationalInsights/workspaces': { 'properties.features.disableLocalAuth': true },
  'Microsoft.Web/sites': {
    'identity.type': 'UserAssigned',
    'properties.httpsOnly': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
    'properties.siteConfig.ftpsState': 'Disabled',
    'properties.functionAppConfig.deployment.storage.authentication.type': 'UserAssignedIdentity',
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { 'properties.allow': false },
};

/** Nothing but the identity signs in, everywhere over TLS 1.2, and everything is tagged and found where it belongs. */
export function findHardeningProblems(plan: readonly PlannedResource[]): string[] {
  const unmet = Object.entries(required).flatMap(([type, wanted]) => {
    const resources = ofType(plan, type);
    if (resources.length === 0) return [`There is no ${type}`];
    return resources.flatMap(resource =>
      Object.entries(wanted)
        .filter(([path, value]) => valueAt(resource, path) !== value)
        .map(([path, value]) => `${path} of ${resource.name} is ${valueAt(resource, path)}, not ${value}`),
    );
  });
  const endpoints = ofType(plan, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies').map(ownName);
  const open = ['ftp', 'scm']
    .filter(name => !endpoints.includes(name))
    .map(name => `Basic publishing is on for ${name}`);
  const untagged = plan
    .filter(({ location, tags }) => location !== undefined && tags === undefined)
    .map(({ name }) => `${name} has no tags`);
  return [...unmet, ...open, ...untagged];
}

function valueAt(resource: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => Object(value)[name], resource);
}
