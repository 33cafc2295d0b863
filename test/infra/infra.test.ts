import { contactListSchema } from '../../shared/settings/contactList.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { hasArmTypes } from './armShapes.ts';
import { ResourceReference } from './bicep/evaluate.ts';
import { loadBicepGrammar } from './bicep/parser.ts';
import { findHardeningProblems } from './checks/hardening.ts';
import { plannedSettings } from './checks/settings.ts';
import { readCode } from './code.ts';
import { ofType, type PlannedResource, planDeployment } from './deploymentPlan.ts';
import { findProblems } from './findProblems.ts';
import { type Infra, parseInfra, projectDirectory, readInfraTexts } from './infra.ts';

let infra: Infra;
let problems: Record<string, string[]>;

beforeAll(async () => {
  await loadBicepGrammar();
  const texts = readInfraTexts();
  infra = parseInfra(texts);
  problems = findProblems(texts, await readCode(plannedSettings(planDeployment(infra))));
});

test.each([
  ['the grammar understands every line', 'syntax'],
  ['every name that is used is declared, and what is declared is used', 'symbols'],
  ['modules get what they need, of the right type, and nothing else', 'modules'],
  ['parameters are given and described, and their standard values fit', 'parameters'],
  ['the lists parameter has the names, bounds and defaults with which the app reads the lists', 'contactLists'],
  ['every setting that the code reads is set, and none that nobody reads', 'settings'],
  ['queues and tables are those of the code', 'queues'],
  ['triggers find their queues, connections and schedules', 'triggers'],
  ['the identity has the roles that it needs, and no other', 'roles'],
  ['the runtime is what the app is built for and tested on', 'runtime'],
  ['nothing but the identity signs in, over TLS 1.2', 'hardening'],
])('%s', (_promise, check) => {
  expect(problems[check]).toEqual([]);
});

(hasArmTypes() ? test : test.skip)(
  `every property of every resource exists, may be set and has an allowed value${
    hasArmTypes() ? '' : ': skipped, since ../shared/facts/arm-types is not there'
  }`,
  () => {
    expect(problems.resources).toEqual([]);
  },
);

test('the app starts with the settings of a deployment, and accepts its example of a list', () => {
  const settings = parseSettings(plannedSettings(planDeployment(infra)), projectDirectory);

  expect(settings.refusedLists).toEqual([]);
  expect(settings.lists.map(({ id }) => id)).toEqual(['staff']);
  expect(settings.tables).toMatchObject({ clientId: settings.graph.clientId });
  expect(settings.serviceBus).toMatchObject({ host: expect.stringMatching(/^sbns-\S+\.servicebus\.windows\.net$/) });
  expect(settings.notifications).toMatchObject({ clientState: { keyVaultUrl: expect.any(String) } });
});

test('a share that Bicep has as text reaches the app as a number, and a list without one gets the default', () => {
  const list = {
    id: 'staff',
    source: { mailbox: 'directory@contoso.com', folders: ['Staff'] },
    targets: { mailboxes: ['ada@contoso.com'] },
    destination: { folder: 'Company', category: null },
  };
  const contactLists = [list, { ...list, id: 'board', safeguards: { maxRemovalShare: '0.05', maxRemovals: 3 } }];
  const { CONTACT_LISTS = '' } = plannedSettings(planDeployment(infra, 'main.bicepparam', { contactLists }));

  const [staff, board] = contactListSchema.array().parse(JSON.parse(CONTACT_LISTS));

  expect(staff).toEqual(contactListSchema.parse(list));
  expect(board?.safeguards).toEqual({ maxRemovalShare: 0.05, maxRemovals: 3 });
});

test("names stay within the services' limits with the longest parameters", () => {
  const longest = { environmentName: 'e'.repeat(12), workloadName: 'w'.repeat(12), privateNetworking: true };
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
  const plan = planDeployment(infra, 'main.bicepparam', longest);

  for (const [type, limit] of limits) {
    expect(ofType(plan, type)).not.toEqual([]);
    for (const { body } of ofType(plan, type)) expect(body.name).toMatch(limit);
  }
});

const dataTypes = ['Microsoft.Storage/storageAccounts', 'Microsoft.ServiceBus/namespaces', 'Microsoft.KeyVault/vaults'];
const access = (plan: readonly PlannedResource[]) =>
  dataTypes.flatMap(type => ofType(plan, type)).map(({ body }) => Object(body.properties).publicNetworkAccess);

test('options are off unless asked for', () => {
  const plan = planDeployment(infra);
  const [app] = ofType(plan, 'Microsoft.Web/sites');

  expect(plan.filter(({ reference }) => reference.startsWith('Microsoft.Network/'))).toEqual([]);
  expect(access(plan)).toEqual(['Enabled', 'Enabled', 'Enabled']);
  expect(app?.body.properties).toMatchObject({
    virtualNetworkSubnetId: null,
    functionAppConfig: { scaleAndConcurrency: { alwaysReady: [] } },
  });
  expect(ofType(plan, 'Microsoft.OperationalInsights/workspaces')).toHaveLength(1);
});

test('private networking closes every service that holds data, and gives each an endpoint with its zone', () => {
  const plan = planDeployment(infra, 'main.bicepparam', { privateNetworking: true });
  const groups = ofType(plan, 'Microsoft.Network/privateEndpoints').map(
    ({ body }) => Object(body.properties).privateLinkServiceConnections[0].properties.groupIds[0],
  );
  const zones = ofType(plan, 'Microsoft.Network/privateDnsZones').map(({ body }) => String(body.name));

  expect(access(plan)).toEqual(['Disabled', 'Disabled', 'Disabled']);
  expect(groups.sort()).toEqual(['blob', 'namespace', 'table', 'vault']);
  expect(zones).toHaveLength(4);
  expect(zones.filter(zone => zone.startsWith('privatelink.'))).toEqual(zones);
  for (const type of ['virtualNetworkLinks', 'privateDnsZoneGroups']) {
    const parents = plan.filter(({ reference }) => reference.includes(`/${type}@`)).map(({ body }) => body.parent);
    expect(parents).toHaveLength(4);
    for (const parent of parents) expect(parent).toBeInstanceOf(ResourceReference);
  }
  expect(ofType(plan, 'Microsoft.ServiceBus/namespaces')[0]?.body.sku).toMatchObject({ tier: 'Premium' });
  expect(Object(ofType(plan, 'Microsoft.Web/sites')[0]?.body.properties).virtualNetworkSubnetId).toMatch(/snet-app$/);
  expect(findHardeningProblems(plan)).toEqual([]);
});

test("an always-ready instance and a workspace of the customer's own are used", () => {
  const workspace = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/own';
  const plan = planDeployment(infra, 'main.bicepparam', { alwaysReadyHttp: true, logAnalyticsWorkspaceId: workspace });

  expect(ofType(plan, 'Microsoft.OperationalInsights/workspaces')).toEqual([]);
  expect(ofType(plan, 'Microsoft.Insights/components')[0]?.body.properties).toMatchObject({
    WorkspaceResourceId: workspace,
  });
  expect(ofType(plan, 'Microsoft.Web/sites')[0]?.body.properties).toMatchObject({
    functionAppConfig: { scaleAndConcurrency: { alwaysReady: [{ name: 'http', instanceCount: 1 }] } },
  });
});
