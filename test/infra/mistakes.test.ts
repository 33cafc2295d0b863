import { hasArmTypes } from './armShapes.ts';
import { loadBicepGrammar } from './bicep/parser.ts';
import { plannedSettings } from './checks/settings.ts';
import { type Code, readCode } from './code.ts';
import { planDeployment } from './deploymentPlan.ts';
import { findProblems } from './findProblems.ts';
import { parseInfra, readInfraTexts } from './infra.ts';

interface Mistake {
  readonly file: string;
  readonly text: string;
  readonly by: string;
  readonly check: string;
  readonly problem: RegExp;
}

const roleOfTables = `
resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storageAccount
  name: guid(storageAccount.id, principalId, roles.storageTableDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
  }
}
`;

const mistakes: Readonly<Record<string, Mistake>> = {
  'a renamed setting': {
    file: 'modules/functionApp.bicep',
    text: 'GRAPH_CLIENT_ID:',
    by: 'GRAPH_IDENTITY_ID:',
    check: 'settings',
    problem: /GRAPH_CLIENT_ID is read and not set/,
  },
  'a setting that nobody reads': {
    file: 'modules/functionApp.bicep',
    text: "    LEASE_SECONDS: '180'",
    by: "    LEASE_SECONDS: '180'\n    BATCH_SIZE: '20'",
    check: 'settings',
    problem: /BATCH_SIZE is set and read by nobody/,
  },
  'a missing role': {
    file: 'modules/roleAssignments.bicep',
    text: roleOfTables,
    by: '',
    check: 'roles',
    problem: /Storage Table Data Contributor .* is missing/,
  },
  'a wrong parameter name': {
    file: 'main.bicep',
    text: 'serviceBusHost: serviceBus.outputs.host',
    by: 'serviceBusHostName: serviceBus.outputs.host',
    check: 'modules',
    problem: /passes serviceBusHostName, which modules\/functionApp.bicep does not know/,
  },
  'a parameter of a module that is not passed': {
    file: 'main.bicep',
    text: '    keyVaultUrl: keyVault.outputs.url\n',
    by: '',
    check: 'modules',
    problem: /functionApp does not pass keyVaultUrl/,
  },
  'a read-only property': {
    file: 'modules/serviceBus.bicep',
    text: '    disableLocalAuth: true\n',
    by: "    disableLocalAuth: true\n    serviceBusEndpoint: 'https://contoso.servicebus.windows.net:443/'\n",
    check: 'resources',
    problem: /namespace\.properties\.serviceBusEndpoint is read-only/,
  },
  'a value that is not allowed': {
    file: 'modules/keyVault.bicep',
    text: "name: 'standard'",
    by: "name: 'basic'",
    check: 'resources',
    problem: /vault\.properties\.sku\.name is .*basic.*, not "standard" \| "premium"/,
  },
  'a missing property': {
    file: 'modules/keyVault.bicep',
    text: '    tenantId: tenant().tenantId\n',
    by: '',
    check: 'resources',
    problem: /vault\.properties lacks tenantId/,
  },
  'a name that is not declared': {
    file: 'modules/storage.bicep',
    text: 'sku: { name: sku }',
    by: 'sku: { name: skuName }',
    check: 'symbols',
    problem: /storage\.bicep:\d+: skuName is not declared/,
  },
  'a wrong queue name': {
    file: 'main.bicep',
    text: "sync: 'sync-mailbox'",
    by: "sync: 'sync-mailboxes'",
    check: 'queues',
    problem: /queue sync-mailbox /,
  },
  'another version of the runtime': {
    file: 'modules/functionApp.bicep',
    text: "version: '24'",
    by: "version: '22'",
    check: 'runtime',
    problem: /Azure runs Node 22, the tests Node 24/,
  },
  'another bound of the lists parameter': {
    file: 'modules/contactListTypes.bicep',
    text: '@maxLength(256)',
    by: '@maxLength(255)',
    check: 'contactLists',
    problem: /list\.destination\.folder is .*1\.\.255.* in Bicep and .*1\.\.256.* in the code/,
  },
};

const texts = readInfraTexts();
let code: Code;

beforeAll(async () => {
  await loadBicepGrammar();
  code = await readCode(plannedSettings(planDeployment(parseInfra(texts))));
});

for (const [name, { file, text, by, check, problem }] of Object.entries(mistakes)) {
  const skipped = check === 'resources' && !hasArmTypes();
  (skipped ? test.skip : test)(`${name} is found`, () => {
    const before = texts.get(file) ?? '';
    expect(before).toContain(text);

    const problems = findProblems(new Map([...texts, [file, before.replace(text, () => by)]]), code);

    expect(problems.syntax).toEqual([]);
    expect(problems[check]?.join('\n')).toMatch(problem);
  });
}

test('a line that is not Bicep is found', () => {
  const file = 'modules/identity.bicep';
  const { syntax } = findProblems(new Map([...texts, [file, `${texts.get(file)}\nresource = {`]]), code);

  expect(syntax?.join('\n')).toMatch(/^modules\/identity\.bicep: line \d+: /);
});
