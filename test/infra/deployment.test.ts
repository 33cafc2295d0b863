import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { permissions } from '../../shared/connection-steps/connectionAdvice.ts';
import { addressIndexSecret } from '../../shared/engine/proof/addressPrints.ts';
import { clientStateSecret } from '../../shared/key-vault/clientState.ts';
import { plannedSettings } from './checks/settings.ts';
import { readCode, readJson, readText } from './code.ts';
import { ofType, readCompiled } from './compiled.ts';
import { infraDirectory, projectDirectory } from './infra.ts';

const azdSchema = z.object({
  services: z.record(
    z.string(),
    z.object({ host: z.literal('function'), dist: z.string(), remoteBuild: z.literal(false) }),
  ),
  hooks: z.record(z.string(), z.object({ run: z.string() })),
});

const permissionsSchema = z.record(z.string(), z.string());
const stepSchema = z.object({ uses: z.string().optional(), run: z.string().optional() });
const workflowSchema = z.object({
  permissions: permissionsSchema,
  jobs: z.record(
    z.string(),
    z.object({
      needs: z.string().optional(),
      permissions: permissionsSchema.optional(),
      steps: z.array(stepSchema),
    }),
  ),
});

const { template, plan } = readCompiled();

test('azd finds the app by its tag, and the script that makes the secret', () => {
  const { services, hooks } = azdSchema.parse(parse(readText('azure.yaml')));
  const [app] = ofType(plan, 'Microsoft.Web/sites');
  const script = join(projectDirectory, hooks.postprovision?.run ?? '');

  expect(Object.keys(services)).toEqual([app?.tags?.['azd-service-name']]);
  expect(Object.values(services).map(({ dist }) => dist)).toEqual(['dist']);
  expect(statSync(script).mode & 0o100).toBe(0o100);
});

const workflowText = readText('.github/workflows/deploy.yml');
const workflow = workflowSchema.parse(parse(workflowText));
const jobs = Object.values(workflow.jobs);
const signsIn = (job: (typeof jobs)[number]) => job.permissions?.['id-token'] === 'write';

test('the workflow names files and outputs that are there, and stores no secret', () => {
  const files = [...workflowText.matchAll(/\binfra\/[\w./-]+/g)].map(([file]) => file);
  const read = [...workflowText.matchAll(/\.(\w+)\.value/g)].map(match => match[1]);

  expect(workflowText).not.toContain('secrets.');
  expect(files.filter(file => !existsSync(join(projectDirectory, file)))).toEqual([]);
  expect(read).toHaveLength(2);
  for (const name of read) expect(Object.keys(template.outputs)).toContain(name);
});

test('a job that may sign in to Azure runs no code of packages, and deploys what was tested', () => {
  const runsPackages = (job: (typeof jobs)[number]) => job.steps.some(({ run = '' }) => /\b(npm|npx|node)\b/.test(run));

  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(jobs.filter(signsIn)).toHaveLength(2);
  expect(jobs.filter(runsPackages)).toHaveLength(1);
  expect(jobs.filter(job => signsIn(job) && runsPackages(job))).toEqual([]);
  expect(workflow.jobs.deploy?.needs).toBe('test');
});

