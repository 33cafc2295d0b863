import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipFiles } from '../../infra/scripts/package.ts';
import { applySettings } from '../local/functions-host/appSettings.ts';
import { loadApp } from '../local/functions-host/loadApp.ts';
import { addContact, contentsOfFolder } from '../world/contactRows.ts';
import { startWorld } from '../world/world.ts';
import { projectDirectory } from './infra.ts';
import { packageFile, runPackage, unpackApp } from './packagedApp.ts';

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { mailboxes: ['ada@contoso.example'] },
  destination: { folder: 'Company' },
};

let app: Awaited<ReturnType<typeof unpackApp>>;

beforeAll(async () => {
  app = await unpackApp();
});

afterAll(() => app?.remove());

const withConsole = {
  CONSOLE_SIGN_IN: 'entra',
  CONSOLE_TENANT_ID: '5a3b1f60-1c1e-4d0e-9f43-000000000001',
  WEBSITE_AUTH_ENABLED: 'true',
};

test('the package has the bundle, its licences and what Azure Functions reads, and is below 3 MB', () => {
  expect(app.files).toEqual([
    'THIRD-PARTY-NOTICES.txt',
    'blobService.js',
    'console.css',
    'console.js',
    'host.json',
    'index.js',
    'package.json',
    'pg.js',
    'tedious.js',
  ]);
  expect(readFileSync(packageFile).length).toBeLessThan(3_000_000);
});

test('the package hands on the licence of every package whose code it has', () => {
  const notices = readFileSync(join(app.directory, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(projectDirectory, 'package.json'), 'utf8'),
  );

  for (const [name, version] of Object.entries(dependencies)) {
    // A package that is installed under another name says `npm:<its name>@<version>`.
    const named = version.startsWith('npm:') ? version.slice(4).replace('@', ' ') : `${name} ${version}`;
    const [, text = ''] = notices.split(`\n${named}, licence: `);
    expect(text.split('-'.repeat(80))[0]).toMatch(/copyright|permission/i);
  }
  // What they use in turn, under another licence.
  expect(notices).toMatch(/^rhea \S+, licence: Apache-2\.0\n\n\s*Apache License/m);
});

test('the same sources make the same package, whatever else lies beside the build', async () => {
  const before = readFileSync(packageFile);
  const stray = join(projectDirectory, 'dist/stray.js');
  writeFileSync(stray, 'left over');
  try {
    await runPackage();
  } finally {
    rmSync(stray);
  }
  expect(readFileSync(packageFile).equals(before)).toBe(true);
});

test('a package of more than 3 MB is refused', () => {
  expect(() => zipFiles({ 'index.js': randomBytes(3_000_001) })).toThrow(/more than 3000000/);
});

test('the package registers every function of the sources', async () => {
  const sample = JSON.parse(readFileSync(join(projectDirectory, 'local.settings.sample.json'), 'utf8'));
  const restore = applySettings({ ...sample.Values, ...withConsole });
  try {
    const declared = declaredFunctions();
    const registered = (await loadApp(app.directory, () => {})).functions().map(({ name }) => name);
    const names = registered.map(name => (declared.includes(name) ? name : routeOfConsole(name)));
    expect([...new Set(names)].sort()).toEqual(declared.sort());
  } finally {
    restore();
  }
});

test('without sign-in nothing of the console is there, nor what users choose for themselves', async () => {
  const sample = JSON.parse(readFileSync(join(projectDirectory, 'local.settings.sample.json'), 'utf8'));
  const restore = applySettings(sample.Values);
  try {
    const registered = (await loadApp(app.directory, () => {})).functions().map(({ name }) => name);
    expect(registered).toContain('getList');
    expect(registered.filter(name => /^console|OwnList/i.test(name))).toEqual([]);
  } finally {
    restore();
  }
});

test('the package runs alone in the functions host: it answers and syncs a mailbox', async () => {
  const world = await startWorld({ lists: [list], appDirectory: app.directory });
  try {
    const directory = await world.graph.addUser('directory');
    const ada = await world.graph.addUser('ada');
    await addContact(world.graph, directory, await world.graph.addFolder(directory, 'Staff'), { displayName: 'Ann' });
    const host = await world.startHost();

    expect((await fetch(`${host.url}/api/health`)).status).toBe(200);
    expect(await host.resync()).toMatchObject({ mailboxes: { done: 1 }, contacts: { created: 1 }, problems: [] });
    expect(await contentsOfFolder(world.graph, ada, 'Company')).toMatchObject([{ displayName: 'Ann' }]);
  } finally {
    await world.stop();
  }
});

/** Routes are registered once more for the console, and some for it alone. */
function routeOfConsole(name: string): string {
  return name.replace(/^console([A-Z])/, (_, letter: string) => letter.toLowerCase());
}

/** Names of the functions as the sources give them, to Azure's `app` (which some call `functions`) or to a route. */
function declaredFunctions(): string[] {
  const files = readdirSync(join(projectDirectory, 'functions'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter(path => path.endsWith('.ts'))
    .map(path => readFileSync(join(projectDirectory, 'functions', path), 'utf8'));
  return texts.flatMap(text =>
    [
      ...text.matchAll(
        /\b(?:(?:app|functions)\.(?:http|timer|serviceBusQueue)\(|(?:route|fileRoute)\(\{\s*name: )'(\w+)'/g,
      ),
    ].map(match => match[1] ?? ''),
  );
}
