/**
 * `npm run screenshots`: every screen of the console with the sample tenant, wide and narrow, into infra/docs/console/.
 * In the tenant somebody deleted a contact, and a third of the staff is gone from the source.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContext, Page } from 'playwright-core';
import { openGraph } from '../world/graphDriver.ts';
import { until } from '../world/world.ts';
import { findBrowser, openBrowser } from './browser.ts';

const projectDirectory = join(import.meta.dirname, '../..');
const folder = join(projectDirectory, 'infra/docs/console');
const widths = [1280, 360];
const mostHeight = 1000;
/** Of the overview, with its charts. */
const mostHeightOfAll = 2000;
const reader = 'karolann.kessler@contoso.example';

interface SampleStart {
  readonly url: string;
  readonly simulator: string;
  stop(): Promise<void>;
}

async function main(): Promise<void> {
  const executable = findBrowser();
  if (!executable)
    throw new Error('There is no Chromium: install it (apt-get install chromium), or name one in CHROMIUM.');
  await mkdir(folder, { recursive: true });
  const start = await startSample();
  const browser = await openBrowser(executable);
  try {
    const contact = await makeStory(start);
    for (const width of widths) {
      const context = await browser.newContext({
        baseURL: start.url,
        locale: 'en-GB',
        viewport: { width, height: 800 },
      });
      await shootAll(context, width, contact);
      await context.close();
    }
  } finally {
    await browser.close();
    await start.stop();
  }
}