test('the workflow uses actions by commit, which nobody can move', () => {
  const uses = jobs.flatMap(({ steps }) => steps.flatMap(step => step.uses ?? []));

  expect(uses).not.toEqual([]);
  expect(uses.filter(action => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('an Entra admin grants the permissions that the connection test asks for, and no other', () => {
  const template = readText('infra/graph/appRoles.bicep');
  const granted = [...template.matchAll(/'(\w+\.Read\w*(?:\.All)?)'/g)].map(([, name]) => name);

  expect(granted.sort()).toEqual(Object.keys(permissions).sort());
  expect(template).toContain("organisationContacts ? ['OrgContact.Read.All'] : []");
});

test('the routes that the documents for operators name are served, and Graph reaches its webhooks without a key', async () => {
  const { functions } = await readCode({
    ...plannedSettings(readCompiled('options').plan),
    WEBSITE_AUTH_ENABLED: 'True',
  });
  const http = functions
    .flatMap(({ bindings }) => Object.values(bindings) as { type: string; route?: string; authLevel?: string }[])
    .filter(({ type }) => type === 'httpTrigger');
  const { routePrefix } = z
    .object({ extensions: z.object({ http: z.object({ routePrefix: z.string() }) }) })
    .parse(readJson('host.json')).extensions.http;
  const served = http.map(({ route = '' }) => new RegExp(`^${routePrefix}/${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  const files = readdirSync(join(infraDirectory, 'docs'), { recursive: true, encoding: 'utf8' });
  const documents = files.filter(name => name.endsWith('.md')).map(file => readText(join('infra/docs', file)));
  const named = documents.flatMap(text =>
    [...text.matchAll(/\/(api\/[\w/{}<>.$-]*\w)/g)].map(([, route = '']) => route),
  );

  expect(named).not.toEqual([]);
  expect(named.filter(route => !served.some(pattern => pattern.test(route)))).toEqual([]);
  const anonymous = http.filter(({ authLevel }) => authLevel === 'anonymous').map(({ route }) => route);
  expect(anonymous).toEqual(expect.arrayContaining(['notifications', 'lifecycle']));
});

test('the document on what was checked names the versions that are checked', () => {
  const projects = ['test/dotnet/clients/clients.csproj', 'infra/scripts/bicep/bicep.csproj'].map(readText).join('');
  const versions = z.record(z.string(), z.string());
  const { dependencies } = z.object({ dependencies: versions }).parse(readJson('package.json'));
  const { devDependencies } = z.object({ devDependencies: versions }).parse(readJson('test/local/package.json'));
  const tools = z
    .object({ tools: z.record(z.string(), z.object({ version: z.string() })) })
    .parse(readJson('test/dotnet/.config/dotnet-tools.json')).tools;
  const checked = new Map([
    ...Object.entries({ ...dependencies, ...devDependencies }),
    ...[...projects.matchAll(/Include="([\w.]+)[^"]*" Version="\[([^\]]+)\]"/g)].map(
      ([, name = '', version = '']) => [name, version] as const,
    ),
    ['PowerShell', tools.powershell?.version ?? ''],
  ]);
  const names = ['@azure/service-bus', '@azure/data-tables', '@azure/identity', '@microsoft/microsoft-graph-client'];
  const others = ['@azure/functions', 'azurite', 'Azure.Messaging.ServiceBus', 'Azure.Data.Tables', 'Microsoft.Graph'];
  const text = readText('infra/docs/trust.md').toLowerCase();

  for (const name of [...names, ...others, 'PowerShell']) {
    expect(text).toContain(`${name} ${checked.get(name)}`.toLowerCase());
  }
  expect(text).toContain(`the bicep compiler ${checked.get('Azure.Bicep.CommandLine.')}`);
});

describe('the script that makes the secrets', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'create-secrets-'));
    // Stands for the Azure command line: remembers what it is asked and given, and answers a listing with how often it was given that secret.
    writeFileSync(
      join(directory, 'az'),
      `#!/usr/bin/env bash
echo "$*" >>"${directory}/calls"
case "$*" in
  *"--method put"*) cat >>"${directory}/bodies"; echo >>"${directory}/bodies" ;;
  *"--method get"*)
    all="$*"; name=\${all#*==?}; name=\${name%%[^a-z-]*}
    grep -c -e "--method put .*/secrets/$name?" "${directory}/calls" || true ;;
  *) exit 1 ;;
esac
`,
      { mode: 0o755 },
    );
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function run(): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(
      join(infraDirectory, 'scripts/createSecrets.sh'),
      ['rg-contoso', 'kv-contoso'],
      {
        encoding: 'utf8',
        env: { PATH: `${directory}${delimiter}${process.env.PATH}`, AZURE_SUBSCRIPTION_ID: 'subscription' },
      },
    );
    return { status, output: stdout + stderr };
  }

  test('makes each once, long enough to be guessed by nobody, and shows it nowhere', () => {
    const first = run();
    const second = run();

    const bodies = readFileSync(join(directory, 'bodies'), 'utf8').trim().split('\n');
    const given = z.object({ properties: z.object({ value: z.string() }) });
    const values = bodies.map(body => given.parse(JSON.parse(body)).properties.value);
    const calls = readFileSync(join(directory, 'calls'), 'utf8');
    expect([first.status, second.status]).toEqual([0, 0]);
    expect(new Set(values).size).toBe(2);
    expect(values).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    for (const name of [clientStateSecret, addressIndexSecret])
      expect(calls).toContain(`/vaults/kv-contoso/secrets/${name}?`);
    for (const value of values) expect(calls + first.output + second.output).not.toContain(value);
    expect(second.output).toContain('is there');
  });
});
