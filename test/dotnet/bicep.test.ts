import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bicep, openBicep } from '../../infra/scripts/bicep/bicep.ts';
import { parseSettings } from '../../shared/settings/settings.ts';
import { plannedSettings } from '../infra/checks/settings.ts';
import { readSnapshot } from '../infra/compiled.ts';
import { infraDirectory, projectDirectory } from '../infra/infra.ts';
import { standInForGraphExtension } from './graphExtension.ts';
import { describeWithDotnet } from './withDotnet.ts';

const deployments = join(projectDirectory, 'test/infra/deployments');
const bicepFiles = readdirSync(infraDirectory, { recursive: true, encoding: 'utf8' }).filter(
  path => path.endsWith('.bicep') && !path.startsWith('graph'),
);

describeWithDotnet('The Bicep compiler', () => {
  let bicep: Bicep;
  /** A copy of `infra/`, in which more may be written. */
  let copy: string;

  beforeAll(async () => {
    bicep = await openBicep();
    copy = copyInfra();
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('finds no error and nothing to warn of in any file', async () => {
    expect(await bicep.lint(join(copy, 'main.bicepparam'))).toBe('');
    // What a file uses is linted with it: these are the ones that nothing uses.
    const used = readFileSync(join(copy, 'main.bicep'), 'utf8');
    expect(bicepFiles.filter(path => path !== 'main.bicep' && !used.includes(`'${path}'`))).toEqual([]);
  });

  test('makes infra/main.json of infra/main.bicep: if not, npm run compile:infra', async () => {
    expect(readFileSync(join(infraDirectory, 'main.json'), 'utf8')).toBe(
      await bicep.build(join(infraDirectory, 'main.bicep')),
    );
  });

  test.each(readdirSync(deployments).filter(name => name.endsWith('.bicepparam')))(
    'computes of %s the deployment that the tests read: if not, npm run compile:infra',
    async name => {
      expect(await bicep.snapshotDifferences(join(deployments, name))).toBe('');
    },
  );

  test.each(['vnet-contoso', '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet'])(
    'refuses the outbound subnet %s with one error that says what to give',
    async id => {
      const file = join(copy, 'mistaken.bicepparam');
      const text = readFileSync(join(deployments, 'outbound.bicepparam'), 'utf8');
      const mistaken = text.replace("'../../../infra/main.bicep'", "'main.bicep'");
      writeFileSync(file, mistaken.replace(/outboundSubnetId = '.*'/, `outboundSubnetId = '${id}'`));

      await expect(bicep.snapshot(file)).rejects.toThrow(
        /outboundSubnetId is no resource id of a subnet: copy it from/,
      );
    },
  );

  test('computes settings of infra/main.bicepparam with which the app starts and refuses no list', async () => {
    await bicep.snapshot(join(copy, 'main.bicepparam'));
    const { refusedLists } = parseSettings(
      plannedSettings(readSnapshot(join(copy, 'main.snapshot.json'))),
      projectDirectory,
    );

    expect(refusedLists).toEqual([]);
  });

  test('compiles infra/graph with types of our own in place of those of the Graph extension, which no package registry has', async () => {
    const graph = join(copy, 'graph');
    await standInForGraphExtension(bicep, graph);

    for (const name of ['appRoles.bicep', 'otherTenantApp.bicep', 'console.bicep'])
      expect(await bicep.lint(join(graph, name))).toBe('');
    const mistaken = join(graph, 'mistaken.bicep');
    const text = readFileSync(join(graph, 'appRoles.bicep'), 'utf8');
    writeFileSync(mistaken, text.replace('resourceId: graph.id', 'resource: graph.id'));
    expect(await bicep.lint(mistaken)).toMatch(/"resourceId"/);
  });
});

interface Mistake {
  readonly file: string;
  readonly text: string;
  readonly by: string;
  readonly problem: RegExp;
}

/** None hides another: what a module with an error is passed is not looked at. */
const mistakes: Readonly<Record<string, Mistake>> = {
  'a wrong parameter name': {
    file: 'main.bicep',
    text: 'serviceBusHost: serviceBus.outputs.host',
    by: 'serviceBusHostName: serviceBus.outputs.host',
    problem: /main\.bicep.*Error BCP037: The property "serviceBusHostName" is not allowed/,
  },
  'a parameter of a module that is not passed': {
    file: 'main.bicep',
    text: '    keyVaultUrl: keyVault.outputs.url\n',
    by: '',
    problem: /main\.bicep.*Error BCP035: .* missing .*"keyVaultUrl"/,
  },
  'a variable that nobody uses': {
    file: 'main.bicep',
    text: 'var queueNames = {',
    by: "var unused = 'text'\nvar queueNames = {",
    problem: /main\.bicep.*no-unused-vars: Variable "unused"/,
  },
  'a read-only property': {
    file: 'modules/serviceBus.bicep',
    text: '    disableLocalAuth: true\n',
    by: "    disableLocalAuth: true\n    serviceBusEndpoint: 'https://contoso.servicebus.windows.net:443/'\n",
    problem: /serviceBus\.bicep.*BCP073: The property "serviceBusEndpoint" is read-only/,
  },
  'a value that is not allowed': {
    file: 'modules/keyVault.bicep',
    text: "name: 'standard'",
    by: "name: 'basic'",
    problem: /keyVault\.bicep.*BCP036: The property "name" expected a value of type "'premium' \| 'standard'"/,
  },
  'a missing property': {
    file: 'modules/keyVault.bicep',
    text: '    tenantId: tenant().tenantId\n',
    by: '',
    problem: /keyVault\.bicep.*BCP035: .* missing .*"tenantId"/,
  },
  'a name that is not declared': {
    file: 'modules/storage.bicep',
    text: 'sku: { name: sku }',
    by: 'sku: { name: skuName }',
    problem: /storage\.bicep.*Error BCP057: The name "skuName" does not exist/,
  },
  'a line that is not Bicep': {
    file: 'modules/identity.bicep',
    text: 'output id string',
    by: 'resource = {\noutput id string',
    problem: /identity\.bicep.*Error BCP\d+: /,
  },
};

describeWithDotnet('Of mistakes in the Bicep, the compiler finds', () => {
  let copy: string;
  let found: string;

  beforeAll(async () => {
    copy = copyInfra();
    for (const { file, text, by } of Object.values(mistakes)) replaceIn(join(copy, file), text, by);
    found = await (await openBicep()).lint(join(copy, 'main.bicep'));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(Object.entries(mistakes))('%s', (_name, { problem }) => {
    expect(found).toMatch(problem);
  });
});

function copyInfra(): string {
  const directory = mkdtempSync(join(tmpdir(), 'infra-'));
  cpSync(infraDirectory, directory, { recursive: true });
  return directory;
}

function replaceIn(file: string, text: string, by: string): void {
  const before = readFileSync(file, 'utf8');
  if (!before.includes(text)) throw new Error(`${file} has no ${text} to be mistaken in`);
  writeFileSync(
    file,
    before.replace(text, () => by),
  );
}