/** `npm start` on any port, once its first run is over. */
async function startSample(): Promise<SampleStart> {
  const child = spawn(process.execPath, [join(projectDirectory, 'test/local/start.ts'), '--port', '0'], {
    cwd: projectDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let simulator = '';
  for await (const line of createInterface({ input: child.stdout })) {
    simulator ||= /http:\S+(?=\/_simulator\/token)/.exec(line)?.[0] ?? '';
    const [, url] = /^open (http:\/\/[^/]+)/.exec(line) ?? [];
    if (url) return { url, simulator, stop };
  }
  throw new Error('npm start ended before it was up');

  async function stop(): Promise<void> {
    child.kill('SIGINT');
    await exited;
  }
}

/** Somebody deletes a contact, whose name is returned, and a third of the source goes at once. */
async function makeStory({ simulator }: SampleStart): Promise<string> {
  const graph = await openGraph(simulator, 'screenshots');
  const theirs = await graph.findFolder(reader, 'Company Contacts');
  const [first] = await graph.readContacts(reader, theirs ?? '');
  await graph.call('DELETE', `/users/${reader}/contacts/${first?.id}`);
  const staff = await graph.findFolder('directory@contoso.example', 'Staff');
  const contacts = await graph.readContacts('directory@contoso.example', staff ?? '');
  const gone = contacts.filter(({ displayName }) => displayName !== first?.displayName).slice(-80);
  await graph.batch(
    gone.map(({ id }) => ({ method: 'DELETE', url: `/users/directory@contoso.example/contacts/${id}` })),
  );
  return String(first?.displayName);
}

async function shootAll(context: BrowserContext, width: number, contact: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('/.auth/login/aad?post_login_redirect_uri=/api/console');
  await page.getByRole('link').first().click();
  const ask = { headers: { 'x-requested-with': 'contact-folder-sync' }, data: { address: reader } };
  const { id } = await (await context.request.post('/api/console/api/mailboxes/find', ask)).json();
  await until(async () => {
    const { lists } = await (await context.request.get('/api/console/api/lists')).json();
    return lists.some(({ state }: { state: string }) => state === 'held') ? true : undefined;
  });
  const { runs } = await (await context.request.get('/api/console/api/runs?limit=100')).json();
  const screens = {
    overview: '#/',
    lists: '#/lists',
    list: '#/lists/staff',
    contacts: '#/lists/staff/contacts',
    mailboxes: '#/lists/staff/mailboxes',
    preview: '#/lists/staff/preview',
    connectionTest: '#/lists/staff/connection',
    mailbox: `#/mailboxes/${id}?${new URLSearchParams({ contact })}`,
    problems: '#/problems',
    holds: '#/holds',
    runs: '#/runs',
    audit: '#/audit',
    mine: '#/mine',
    run: `#/runs/${runs.at(-1).id}`,
  };
  for (const [name, place] of Object.entries(screens)) {
    await page.goto(`/api/console${place}`);
    if (name === 'preview') await preview(page);
    await shoot(page, `${name}-${width}`);
  }
  await shootWizard(page, width);
  await shootVersions(page, context, width);
}

/** A list that is made and not saved. */
async function shootWizard(page: Page, width: number): Promise<void> {
  const goTo = (step: string) => page.goto(`/api/console#/edit?step=${step}`);
  await page.goto('/api/console#/edit');
  await page.getByLabel('Name (required)').fill('Berlin office');
  await page.getByRole('checkbox', { name: 'Staff' }).check();
  await page.getByRole('button', { name: 'Show the first contacts' }).click();
  await page.getByRole('table').waitFor();
  await shoot(page, `source-${width}`);
  await goTo('targets');
  await page.getByLabel('Who gets it?: search').fill(reader);
  await page.getByRole('button', { name: 'person' }).click();
  await page.getByLabel('Who gets it?: search').fill('office');
  await page.getByRole('list', { name: 'Who gets it?: matches' }).waitFor();
  await shoot(page, `targets-${width}`);
  await page.getByLabel('Who gets it?: search').fill('');
  await goTo('fields');
  await page.getByLabel('Another field').selectOption('fileAs');
  await page.getByLabel('File as: text').fill('{{surname}}, {{givenName}} ({{department}})');
  await page.getByText('here: ').waitFor();
  await shoot(page, `fields-${width}`);
  await goTo('rules');
  await page.getByRole('button', { name: 'Add a condition' }).first().click();
  await page.getByLabel('Condition 1: field').selectOption('department');
  await page.getByLabel('Condition 1: values').fill('Sales, Support');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await shoot(page, `rules-${width}`);
  await page.getByRole('button', { name: 'Take out this rule' }).click();
  await page.getByRole('button', { name: 'Take out condition 1' }).click();
  for (const [step, name] of [
    ['policies', 'policies'],
    ['all', 'settings'],
  ]) {
    await goTo(String(step));
    await shoot(page, `${name}-${width}`);
  }
  await goTo('save');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.getByRole('link', { name: reader }).waitFor();
  await shoot(page, `save-${width}`);
  await page.getByRole('button', { name: 'Throw away what I typed' }).click();
  await page.getByRole('button', { name: 'Throw it away' }).click();
}

/** A list that was stored twice, and is gone again afterwards. */
async function shootVersions(page: Page, context: BrowserContext, width: number): Promise<void> {
  const path = '/api/console/api/lists/berlin-office/definition';
  const definition = {
    id: 'berlin-office',
    name: 'Berlin office',
    enabled: false,
    source: { kind: 'contactFolder', mailbox: 'directory@contoso.example', folders: ['Staff'] },
    targets: { mailboxes: [reader] },
    destination: { folder: 'Berlin office' },
  };
  const own = { 'x-requested-with': 'contact-folder-sync' };
  const made = await context.request.put(path, {
    headers: { ...own, 'If-None-Match': '*' },
    data: { definition, reason: 'For the new office' },
  });
  const { current } = await made.json();
  await context.request.put(path, {
    headers: { ...own, 'If-Match': `"${current.version}"` },
    data: { definition: { ...definition, removals: 'keep' }, reason: 'They keep who has left' },
  });
  await page.goto('/api/console#/lists');
  await page.reload();
  await page.goto('/api/console#/lists/berlin-office/settings');
  await page.getByText('They keep who has left').first().click();
  await shoot(page, `versions-${width}`);
  await context.request.delete(path, { headers: { ...own, 'If-Match': `"${current.version + 1}"` }, data: {} });
}

async function preview(page: Page): Promise<void> {
  await page.getByLabel('Mailbox').fill(reader);
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.getByRole('link', { name: reader }).waitFor();
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.locator('h1').waitFor();
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await page.locator('.loading, .later').first().waitFor({ state: 'detached' });
  await page.evaluate('scrollTo(0, 0)');
  const { width, height } = (await page.evaluate(
    '({ width: innerWidth, height: document.documentElement.scrollHeight })',
  )) as { width: number; height: number };
  const clip = {
    x: 0,
    y: 0,
    width,
    height: Math.min(height, name.startsWith('overview') ? mostHeightOfAll : mostHeight),
  };
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip });
  process.stderr.write(`${name}.png\n`);
}

await main();
