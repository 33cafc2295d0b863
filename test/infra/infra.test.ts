import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contactListSchema } from '../../shared/settings/contactList.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { findHardeningProblems } from './checks/hardening.ts';
import { plannedSettings } from './checks/settings.ts';
import { readCode } from './code.ts';
import { ofType, ownName, type PlannedResource, readCompiled } from './compiled.ts';
import { findProblems } from './findProblems.ts';
import { infraDirectory, projectDirectory } from './infra.ts';

const standard = readCompiled();
let problems: ReturnType<typeof findProblems>;

beforeAll(async () => {
  problems = findProblems(standard, await readCode(plannedSettings(standard.plan)));
});

test.each([
  ['the lists and connections have the names, bounds and defaults with which the app reads them', 'contactLists'],
  ['every setting that the code reads is set, and none that nobody reads', 'settings'],
  ['queues and tables are those of the code', 'queues'],
  ['triggers find their queues, connections and schedules', 'triggers'],
  ['the identity has the roles that it needs, and no other', 'roles'],
  ['the runtime is what the app is built for and tested on', 'runtime'],
  ['nothing but the identity signs in, over TLS 1.2', 'hardening'],
] as const)('%s', (_promise, check) => {
  expect(problems[check]).toEqual([]);
});

test('a second deployment changes nothing, and nothing signs in with a key', () => {
  expect(readFileSync(join(infraDirectory, 'main.json'), 'utf8')).not.toMatch(/\b(utcNow|newGuid|list\w*Keys?)\(/);
});

test('one module assigns all the roles', () => {
  const assigning = Object.entries(standard.template.resources).filter(([, module]) =>
    JSON.stringify(module).includes('Microsoft.Authorization/roleAssignments'),
  );

  expect(assigning.map(([name]) => name)).toEqual(['roleAssignments']);
});

test('the app starts with the settings of a deployment, and accepts its list', () => {
  const settings = parseSettings(plannedSettings(standard.plan), projectDirectory);

  expect(settings.refusedLists).toEqual([]);
  expect(settings.lists.map(({ id }) => id)).toEqual(['staff']);
  expect(settings.tables).toMatchObject({ clientId: settings.graph.clientId });
  expect(settings.serviceBus).toMatchObject({ host: expect.stringMatching(/^sbns-\S+\.servicebus\.windows\.net$/) });
  expect(settings.notifications).toMatchObject({ clientState: { keyVaultUrl: expect.any(String) } });
});

test('a share that Bicep has as text reaches the app as a number, and a list without one gets the default', () => {
  const listOf = (plan: readonly PlannedResource[]) => {
    const { CONTACT_LISTS = '' } = plannedSettings(plan);
    return contactListSchema.array().parse(JSON.parse(CONTACT_LISTS))[0];
  };

  expect(listOf(standard.plan)).toEqual(
    contactListSchema.parse({
      id: 'staff',
      source: { mailbox: 'directory@contoso.com', folders: ['Staff'] },
      targets: { mailboxes: ['ada@contoso.com'] },
      destination: { folder: 'Company', category: null },
    }),
  );
  expect(listOf(readCompiled('options').plan)).toMatchObject({
    mapping: { mobilePhone: null, personalNotes: 'department' },
    safeguards: { maxRemovalShare: 0.05, maxRemovals: 3 },
    rollout: { rings: [{ mailboxes: ['ada@contoso.com'] }, { share: 0.25 }], haltWhen: { failedShare: 0.1 } },
  });
});

test("names stay within the services' limits with the longest parameters", () => {
  const limits = new Map([
    ['Microsoft.Storage/storageAccounts', /^[a-z0-9]{3,24}$/],
    ['Microsoft.KeyVault/vaults', /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/],
    ['Microsoft.ServiceBus/namespaces', /^[a-z][a-z0-9-]{4,48}[a-z0-9]$/],
    ['Microsoft.Web/sites', /^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/],
    ['Microsoft.Web/serverfarms', /^[a-z0-9-]{1,60}$/],
    ['Microsoft.OperationalInsights/workspaces', /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/],
    ['Microsoft.ManagedIdentity/userAssignedIdentities', /^[a-z0-9][a-z0-9_-]{2,127}$/],
    ['Microsoft.Network/virtualNetworks', /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/],
    ['Microsoft.Network/privateEndpoints', /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/],
  ]);
  const { plan } = readCompiled('private');

  for (const [type, limit] of limits) {
    expect(ofType(plan, type)).not.toEqual([]);
    for (const { name } of ofType(plan, type)) expect(name).toMatch(limit);
  }
});

const dataTypes = ['Microsoft.Storage/storageAccounts', 'Microsoft.ServiceBus/namespaces', 'Microsoft.KeyVault/vaults'];
const access = (plan: readonly PlannedResource[]) =>
  dataTypes.flatMap(type => ofType(plan, type)).map(({ properties }) => properties?.publicNetworkAccess);

test('options are off unless asked for', () => {
  const { plan } = standard;
  const [app] = ofType(plan, 'Microsoft.Web/sites');

  expect(plan.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
  expect(access(plan)).toEqual(['Enabled', 'Enabled', 'Enabled']);
  expect(app?.properties).toMatchObject({
    virtualNetworkSubnetId: null,
    functionAppConfig: { scaleAndConcurrency: { alwaysReady: [] } },
  });
  expect(ofType(plan, 'Microsoft.OperationalInsights/workspaces')).toHaveLength(1);
});

test('private networking closes every service that holds data, and gives each an endpoint with its zone', () => {
  const { plan } = readCompiled('private');
  const endpoints = ofType(plan, 'Microsoft.Network/privateEndpoints');
  const groups = endpoints.map(
    ({ properties }) => Object(properties).privateLinkServiceConnections[0].properties.groupIds[0],
  );
  const zones = ofType(plan, 'Microsoft.Network/privateDnsZones').map(({ name }) => name);

  expect(access(plan)).toEqual(['Disabled', 'Disabled', 'Disabled']);
  expect(groups.sort()).toEqual(['blob', 'namespace', 'table', 'vault']);
  expect(zones).toHaveLength(4);
  for (const zone of zones) expect(zone).toMatch(/^(\[format\(')?privatelink\./);
  expect(ofType(plan, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')).toHaveLength(4);
  expect(ofType(plan, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')).toHaveLength(4);
  expect(ofType(plan, 'Microsoft.ServiceBus/namespaces')[0]?.sku).toMatchObject({ tier: 'Premium' });
  expect(ofType(plan, 'Microsoft.Web/sites')[0]?.properties?.virtualNetworkSubnetId).toMatch(/snet-app$/);
  expect(findHardeningProblems(plan)).toEqual([]);
});

test("the app calls out through a subnet of the customer's, with no network of ours", () => {
  const { plan } = readCompiled('outbound');

  expect(plan.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
  expect(access(plan)).toEqual(['Enabled', 'Enabled', 'Enabled']);
  expect(ofType(plan, 'Microsoft.Web/sites')[0]?.properties?.virtualNetworkSubnetId).toMatch(/snet-contacts$/);
  expect(findHardeningProblems(plan)).toEqual([]);
});

test("with private networking besides, the customer's network is led to every private endpoint", () => {
  const { plan } = readCompiled('privateOutbound');
  const links = ofType(plan, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks');
  const linked = links.filter(({ properties }) => /vnet-contoso$/.test(Object(properties).virtualNetwork.id));
  const [peering] = ofType(plan, 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings');

  expect(access(plan)).toEqual(['Disabled', 'Disabled', 'Disabled']);
  expect(ofType(plan, 'Microsoft.Web/sites')[0]?.properties?.virtualNetworkSubnetId).toMatch(/snet-contacts$/);
  expect(linked).toHaveLength(4);
  expect(Object(peering?.properties).remoteVirtualNetwork.id).toMatch(/vnet-contoso$/);
  expect(findHardeningProblems(plan)).toEqual([]);
});

test('people sign in to the console without a secret, and whoever does not sign in gets as far as the app', () => {
  const { plan } = readCompiled('options');
  const [signIn] = ofType(plan, 'Microsoft.Web/sites/config').filter(config => ownName(config) === 'authsettingsV2');
  const { globalValidation, identityProviders } = Object(signIn?.properties);
  const { registration, validation } = identityProviders.azureActiveDirectory;
  const planned = plannedSettings(plan);
  const settings = parseSettings({ ...planned, WEBSITE_AUTH_ENABLED: 'True' }, projectDirectory);

  // No path is excluded: there the platform would take the header that names a person from anybody.
  expect(globalValidation).toEqual({ requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' });
  expect(planned[registration.clientSecretSettingName]).toBe(planned.GRAPH_CLIENT_ID);
  expect(validation.allowedAudiences).toEqual([registration.clientId]);
  expect(registration.openIdIssuer).toContain(settings.console?.tenantId);
});

test('there is no console and nobody signs in unless a registration is named', () => {
  const { plan } = standard;

  expect(ofType(plan, 'Microsoft.Web/sites/config').map(ownName)).toEqual(['appsettings']);
  expect(parseSettings({ ...plannedSettings(plan), WEBSITE_AUTH_ENABLED: 'True' }, projectDirectory).console).toBe(
    undefined,
  );
});

test("an always-ready instance, and a workspace, action group and tags of the customer's own are used", () => {
  const { plan } = readCompiled('options');
  const [app] = ofType(plan, 'Microsoft.Web/sites');
  const [insights] = ofType(plan, 'Microsoft.Insights/components');
  const rules = ofType(plan, 'Microsoft.Insights/scheduledQueryRules');

  expect(ofType(plan, 'Microsoft.OperationalInsights/workspaces')).toEqual([]);
  expect(insights?.properties?.WorkspaceResourceId).toMatch(/\/workspaces\/log-own$/);
  expect(app?.properties).toMatchObject({
    functionAppConfig: { scaleAndConcurrency: { alwaysReady: [{ name: 'http', instanceCount: 1 }] } },
  });
  for (const { properties } of rules) {
    expect(properties?.actions).toEqual({ actionGroups: [expect.stringMatching(/\/actionGroups\/ag-own$/)] });
  }
  expect(ofType(plan, 'Microsoft.ServiceBus/namespaces/queues').map(ownName)).toHaveLength(3);
  expect(app?.tags).toMatchObject({ workload: 'contact-folder-sync', costCenter: '4711' });
});
