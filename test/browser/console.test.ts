import { readFileSync } from 'node:fs';
import { source as axe } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createWorld, listOf } from '../shared/engine/world.ts';
import { until } from '../world/world.ts';
import { findBrowser, openBrowser } from './browser.ts';
import {
  type ConsoleWorld,
  contacts,
  formula,
  held,
  listName,
  markup,
  type Person,
  startConsoleWorld,
} from './consoleWorld.ts';
import { answerFrom, createManyMailboxes } from './manyMailboxes.ts';
import { describeWizard } from './wizard.ts';

const executable = findBrowser();
if (!executable) {
  console.warn(
    'No Chromium was found: the tests of the console are skipped. Install it (apt-get install chromium), or name one in CHROMIUM.',
  );
}
const withBrowser = executable ? describe : describe.skip;

withBrowser('The console in a browser', () => {
  let consoleWorld: ConsoleWorld;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    [consoleWorld, browser] = await Promise.all([startConsoleWorld(), openBrowser(executable ?? '')]);
  });

  afterAll(async () => {
    await browser?.close();
    await consoleWorld?.stop();
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map(context => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  async function openContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    return browser.newContext({
      baseURL: consoleWorld.host.url,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1280, height: 800 },
      ...options,
    });
  }

  async function signIn(person: Person, context: BrowserContext): Promise<void> {
    const { users } = consoleWorld;
    const answer = await context.request.get(`/.auth/login/aad?person=${users[person]}`, { maxRedirects: 0 });
    expect(answer.status()).toBe(302);
  }

  async function open(
    place: string,
    person: Person = 'admin',
    options?: Parameters<typeof openContext>[0],
  ): Promise<Page> {
    const context = await openContext(options);
    await signIn(person, context);
    const page = await context.newPage();
    listen(page);
    await page.goto(`/api/console${place}`);
    return page;
  }

  function listen(page: Page): void {
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(error.message));
  }

  function screens(): readonly (readonly [string, string])[] {
    const { ada } = consoleWorld.users;
    return [
      ['#/', 'Partners'],
      ['#/lists', 'Lost folder'],
      ['#/lists/staff', 'Compare every folder'],
      ['#/lists/lost', 'Next step'],
      ['#/lists/staff/settings', 'whoever deploys the app changes it there'],
      ['#/lists/staff/contacts', 'Show more'],
      ['#/lists/staff/mailboxes', 'unlicensed@contoso.example'],
      ['#/lists/staff/mailboxes?state=leaving', 'No mailbox is leaving'],
      ['#/lists/staff/preview', 'Nothing is written'],
      ['#/lists/staff/proof', 'key at the source'],
      ['#/lists/staff/connection', '1 could be better'],
      ['#/lists/lost/connection', 'Test again'],
      ['#/mailboxes', 'Find a person'],
      [`#/mailboxes/${ada}?contact=colleague%207`, 'it is there'],
      ['#/problems', 'Save as CSV'],
      ['#/holds', 'Partner 1'],
      ['#/runs', 'Schedule'],
      ['#/audit', 'a function key'],
      ['#/mine', 'Your company decides'],
      ['#/edit', 'Partners'],
      ['#/edit?step=targets', 'Who gets it?'],
      ['#/edit?step=destination', 'Mark each contact'],
      ['#/edit?step=fields', 'Another field'],
      ['#/edit?step=rules', 'Not for everybody'],
      ['#/edit?step=policies', 'It stays theirs'],
      ['#/edit?step=all', 'The list as JSON'],
      ['#/edit?step=save', 'Before it can be saved'],
    ];
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(
      `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + failureSummary).join('; ')))`,
    );
  }

  /** What is wider than the place that it has, and lies over what is beside it or has to be scrolled to. */
  function overflowing(page: Page): Promise<string[]> {
    return page.evaluate(
      `[...document.querySelectorAll('main div, main li, main td, main .scrolls, main dd, main h3')]
        .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth + 1)
        .map(({ outerHTML }) => outerHTML.slice(0, 200))`,
    );
  }

  /** All that comes with scrolling, and what is folded. */
  async function unfold(page: Page): Promise<void> {
    const isAllThere = async () => {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      return (await page.locator('.loading, .later').count()) === 0 ? true : undefined;
    };
    await until(isAllThere);
    await page.evaluate('document.querySelectorAll("details").forEach(details => (details.open = true))');
  }

  const looks = [
    { name: 'light and wide', colorScheme: 'light', size: { width: 1280, height: 800 } },
    { name: 'dark and 360 pixels wide', colorScheme: 'dark', size: { width: 360, height: 740 } },
  ] as const;
  test('light and wide or dark and 360 pixels wide, no screen has a fault for who needs help to read it, nor scrolls sideways', async () => {
    const page = await open('#/');
    await consoleWorld.host.call('POST', '/api/lists/resting/halt');
    for (const [place, sight] of screens()) {
      await page.goto(`/api/console${place}`);
      await page.getByText(sight).first().waitFor();
      await unfold(page);
      for (const { name, colorScheme, size } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        expect([place, name, await violations(page)]).toEqual([place, name, []]);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect([place, name, overflow, await overflowing(page)]).toEqual([place, name, 0, []]);
      }
    }
  });

  test('the page lets nothing in but its own, is in no frame, and its script is kept for as long as it is the same', async () => {
    const { url } = consoleWorld.host;
    const page = await fetch(`${url}/api/console`);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'sha256-[^ ]+'; .*frame-ancestors 'none'$/,
    );
    const [script] = /\/api\/console\/assets\/console-[0-9a-f]+\.js/.exec(await page.text()) ?? [];
    const kept = await fetch(`${url}${script}`);
    expect([kept.status, kept.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const former = await fetch(`${url}/api/console/assets/console-0123456789abcdef.js`);
    expect([former.status, former.headers.get('cache-control')]).toEqual([404, null]);
  });

  test('of ten thousand mailboxes the first screen takes at most five requests and less than a second of script', async () => {
    const context = await openContext();
    const page = await context.newPage();
    listen(page);
    await answerFrom(await createManyMailboxes(10_000), page);
    const requests = new Set<string>();
    page.on('request', request => requests.add(request.url()));
    const scriptSeconds = await countScriptSeconds(page);
    await page.goto('/api/console');
    await page.getByRole('link', { name: '9,901 current' }).first().waitFor();
    await page.waitForLoadState('networkidle');
    const asked = [...requests].filter(url => url.startsWith('http'));
    const seconds = await scriptSeconds();
    process.stderr.write(`First screen of 10,000 mailboxes: ${asked.length} requests, ${seconds} s of script\n`);
    expect(asked.length).toBeLessThanOrEqual(5);
    expect(seconds).toBeLessThan(1);
    await page.goto('/api/console#/lists/staff/mailboxes');
    await page.getByRole('row').nth(100).waitFor();
    expect((await scriptSeconds()) - seconds).toBeLessThan(1);
  });

  async function countScriptSeconds(page: Page): Promise<() => Promise<number>> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
    };
  }

  test('charts say how it went, exactly in the table behind each, and what nobody scrolls to is not read', async () => {
    const page = await open('#/');
    await page.getByText('Partners').first().waitFor();
    await unfold(page);
    const charts = page.locator('figure');
    expect(await charts.locator('h3').allTextContents()).toEqual([
      'Mailboxes',
      'Contacts written a day',
      'From change to mailbox',
      'Requests throttled',
    ]);
    await page.getByText('The next scheduled one: 1 Jan').waitFor();
    await page.getByText('Latest runs').waitFor();
    await page.getByText('mailboxes current, in 3 lists').waitFor();
    const written = charts.filter({ hasText: 'Contacts written a day' });
    const today = written.getByRole('row').nth(1);
    const created = Number((await today.getByRole('cell').nth(1).textContent())?.replace(',', ''));
    expect(created).toBeGreaterThan(contacts);
    await written.getByRole('img', { name: `${created} created` }).waitFor();
  });

  test('with the keyboard alone somebody finds out why a contact is missing in a mailbox', async () => {
    const page = await open('#/');
    await page.getByLabel('Whose mailbox?').waitFor();
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        const label = await page.evaluate(
          'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent',
        );
        if (String(label).startsWith(name)) return;
      }
      throw new Error(`the keyboard does not get to ${name}`);
    };
    await tabTo('Whose mailbox?');
    await page.keyboard.type('ada@contoso.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('works council');
    await page.keyboard.press('Enter');
    await page.getByText('it is not there').first().waitFor();
    expect(await page.getByText('marked private at the source').count()).toBe(1);
    expect(await page.getByText('Take the mark “private” off').count()).toBe(1);
    await page.getByText(`${contacts - 1} of the ${contacts} contacts of the list, of which 1 is private`).waitFor();
    await page.goto('/api/console#/lists/staff/contacts?text=works%20council');
    await page.getByRole('cell', { name: 'private: for nobody' }).waitFor();
  });

  test('an admin names a mailbox by the name of its user; who may not search the directory is told to give an address', async () => {
    const page = await open('#/');
    const field = page.getByLabel('Whose mailbox?', { exact: true });
    await page.route('**/directory/search', route => route.fulfill({ status: 503 }), { times: 1 });
    await field.fill('ada');
    await page.getByRole('alert').waitFor();
    await field.fill('ada@contoso.example');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    complaints.splice(0);
    await field.fill('bob');
    await page.getByRole('button', { name: 'bob bob@contoso.example' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await field.press('Enter');
    expect(await field.inputValue()).toBe('bob@contoso.example');
    await page.getByRole('button', { name: 'bob bob@contoso.example' }).waitFor({ state: 'detached' });
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'bob@contoso.example' }).waitFor();

    await page.goto('/api/console#/mailboxes');
    await page.getByLabel('Whose mailbox?', { exact: true }).fill('bob');
    await page.getByRole('button', { name: 'bob bob@contoso.example' }).waitFor();
    await page.getByRole('button', { name: 'Find out' }).click();
    await page.getByRole('heading', { level: 1, name: 'bob@contoso.example' }).waitFor();

    await page.goto('/api/console#/lists/partners/preview');
    await page.getByLabel('Mailbox').fill('ada');
    await page.getByRole('button', { name: 'ada ada@contoso.example' }).click();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Contacts: 0 added').waitFor();

    const reader = await open('#/', 'reader');
    await reader.getByLabel('Whose mailbox? (an e-mail address)').waitFor();
  });

  test('markup in contacts and in the names of lists is shown as it is', async () => {
    const page = await open('#/lists/staff/contacts');
    await page.getByLabel('Search by name').fill('onerror');
    await page.getByRole('cell', { name: markup }).first().waitFor();
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(listName);
  });

  test('a table is saved as CSV, all pages of it, and no name in it is a formula', async () => {
    const page = await open('#/lists/staff/contacts');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    expect(file.suggestedFilename()).toBe('staff-contacts.csv');
    expect(text.trim().split('\r\n')).toHaveLength(contacts + 1);
    expect(text).toContain(`"'${formula.replaceAll('"', '""')}"`);
  });

  test('a mass removal is decided knowing who would go, how many and from how many mailboxes', async () => {
    const page = await open('#/holds', 'operator');
    await page.getByText(`${held} contacts would be removed`).waitFor();
    await page.getByRole('cell', { name: 'Partner 1', exact: true }).waitFor();
    await page.getByRole('button', { name: `Remove ${held} contacts from 2 mailboxes` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('cannot be taken back').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: `Keep ${held} contacts` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Keep ${held} contacts` })
      .click();
    await page.getByRole('heading', { name: /^Run: / }).waitFor();
    await page.getByRole('status').getByText('Finished').waitFor();
    await page.getByRole('link', { name: 'Holds' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();
  });

  test('mailboxes that would leave are named, each with what it loses', async () => {
    const world = createWorld();
    world.addContacts(2);
    const targets = world.addTargets(250);
    await world.sync();
    world.graph.setGroup('all@contoso.com', targets.slice(0, 100));
    await world.sync();
    const page = await (await openContext({ viewport: { width: 360, height: 740 } })).newPage();
    listen(page);
    await answerFrom(world, page);
    await page.goto('/api/console#/holds');
    await page.getByText('150 mailboxes would leave').waitFor();
    const rows = page.getByRole('row').filter({ hasText: 'loses the list' });
    await rows.nth(99).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows.nth(149).waitFor();
    expect(await rows.count()).toBe(150);
    expect(await page.getByRole('link', { name: /^user-/ }).count()).toBe(150);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  test('what changes at the source is seen to arrive: a run is started, followed to its end, and the contact looked for', async () => {
    await consoleWorld.rename('Zora Newname');
    const page = await open('#/lists/staff', 'operator');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByText('7 updated').waitFor();
    await page.getByRole('status').getByText('Finished').waitFor();
    await page.goto(`/api/console#/mailboxes/${consoleWorld.users.ada}?contact=zora`);
    await page.getByText('Zora Newname').waitFor();
    await page.getByText('it is there as the source has it').waitFor();

    await page.goto('/api/console#/runs');
    await page.getByLabel('Only runs that wrote contacts').check();
    const written = await page.locator('td[data-title="Contacts written"]').allTextContents();
    expect(written.length).toBeGreaterThan(0);
    expect(written).not.toContain('0');
  });

  test('a list is halted and released, and both are noted with who did it', async () => {
    const page = await open('#/lists/staff', 'operator');
    await page.getByRole('button', { name: 'Halt' }).click();
    await page.getByLabel('Why?').fill('The export is wrong');
    await page.getByRole('button', { name: 'Halt the list' }).click();
    await page.getByText('It stands still.').waitFor();
    await page.getByText(/Halted since .* by you: “The export is wrong”/).waitFor();
    await page.getByText(/to a mailbox until somebody releases it/).waitFor();
    await page.getByText('Not acted on until the list goes on').waitFor();
    expect(await page.getByText(/POST|Test the connection/).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Release' }).click();
    await page
      .getByRole('dialog')
      .getByText(/what changed meanwhile of its \d+ contacts is written to \d mailboxes/)
      .waitFor();
    await page.getByRole('button', { name: 'Release the list' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).waitFor();
    await page.getByRole('button', { name: 'Halt' }).waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    const rows = page.getByRole('row').filter({ hasText: 'you' });
    await rows.filter({ hasText: 'Release list' }).first().waitFor();
    await rows.filter({ hasText: 'Halt list' }).filter({ hasText: '“The export is wrong”' }).first().waitFor();
    await page.getByLabel('What').selectOption('Release list');
    await rows.filter({ hasText: 'Halt list' }).first().waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'Release list' }).first().waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await rows.first().getByRole('cell', { name: 'you' }).waitFor();
  });

  test('a list says how many users switched it off, and at which ring a change is, which is sent on at once', async () => {
    const list = listOf({
      choice: 'optOut',
      rollout: { rings: [{ groups: ['pilot@contoso.com'] }], wait: 'PT1H', from: 5 },
    });
    const world = createWorld(list);
    const [pilot = '', lacking = '', away = ''] = world.addTargets(3);
    world.graph.setGroup('pilot@contoso.com', [pilot]);
    world.addContacts(3);
    await world.sync();
    await world.app.choose(list, away, 'off');
    world.addContacts(5, 'New');
    await world.sync();
    expect(world.targetNames(lacking)).toHaveLength(3);

    const page = await (await openContext()).newPage();
    listen(page);
    await answerFrom(world, page);
    await page.goto('/api/console#/lists/staff');
    await page.getByRole('link', { name: '1 switched it off, 0 switched it on' }).waitFor();
    await page.getByText(/In ring 1 of 2 since .*, not before/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send the change on…' }).click();
    await page.getByRole('button', { name: 'Send it on' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).waitFor();
    await world.drain();
    expect(world.targetNames(lacking)).toHaveLength(8);
  });

  test('everything is halted and released from the first screen, and every screen says so meanwhile', async () => {
    const page = await open('#/', 'operator');
    await page.getByRole('button', { name: 'Halt all lists…' }).click();
    await page.getByRole('dialog').getByText('for any of 5 lists').waitFor();
    await page.getByLabel('Why?').fill('Moving the source');
    await page.getByRole('button', { name: 'Halt all lists', exact: true }).click();
    const notice = page.getByText(/All lists stand still.*by you: “Moving the source”/);
    await notice.waitFor();
    expect((await notice.boundingBox())?.y).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Halt all lists…' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.goto('/api/console#/lists/staff');
    await page.getByRole('heading', { name: listName }).waitFor();
    expect(await page.getByRole('button', { name: 'Release…' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Release all lists…' }).click();
    await page.getByRole('button', { name: 'Release all lists', exact: true }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByRole('heading', { name: /^Run/ }).waitFor();
    expect(await page.getByRole('link', { name: 'see how it goes' }).count()).toBe(0);
  });

  test('a run that was wrong is taken back, and the list let go on, knowing both times what that changes', async () => {
    await consoleWorld.rename('Wrong Name');
    const page = await open('#/lists/staff', 'operator');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByText('7 updated').waitFor();
    await page.getByRole('status').getByText('Finished').waitFor();
    await page.setViewportSize({ width: 360, height: 480 });
    await page.getByRole('button', { name: 'to before this run…' }).click();
    const dialog = page.getByRole('dialog');
    for (const part of [dialog.getByRole('heading'), dialog.getByRole('button', { name: 'Roll the list back' })]) {
      const { y = -1, height = 0 } = (await part.boundingBox()) ?? {};
      expect([y >= 0, y + height <= 480]).toEqual([true, true]);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await dialog.getByText('In the list: 0 added, 1 changed, 0 removed.').waitFor();
    await dialog.getByText(/[0-9] of [0-9] mailboxes would be written to/).waitFor();
    await dialog.getByRole('cell', { name: 'displayName' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(
      await dialog.evaluate(
        'document.querySelector("dialog").scrollWidth - document.querySelector("dialog").clientWidth',
      ),
    ).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await dialog.getByRole('button', { name: 'Roll the list back' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByText('7 updated').waitFor();

    await page.goto('/api/console#/lists/staff');
    await page.getByText(/Rolled back since/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Unpin…' }).click();
    await dialog.getByRole('cell', { name: 'Wrong Name' }).waitFor();
    await dialog.getByRole('button', { name: 'Unpin the list' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByText('7 updated').waitFor();
  });

  test('somebody proves that a person is gone, looks into the mailboxes, and has the person forgotten', async () => {
    const address = await consoleWorld.removeColleague();
    const page = await open('#/lists/staff/proof', 'operator');
    const field = page.getByLabel('E-mail address, or key');
    await field.fill('Zebulon');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('This proves nothing').waitFor();
    expect(await page.getByRole('heading', { name: /never there/ }).count()).toBe(0);
    await field.fill('Colleague 1');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('button', { name: 'Colleague 1 colleague.1@' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Colleague 1 colleague.1@' }).click();
    await page.getByRole('heading', { name: /\d there/ }).waitFor();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Mailbox', 'State', 'Why']);
    await page.getByText('To have the person forgotten, delete them at the source').waitFor();
    expect(await page.getByRole('button', { name: 'Forget the person' }).count()).toBe(0);

    await field.fill(address.toUpperCase());
    await page.getByRole('button', { name: 'Look into the mailboxes' }).click();
    await page.getByRole('heading', { name: /\d in Deleted Items/ }).waitFor();
    complaints.splice(0); // the browser tells of every 404
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Mailbox', 'State', 'Why', 'Where']);
    await page.getByText('Nobody can tell: the user has no mailbox').first().waitFor();
    expect(decodeURIComponent(page.url())).not.toContain('@');
    expect(await violations(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/total,,inDeletedItems,,,,[1-9]\r\n/);

    await page.getByRole('button', { name: 'Forget the person' }).click();
    await page.getByRole('dialog').getByText('Nobody can bring that back').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Forget for good' }).click();
    await page.getByText(/^Forgotten: 2 changes/).waitFor();
  });

  test('a sign-in that ends in the middle keeps what was typed, and goes on after signing in again', async () => {
    const page = await open('#/lists/partners/preview');
    const field = page.getByLabel('Mailbox');
    await field.fill('ada@contoso.example');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('What you typed is still here').waitFor();
    expect(await field.inputValue()).toBe('ada@contoso.example');
    complaints.splice(0); // the browser tells of every 401
    await signIn('admin', page.context());
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByRole('button', { name: 'Sign in again' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Contacts: 0 added').waitFor();
  });

  test('who follows a link and has to sign in is led to what it names, and no address of another site is made of it', async () => {
    const page = await (await openContext()).newPage();
    await page.goto('/api/console#/lists/staff/mailboxes?state=failed');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'admin' }).click();
    await page.getByRole('heading', { name: listName }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/lists/staff/mailboxes?state=failed');

    await page.context().clearCookies();
    await page.goto('/api/console#//attacker.example/');
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'admin' }).click();
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    expect(new URL(page.url()).host).toBe(new URL(consoleWorld.host.url).host);
    await page.goto('/api/console');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('an app that does not answer is said, and what was shown stays until it does', async () => {
    const page = await open('#/');
    await page.getByText('Partners').first().waitFor();
    await page.route('**/api/console/api/**', route => route.abort());
    await page.getByText('The app does not answer').first().waitFor();
    expect(await page.getByText('Partners').count()).toBeGreaterThan(0);
    await page.unrouteAll();
    await page.getByText('The app does not answer').first().waitFor({ state: 'detached' });
    complaints.splice(0); // the browser tells of every request that failed
  });

  test('a reader sees states and counts, and is told which role the rest takes', async () => {
    const page = await open('#/lists/staff', 'reader');
    await page.getByText('“Sync now” takes the role Operator').waitFor();
    const tabs = page.getByRole('navigation', { name: listName }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['Status', 'Mailboxes']);
    await page.goto('/api/console#/lists/staff/contacts');
    await page.getByText('To see contacts takes the role Operator').waitFor();
  });

  test('who keeps one list sees that one alone, and what an operator does with it', async () => {
    const page = await open('#/lists', 'keeper');
    await page.getByRole('link', { name: 'Partners', exact: true }).waitFor();
    expect(await page.getByText('Lost folder').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Partners', exact: true }).click();
    await page.getByRole('button', { name: 'Sync now' }).waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByText('“Sync all lists now” takes the role Operator').waitFor();
  });

  test('somebody without a role sees what they get, in their language, and removes a list that is theirs to decide on', async () => {
    const page = await open('#/', 'employee', { locale: 'de-DE' });
    await page.getByRole('heading', { name: 'Meine Kontakte' }).waitFor();
    expect(await page.getByRole('link').allTextContents()).toEqual(['Contact Folder Sync', 'Abmelden']);
    expect(await violations(page)).toEqual([]);
    const press = page.getByRole('region').or(page.locator('section')).filter({ hasText: 'Press' });
    expect(await page.getByRole('button', { name: 'Leeren und entfernen…' }).count()).toBe(1);
    expect(await press.getByRole('button', { name: 'Nicht mehr erhalten' }).count()).toBe(0);
    await press.getByRole('button', { name: 'Leeren und entfernen' }).click();
    await page
      .getByRole('dialog', { name: /^\d+ Kontakte aus Ihrem Postfach entfernen/ })
      .getByRole('button', { name: /Kontakte entfernen/ })
      .click();
    await press.getByText('Vermerkt').waitFor();
    await press.getByText('entfernt', { exact: true }).waitFor();
    await press.getByRole('button', { name: 'Diese Liste erhalten' }).waitFor();
  });

  test('whoever stops a list whose contacts stay is told how many, and that nobody keeps them up to date', async () => {
    const world = createWorld(listOf({ choice: 'optOut', whenTargetLeaves: 'leave' }));
    world.addContacts(2);
    const [mailbox = ''] = world.addTargets(1);
    await world.sync();
    const page = await (await openContext()).newPage();
    listen(page);
    await answerFrom(world, page, mailbox);
    await page.goto('/api/console#/mine');
    await page.getByRole('button', { name: 'Stop getting it…' }).click();
    await page.getByRole('dialog').getByText('Its 2 contacts stay in your mailbox').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop getting it' }).click();
    await page.getByRole('button', { name: 'Get this list' }).waitFor();
    expect(await page.getByRole('button', { name: 'Clear and remove…' }).count()).toBe(1);
  });

  describeWizard({
    consoleWorld: () => consoleWorld,
    open,
    signIn,
    violations,
    forgetComplaints: () => complaints.splice(0),
  });
});
