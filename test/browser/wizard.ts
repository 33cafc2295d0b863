import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { mostFileBytes } from '../../shared/ports/sourceFiles.ts';
import { type ConsoleWorld, markup, type Person } from './consoleWorld.ts';

/** What tests of the console have in common. */
interface Console {
  consoleWorld(): ConsoleWorld;
  open(place: string, person?: Person, options?: object): Promise<Page>;
  signIn(person: Person, context: BrowserContext): Promise<void>;
  violations(page: Page): Promise<string[]>;
  /** Of answers that a browser tells of: they are meant. */
  forgetComplaints(): void;
}

const reads = { mailbox: 'directory@contoso.example', folders: ['Staff'] };

/** Lists that are made, changed, restored and deleted in the console. */
export function describeWizard({ consoleWorld, open, signIn, violations, forgetComplaints }: Console): void {
  /** A list that is stored, as a script stores one. */
  async function store(id: string, more: object = {}): Promise<object> {
    const definition = {
      id,
      source: reads,
      targets: { mailboxes: ['bob@contoso.example'] },
      destination: { folder: id },
      ...more,
    };
    const answer = await consoleWorld().host.call(
      'PUT',
      `/api/lists/${id}/definition`,
      { definition, reason: 'By a script' },
      undefined,
      { 'If-None-Match': '*' },
    );
    expect(answer.status).toBe(200);
    return definition;
  }

  async function definitionOf(id: string) {
    return (await (await consoleWorld().host.call('GET', `/api/lists/${id}/definition`)).json()) as {
      definition: object | null;
      current: { version: number; reason: string };
    };
  }

  async function goTo(page: Page, step: string): Promise<void> {
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: step }).click();
    await page.getByRole('heading', { level: 1, name: step }).waitFor();
  }

  async function save(page: Page): Promise<void> {
    await goTo(page, 'Preview and save');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }

  async function syncNow(page: Page, list: string): Promise<void> {
    await page.goto(`/api/console#/lists/${list}`);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByRole('status').getByText('Finished').waitFor();
  }

  async function look(page: Page, contact: string, reason = 'it is there as the source has it'): Promise<void> {
    await page.goto(`/api/console#/mailboxes/${consoleWorld().users.bob}?contact=${encodeURIComponent(contact)}`);
    await page.getByText(contact).first().waitFor();
    await page.getByText(reason).first().waitFor();
  }

  test('a list is made in the wizard, previewed, saved and seen to arrive; a contact that is edited is seen to change, a mass removal is held and rejected, and the edit is rolled back', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `Berliner ${index + 1}`);
    const source = await consoleWorld().addSource('Berlin', names);
    const page = await open('#/lists');
    await page.getByRole('link', { name: 'New list' }).click();
    await page.getByLabel('Name (required)').fill(`Berlin ${markup}`);
    await page.getByRole('checkbox', { name: 'Berlin 15 contacts' }).check();
    await page.getByRole('button', { name: 'Show the first contacts' }).click();
    await page.getByRole('cell', { name: 'Berliner 15' }).waitFor();
    await page.getByRole('link', { name: 'Next: who gets it' }).click();
    await page.getByLabel('Who gets it?: search').fill('bob');
    await page.getByRole('button', { name: 'bob person' }).click();
    await goTo(page, 'Preview and save');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Contacts: 15 added').waitFor();
    await page.getByLabel('In whose mailbox?').fill('ada@contoso.example');
    expect(await page.getByText('Contacts: 15 added').count()).toBe(0);
    await page.getByRole('button', { name: 'Over all who get it' }).click();
    await page.getByText('1 of 1 mailbox would be written to').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Why?').fill('For the new office');
    await page.getByRole('button', { name: 'Save and sync now' }).click();
    await page.getByText('15 created').waitFor();
    await page.getByRole('status').getByText('Finished').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await look(page, 'Berliner 13');

    await source.rename(12, 'Zelda Neu');
    const list = 'berlin-img-src-x-onerror-documen';
    await syncNow(page, list);
    const edit = page.url();
    await look(page, 'Zelda Neu');

    await source.remove(11);
    await syncNow(page, list);
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Holds' }).click();
    await page.getByText('11 contacts would be removed').waitFor();
    await page.getByRole('button', { name: 'Keep 11 contacts' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep 11 contacts' }).click();
    await page.getByRole('heading', { name: /^Run: / }).waitFor();
    await page.getByRole('status').getByText('Finished').waitFor();
    await page.goto(`/api/console#/lists/${list}/contacts`);
    await page.getByText('kept: its removal was rejected').first().waitFor();
    expect(await definitionOf(list)).toMatchObject({ current: { version: 1, reason: 'For the new office' } });

    await page.goto(edit);
    await page.getByRole('button', { name: 'to before this run…' }).click();
    await page.getByRole('dialog').getByText('In the list: 0 added, 1 changed, 0 removed.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll the list back' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByRole('status').getByText('Finished').waitFor();
    await look(page, 'Berliner 13', 'it is there as the list has it');

    await page.goto(`/api/console#/lists/${list}`);
    await page.getByText('Rolled back since').waitFor();
    await page.getByText('reads nothing until it is unpinned').waitFor();
    await page.getByRole('button', { name: 'Unpin…' }).click();
    await page.getByRole('dialog').getByRole('cell', { name: 'Zelda Neu' }).waitFor();
    await page.getByRole('button', { name: 'Unpin the list' }).click();
    await page.getByRole('link', { name: 'see how it goes' }).click();
    await page.getByRole('status').getByText('Finished').waitFor();
    await look(page, 'Zelda Neu');
  });

  test('with the keyboard alone a list is made: a name, a source and who gets it', async () => {
    const page = await open('#/lists');
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        const label = await page.evaluate(
          'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent',
        );
        if (String(label).startsWith(name)) return;
      }
      throw new Error(`the keyboard does not get to ${name}`);
    };
    await page.getByRole('link', { name: 'New list' }).waitFor();
    await tabTo('New list');
    await page.keyboard.press('Enter');
    await page.getByText('Staff').first().waitFor();
    await tabTo('Name (required)');
    await page.keyboard.type('By keyboard');
    await tabTo('Staff');
    await page.keyboard.press('Space');
    await tabTo('Next: who gets it');
    await page.keyboard.press('Enter');
    await page.getByLabel('Who gets it?: search').waitFor();
    await tabTo('Who gets it?: search');
    await page.keyboard.type('employee');
    await page.getByText('1 match').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Take out employee' }).waitFor();
    await tabTo('Preview and save');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save and sync now' }).waitFor();
    await tabTo('Save and sync now');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Run: / }).waitFor();
    expect((await definitionOf('by-keyboard')).definition).toEqual({
      id: 'by-keyboard',
      name: 'By keyboard',
      source: { kind: 'contactFolder', ...reads },
      targets: { mailboxes: ['employee@contoso.example'] },
      destination: { folder: 'By keyboard' },
    });
  });

  test('what was typed outlives a sign-in that ends in the middle, a reload, and an app that does not answer', async () => {
    const page = await open('#/edit');
    await page.getByLabel('Name (required)').fill('Kept');
    await page.getByRole('checkbox', { name: 'Staff' }).check();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Show the first contacts' }).click();
    await page.getByText('What you typed is still here').waitFor();
    expect(await page.getByLabel('Name (required)').inputValue()).toBe('Kept');
    await signIn('admin', page.context());
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByRole('cell', { name: markup }).first().waitFor();
    await page.context().clearCookies();
    await goTo(page, 'Fields');
    await page.getByText('Sign in again, and go on here').waitFor();
    await signIn('admin', page.context());
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByRole('region', { name: 'Example' }).waitFor();
    expect(await page.getByText('Your sign-in has ended').count()).toBe(0);
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await signIn('admin', page.context());
    await page.goto('/api/console#/lists');
    await page.reload();
    await page.getByRole('link', { name: 'Go on with “Kept”' }).click();
    await page.getByText('Staff').first().waitFor();
    await goTo(page, 'Who gets it');
    await page.getByLabel('Who gets it?: search').fill('bob');
    await page.getByRole('button', { name: 'bob person' }).click();
    await page.route('**/api/console/api/lists/**', route => route.abort());
    await save(page);
    await page.getByText('Check your network, and try again').waitFor();
    await page.unrouteAll();
    await goTo(page, 'Name and source');
    expect(await page.getByLabel('Name (required)').inputValue()).toBe('Kept');
    await goTo(page, 'Who gets it');
    await page.reload();
    await page.getByRole('button', { name: 'Take out bob', exact: true }).waitFor();
    await page.goto('/api/console#/lists');
    await page.getByRole('button', { name: 'New list…', exact: true }).click();
    await page.getByRole('dialog').getByText('“Kept”, which you began').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Go on with “Kept”' }).click();
    await page.getByRole('button', { name: 'Throw away what I typed…', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByLabel('Name (required)').inputValue()).toBe('Kept');
    await page.getByRole('button', { name: 'Throw away what I typed' }).click();
    await page.getByRole('button', { name: 'Throw it away' }).click();
    await page.getByRole('link', { name: 'New list', exact: true }).waitFor();
    forgetComplaints();
  });

  test('nothing that was begun is lost: neither a name that nobody was chosen for, a condition, broken JSON nor the reason; the step says what is missing', async () => {
    const page = await open('#/edit');
    await page.getByRole('link', { name: 'Next: who gets it' }).click();
    await page.getByRole('alert').getByText('Give the list a name').waitFor();
    await page.getByLabel('Name (required)').fill('Begun');
    await page.getByRole('checkbox', { name: 'Staff' }).check();
    await page.getByRole('link', { name: 'Next: who gets it' }).click();
    await page.getByLabel('Who gets it?: search').fill('zzz');
    await page.getByRole('link', { name: 'Next: where it goes' }).click();
    await page.getByRole('alert').getByText('choose who is meant by “zzz”').waitFor();
    await goTo(page, 'Policies');
    await page.getByLabel('and more than (contacts)').fill('-5');
    await page.getByText('is less than 0').waitFor();
    await goTo(page, 'Fields');
    await page.getByText('There is an example once this is mended').waitFor();
    await goTo(page, 'Policies');
    await page.getByLabel('and more than (contacts)').fill('5');
    forgetComplaints();
    await goTo(page, 'Rules');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('Condition 1: value').fill('Sales');
    await goTo(page, 'All settings');
    await page.getByLabel('The list as JSON').fill('{ "id": ');
    await goTo(page, 'Preview and save');
    await page.getByLabel('Why?').fill('Because');
    await page.reload();
    await page.getByText('“Only contacts that”: fill in every condition').waitFor();
    expect(await page.getByLabel('Why?').inputValue()).toBe('Because');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: '“All settings”: mend the JSON' }).click();
    expect(await page.getByLabel('The list as JSON').inputValue()).toBe('{ "id": ');
    await page.getByRole('button', { name: 'Back to what was there before' }).click();
    await goTo(page, 'Rules');
    expect(await page.getByLabel('Condition 1: value').inputValue()).toBe('Sales');
    await page.getByRole('button', { name: 'Take out condition 1' }).click();
    await goTo(page, 'Who gets it');
    expect(await page.getByLabel('Who gets it?: search').inputValue()).toBe('zzz');
    await page.getByText('No match').waitFor();
    await page.getByLabel('Who gets it?: search').fill('bob');
    await page.getByRole('button', { name: 'bob person' }).click();
    await goTo(page, 'Preview and save');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(false);
  });

  test('the name or id of a list that there is, is told while it is typed', async () => {
    const page = await open('#/edit');
    await page.getByLabel('Name (required)').fill('press');
    await page.getByText('There is a list of this name already').waitFor({ state: 'hidden' });
    await page.getByText('has this id: give another').waitFor();
    await page.getByRole('link', { name: 'Next: who gets it' }).click();
    await page.getByRole('alert').getByText('“press” is the id of the list “Press”').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('press-2');
    await page.getByText('There is a list of this name already').waitFor();
    await page.getByText('has this id: give another').waitFor({ state: 'hidden' });
    expect(await violations(page)).toEqual([]);
  });

  test('of two who edit at once the second sees what the first changed, and joins both', async () => {
    const before = await store('two');
    const [first, second] = await Promise.all([open('#/edit/two?step=policies'), open('#/edit/two?step=destination')]);
    await second.getByLabel('Folder (required)').fill('Second');
    await first.getByLabel('It is put back').check();
    await save(first);
    await first.getByRole('heading', { level: 1, name: 'two', exact: true }).waitFor();
    await save(second);
    await second.getByText('Somebody else changed the list meanwhile').waitFor();
    await second
      .getByRole('region', { name: 'What they changed' })
      .getByRole('row', { name: /userEdits/ })
      .waitFor();
    expect(await violations(second)).toEqual([]);
    await second.getByRole('button', { name: 'Both: mine on top of theirs' }).click();
    await second.getByRole('button', { name: 'Save', exact: true }).click();
    await second.getByRole('heading', { level: 1, name: 'two', exact: true }).waitFor();
    expect(await definitionOf('two')).toMatchObject({
      definition: { ...before, destination: { folder: 'Second' }, userEdits: 'revert' },
      current: { version: 3 },
    });
    forgetComplaints();
  });

  test('a list that somebody deletes meanwhile is told as such, and can be made again of what was typed', async () => {
    await store('gone');
    const page = await open('#/edit/gone?step=destination');
    await page.getByLabel('Folder (required)').fill('Back');
    const removed = await consoleWorld().host.call('DELETE', '/api/lists/gone/definition', {}, undefined, {
      'If-Match': '"1"',
    });
    expect(removed.status).toBe(200);
    await save(page);
    await page.getByText('Somebody deleted the list meanwhile').waitFor();
    await page.getByRole('button', { name: 'Make it again, as it is here' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'gone', exact: true }).waitFor();
    expect(await definitionOf('gone')).toMatchObject({ definition: { destination: { folder: 'Back' } } });
    forgetComplaints();
  });

  test('what the steps do not show is kept and said, edited as JSON, and refused with the fault beside its path', async () => {
    const more = { takeOver: 'other-1', rollout: { rings: [{ share: 0.1 }], haltWhen: { editedShare: 0.2 } } };
    const before = await store('advanced', more);
    const page = await open('#/edit/advanced?step=policies');
    await page.getByText('The list also has takeOver, rollout.haltWhen.editedShare').waitFor();
    await page.getByLabel('It is deleted for good').check();
    await page.getByLabel('Stop when more than this failed').fill('10');
    await save(page);
    await page.getByRole('heading', { level: 1, name: 'advanced', exact: true }).waitFor();
    const rollout = { rings: [{ share: 0.1 }], haltWhen: { editedShare: 0.2, failedShare: 0.1 } };
    expect((await definitionOf('advanced')).definition).toEqual({ ...before, rollout, removals: 'deleteForGood' });

    await page.goto('/api/console#/edit/advanced?step=all');
    const json = page.getByLabel('The list as JSON');
    await json.fill('{ "id": ');
    await page.getByText('That is no JSON yet').waitFor();
    await json.fill(JSON.stringify({ ...before, id: 'press' }));
    await goTo(page, 'Preview and save');
    await page.getByText('Set the id to “advanced” again').waitFor();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await goTo(page, 'All settings');
    await json.fill(JSON.stringify({ ...before, takeOver: 'not an id' }));
    await save(page);
    await page.getByRole('link', { name: 'takeOver' }).click();
    await page.getByText('is the id of another installation').waitFor();
    expect(await json.getAttribute('aria-invalid')).toBe('true');
    await json.fill(JSON.stringify({ ...before, rollout: { ...rollout, wait: 'a while' } }));
    await save(page);
    await page.getByRole('link', { name: 'rollout.wait' }).click();
    await page.getByText('is no time to wait').waitFor();
    expect(await page.getByLabel('Wait before the next ring').getAttribute('aria-invalid')).toBe('true');
    expect(await violations(page)).toEqual([]);
    forgetComplaints();
  });

  test('defaults, groups of conditions, owners and rings are set without JSON, and taken back', async () => {
    const before = await store('forms');
    const page = await open('#/edit/forms?step=fields', 'admin', { viewport: { width: 360, height: 740 } });
    await page.getByLabel('A field that is never empty').selectOption('companyName');
    await page.getByLabel('Company name, where it is empty').fill('Contoso');
    await page.getByLabel('A field that is never empty').selectOption('categories');
    await page.getByLabel('Categories, where it is empty').pressSequentially('New, VIP');
    expect(await violations(page)).toEqual([]);
    await goTo(page, 'Rules');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('Condition 1: field').selectOption('department');
    await page.getByLabel('Condition 1: values').fill('Sales, Support');
    await page.getByRole('button', { name: 'Add a group' }).click();
    await page.getByLabel('Condition 2.1: field').selectOption('mobilePhone');
    await page.getByLabel('Condition 2.1: how').selectOption('filled');
    await page.getByLabel('Condition 2.2: field').selectOption('jobTitle');
    await page.getByLabel('Condition 2.2: how').selectOption('startsNotWith');
    await page.getByLabel('Condition 2.2: value').fill('Head');
    await page.getByLabel('Contacts name their owners').check();
    await page.getByLabel('Where does a contact name them?').selectOption('category');
    await page.getByLabel('Such categories begin with').fill('Manager: ');
    await page.getByLabel('Where no owner gets the list, it goes to: search').fill('bob');
    await page.getByRole('button', { name: 'bob person' }).click();
    await page.getByLabel('Contacts that name no owner go there alone').check();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await goTo(page, 'Policies');
    await page.getByLabel('Go to some first').check();
    await page.getByRole('button', { name: 'Add a ring' }).click();
    await goTo(page, 'Preview and save');
    await page.getByRole('link', { name: 'Say who is in ring 2' }).click();
    await page.getByLabel('Ring 2: search').fill('keepers');
    await page.getByRole('button', { name: 'keepers group' }).click();
    await page.getByLabel('Wait before the next ring').selectOption('1 day');
    expect(await violations(page)).toEqual([]);
    await save(page);
    await page.getByRole('heading', { level: 1, name: 'forms', exact: true }).waitFor();
    expect((await definitionOf('forms')).definition).toEqual({
      ...before,
      defaults: { companyName: 'Contoso', categories: ['New', 'VIP'] },
      where: {
        all: [
          { field: 'department', in: ['Sales', 'Support'] },
          {
            any: [{ field: 'mobilePhone', exists: true }, { not: { field: 'jobTitle', startsWith: 'Head' } }],
          },
        ],
      },
      owners: { from: { category: 'Manager: ' }, unassigned: ['bob@contoso.example'], ownersOnly: true },
      rollout: { rings: [{ share: 0.1 }, { groups: ['keepers@contoso.example'] }], wait: 'P1D' },
    });

    await page.goto('/api/console#/edit/forms?step=policies');
    await page.getByRole('button', { name: 'Take out ring 2' }).click();
    await page.getByRole('button', { name: 'Take out ring 1' }).click();
    expect(await page.getByLabel('Go to everybody at once').isChecked()).toBe(true);
    await goTo(page, 'Rules');
    await page.getByLabel('Contacts name their owners').uncheck();
    for (const condition of ['2.2', '2.1', '1'])
      await page.getByRole('button', { name: `Take out condition ${condition}`, exact: true }).click();
    await goTo(page, 'Fields');
    await page.getByRole('button', { name: 'Company name: leave it empty' }).click();
    await page.getByRole('button', { name: 'Categories: leave it empty' }).click();
    await save(page);
    await page.getByRole('heading', { level: 1, name: 'forms', exact: true }).waitFor();
    expect((await definitionOf('forms')).definition).toEqual(before);
  });

  test('versions are compared, one is restored, and a list is deleted knowing the consequence', async () => {
    const first = await store('versions');
    const page = await open('#/edit/versions?step=destination');
    await page.getByLabel('Folder (required)').fill('Other');
    await save(page);
    await page.getByRole('heading', { level: 1, name: 'versions', exact: true }).waitFor();
    await page.goto('/api/console#/lists/versions/settings');
    await page.getByText('Version 1, ').click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async () => JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')));
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await copied()).toEqual({ ...first, destination: { folder: 'Other' } });
    await page.getByText('Version 1 as JSON').click();
    await page.getByRole('button', { name: 'Copy version 1' }).click();
    await page.getByText('Copied.').nth(1).waitFor();
    expect(await copied()).toEqual(first);
    const beside = page.getByRole('region', { name: 'Version 1 beside the one of now' });
    expect(await beside.getByRole('row', { name: /destination\.folder Other versions/ }).count()).toBe(1);
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('dialog').getByText('1 setting is changed').waitFor();
    await page.getByRole('button', { name: 'Restore it' }).click();
    await page.getByText('Version 3, ').first().waitFor();
    await page.getByText(/^Version 3, .* by you/).waitFor();
    expect((await definitionOf('versions')).definition).toEqual(first);
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog')
      .getByText(/^Its \d+ contacts? are removed from \d mailbox.*up to \d+ in all/)
      .waitFor();
    await page.getByRole('button', { name: 'Delete the list' }).click();
    await page.getByText('The list was deleted').waitFor();
    expect((await definitionOf('versions')).definition).toBeNull();
  });

  test('the example is that of the fields as they are now, also where an earlier question is answered late', async () => {
    await store('late', { mapping: { jobTitle: { template: 'Zeroth' } } });
    const page = await open('#/edit/late?step=fields');
    await page.getByRole('cell', { name: 'Zeroth' }).waitFor();
    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
    await page.route(
      '**/lists/try',
      async route => {
        await isReleased;
        await route.continue().catch(() => undefined);
      },
      { times: 1 },
    );
    const template = page.getByLabel('Job title: text with fields in double braces');
    const [earlier] = await Promise.all([page.waitForRequest('**/lists/try'), template.fill('First')]);
    await template.fill('Second');
    await page.getByRole('cell', { name: 'Second' }).waitFor();
    release();
    await earlier.response();
    await page.evaluate('new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(await page.getByRole('cell', { name: 'Second' }).count()).toBe(1);
  });

  test('a file is sent, its columns are given fields, and one that is too large is refused before it is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'console-files-'));
    const large = join(folder, 'large.csv');
    await writeFile(large, 'Name');
    await truncate(large, mostFileBytes + 1);
    const page = await open('#/edit');
    const sent: string[] = [];
    page.on('request', request => sent.push(request.url()));
    await page.getByLabel('What does it read?').selectOption('csv');
    await page.getByLabel('File').setInputFiles(large);
    await page.getByText('is too large').waitFor();
    expect(sent.filter(url => url.endsWith('/files'))).toEqual([]);
    const small = {
      name: 'small.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`Who;E-mail Address\n"${markup.replaceAll('"', '""')}";a@x.example`),
    };
    await page.getByLabel('File').setInputFiles(small);
    await page.getByText('1 of 2 are recognised').waitFor();
    await page.getByLabel('E-mail Address a@x.example').waitFor();
    await page.getByLabel(/^Who/).selectOption('displayName');
    await page.getByText('2 of 2 are recognised').waitFor();
    await page.getByRole('button', { name: 'Show the first contacts' }).click();
    await page.getByRole('cell', { name: markup }).waitFor();
    expect(await violations(page)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  async function saveFor(person: string, page: Page): Promise<void> {
    await goTo(page, 'Who gets it');
    await page.getByLabel('Who gets it?: search').fill(person);
    await page.getByRole('button', { name: `${person} person` }).click();
    await goTo(page, 'Preview and save');
    await page.getByRole('button', { name: 'Save and sync now' }).click();
    await page.getByRole('status').getByText('Finished').waitFor();
  }

  test('a database is reached before there is a query; its columns show what they hold and are given fields, and its people arrive', async () => {
    const page = await open('#/edit');
    await page.getByLabel('Name (required)').fill('Of a database');
    await page.getByLabel('What does it read?').selectOption('sql');
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('lets the app in, over TLS').waitFor();
    expect(await page.getByText('Query of "crm"').count()).toBe(0);
    const query = page.getByLabel('Query (required)');
    await query.fill('SELECT id, display_name, city FROM nowhere');
    await page.getByRole('button', { name: 'Show the first rows' }).click();
    await page.getByRole('alert').getByText('The query names a table').waitFor();
    forgetComplaints();
    await query.fill('SELECT id, display_name, email, city FROM people');
    await page.getByRole('button', { name: 'Show the first rows' }).click();
    await page.getByText('2 of 4 are recognised').waitFor();
    await page.getByLabel('city Berlin · Potsdam · Berlin').selectOption('businessAddress.city');
    await page.getByText('3 of 4 are recognised').waitFor();
    await page.getByLabel('Key column').selectOption('id');
    await page.getByRole('button', { name: 'Show the first contacts' }).click();
    await page.getByRole('cell', { name: 'Dana Database' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await saveFor('bob', page);
    await page.getByText('3 created').waitFor();
    expect(await definitionOf('of-a-database')).toMatchObject({
      definition: { source: { connection: 'crm', key: 'id', columns: { 'businessAddress.city': 'city' } } },
    });
  });

  test('folders of an Exchange server are picked, those of a mailbox or public ones, and their contacts arrive', async () => {
    const page = await open('#/edit');
    await page.getByLabel('Name (required)').fill('On premises');
    await page.getByLabel('What does it read?').selectOption('exchangeServer');
    await page.getByRole('checkbox', { name: 'Kontakte 1 contact' }).waitFor();
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('It answers, and takes user and password').waitFor();
    expect(await page.getByText('Source folder "contacts"').count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Public folders' }).check();
    await page.getByRole('checkbox', { name: 'Customers 2 contacts' }).check();
    await page.getByRole('button', { name: 'Show the first contacts' }).click();
    await page.getByRole('cell', { name: 'Hal Hosted' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await saveFor('bob', page);
    await page.getByText('2 created').waitFor();
  });

  test('a reader, and whoever lost the role in the middle, is told which role it takes', async () => {
    const reader = await open('#/edit', 'reader');
    await reader.getByText('To make and change lists takes the role Admin').waitFor();
    await reader.goto('/api/console#/lists');
    await reader.getByRole('heading', { name: 'Lists' }).waitFor();
    expect(await reader.getByRole('link', { name: 'New list' }).count()).toBe(0);

    await store('too-late');
    const page = await open('#/edit/too-late?step=save');
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
    await page.context().clearCookies();
    await signIn('reader', page.context());
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').getByText('Admin').waitFor();
    forgetComplaints();
  });
}
