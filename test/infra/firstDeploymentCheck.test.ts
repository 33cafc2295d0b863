import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '../../infra/scripts/first-deployment-check/options.ts';
import { askOfForgedPrincipal } from '../../infra/scripts/first-deployment-check/signInQuestion.ts';
import { findFreePort } from '../local/freePort.ts';
import { signInSettings } from '../local/sample-tenant/samplePeople.ts';
import { writeSettings } from '../local/settings.ts';
import { type Host, startWorld, type World } from '../world/world.ts';
import { infraDirectory } from './infra.ts';

let world: World;
let host: Host;
let folder: string;
let ada: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  world = await startWorld({ lists: [], settings: signInSettings([]) });
  ada = await world.graph.addUser('ada');
  host = await world.startHost({ WEBHOOK_URL: `http://127.0.0.1:${await findFreePort()}` });
});

afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true });
});

/** The script with the settings of the simulator. */
async function check(...args: readonly string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const settings = join(folder, 'settings.json');
  await writeSettings(settings, { ...world.settings() });
  const script = join(infraDirectory, 'scripts/firstDeploymentCheck.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--settings', settings, ...args], {
    encoding: 'utf8',
  });
  return { code: status, output: stdout, errors: stderr };
}

async function valuesOf(path: string): Promise<unknown> {
  return (await world.graph.call('GET', path)).value;
}

async function addFault(match: object, fault: object): Promise<void> {
  await fetch(`${world.graphUrl}/_simulator/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ match, fault }),
  });
}

afterEach(async () => {
  await fetch(`${world.graphUrl}/_simulator/faults`, { method: 'DELETE' });
});

test('the simulated Graph does what the app relies on, and nothing is left in the mailbox', async () => {
  const { output, errors } = await check('--mailbox', 'ada@contoso.example', '--webhook', host.url);

  expect(errors).toBe('');
  expect(output.split('\n').filter(line => !line.includes('Photo'))).toEqual([
    'ok         Extended properties of a new folder: kept',
    'ok         Extended properties of a new contact: kept, and found by a filter at look 1',
    expect.stringMatching(/^ok {9}Immutable ids: the same in a creation and in lists after a change; /),
    expect.stringMatching(/^ok {9}Delta query with \$select: has the fields, the change and the removal \(at look 1\)/),
    'ok         Batch of 20 requests: answered; one of 21 is answered 400',
    expect.stringMatching(/^ok {9}Batch of nearly 4 MB: .*; one of 4.6 MB is (answered 413|cut off)$/),
    expect.stringMatching(/^ok {9}Birthday: the day is kept, at /),
    'ok         Renewal of a subscription: made, with the app answering its validation, and renewed for six days',
    'ok         Forged sign-in: answered 401',
    'The folder and what was made in it are removed.',
    '',
  ]);
  expect(output).not.toMatch(/ada|contoso|[0-9a-f-]{36}/i);
  expect(await valuesOf(`/users/${ada}/contactFolders`)).toEqual([]);
  expect(await valuesOf('/subscriptions')).toEqual([]);
});

test('what is different is named, ends with an exit code of its own, and the folder is removed all the same', async () => {
  await addFault({ method: 'POST', path: 'contactFolders/[^/]+/contacts$' }, { status: 500, code: 'ErrorItemSave' });

  const { code, output } = await check('--mailbox', ada);

  expect(code).toBe(1);
  expect(output).toMatch(/^DIFFERENT {2}Birthday: POST of contacts was answered 500 ErrorItemSave$/m);
  expect(output).toMatch(/^ok {9}Batch of 20 requests: /m);
  expect(output).toMatch(/^not asked {2}Renewal of a subscription: say where the app answers, with --webhook$/m);
  expect(await valuesOf(`/users/${ada}/contactFolders`)).toEqual([]);
});

test('an app that believes a forged sign-in is found', async () => {
  const believes = createServer().listen(0, '127.0.0.1');
  await once(believes, 'listening');
  try {
    const tenantId = '00000000-0000-0000-0000-000000000002';
    const ask = (status: number) => {
      believes
        .removeAllListeners('request')
        .on('request', (_request, response) => response.writeHead(status).end('{}'));
      const webhook = `http://127.0.0.1:${(believes.address() as AddressInfo).port}`;
      return askOfForgedPrincipal({ webhook, tenantId });
    };
    await expect(ask(200)).rejects.toThrow('it is answered 200: take consoleClientId out');
    await expect(ask(403)).rejects.toThrow('403');
    await expect(ask(404)).resolves.toMatch(/no console/);
  } finally {
    believes.close();
  }
});

test.each([
  [['--mailbox', 'nobody@contoso.example'], 'GET of users was answered 404 Request_ResourceNotFound'],
  [['--mailbox', 'ada@contoso.example', '--settings', 'none.json'], 'none.json'],
])('with %j it says why it cannot ask', async (args, problem) => {
  const { code, errors } = await check(...args);

  expect(code).toBe(2);
  expect(errors).toContain(problem);
});

test('without a mailbox of its own it does not ask', () => {
  expect(() => readOptions([])).toThrow('Name a mailbox of its own for this, with --mailbox');
});
