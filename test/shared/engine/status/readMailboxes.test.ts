import { listMailboxView, mailboxView } from '../../../../shared/api/mailboxes.ts';
import type { ReportedState } from '../../../../shared/domain/dueMailboxes.ts';
import type { MailboxQuestion } from '../../../../shared/engine/status/readMailboxes.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

const staff = listOf();
let world: World;

beforeEach(() => {
  world = createWorld(staff);
});

async function readPage(question: MailboxQuestion) {
  const list = await world.app.findKnownList('staff');
  if (!list?.id) throw new Error('no list');
  const page = await world.app.readListMailboxes({ ...list, id: list.id }, question);
  expect(page.mailboxes.map(mailbox => listMailboxView.parse(mailbox))).toEqual(page.mailboxes);
  return page;
}

/** Every page; the sizes of the pages beside. */
async function readAllPages(question: MailboxQuestion): Promise<{ ids: string[]; sizes: number[] }> {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let from = question.from; ; ) {
    const { mailboxes, next } = await readPage({ ...question, from });
    ids.push(...mailboxes.map(({ id }) => id));
    sizes.push(mailboxes.length);
    if (next === undefined) return { ids, sizes };
    from = next;
  }
}

/** Rows of mailboxes as a handler reports them; every tenth failed. */
async function addRows(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `m${String(index).padStart(6, '0')}`);
  const counts = { contacts: 0, failed: 0, dueAt: 0, syncedAt: 0, sequence: 1, goneAt: 0 };
  const columns = { position: 1, epoch: 0, settings: '', ...counts };
  for (const [index, id] of ids.entries()) {
    const state: ReportedState = index % 10 === 3 ? 'failed' : 'current';
    await world.store.progress.report('staff', id, { ...columns, state });
  }
  return ids;
}

test('mailboxes come page by page in the order of their ids, each once', async () => {
  const ids = await addRows(25);
  expect(await readAllPages({ limit: 10 })).toEqual({ ids, sizes: [10, 10, 5] });
  expect(await readAllPages({ limit: 25 })).toEqual({ ids, sizes: [25] });
  expect(await readAllPages({ limit: 5 })).toEqual({ ids, sizes: [5, 5, 5, 5, 5] });
});

test('a mailbox that joins meanwhile is on a later page or on none, and moves no other', async () => {
  const ids = await addRows(6);
  const first = await readPage({ limit: 3 });
  await world.store.progress.note('staff', [{ mailboxId: 'a' }, { mailboxId: 'm0000035' }]);
  const second = await readPage({ limit: 10, from: first.next });
  expect(second.mailboxes.map(({ id }) => id)).toEqual([...ids.slice(3, 4), 'm0000035', ...ids.slice(4)]);
});

test('only those of a state, also over many that are in another', async () => {
  const ids = await addRows(1_300);
  const failed = ids.filter((_, index) => index % 10 === 3);
  expect((await readAllPages({ state: 'failed', limit: 50 })).ids).toEqual(failed);
  expect(await readAllPages({ state: 'failed', limit: 1000 })).toEqual({ ids: failed, sizes: [130] });
  expect((await readAllPages({ state: 'leaving', limit: 10 })).ids).toEqual([]);
});

test('a page looks through a bounded number of rows, and names where to go on', async () => {
  const ids = await addRows(5_500);
  const { mailboxes, next } = await readPage({ state: 'leaving', limit: 10 });
  expect(mailboxes).toEqual([]);
  expect(ids.indexOf(next ?? '')).toBeGreaterThanOrEqual(4_900);
  expect((await readAllPages({ state: 'leaving', limit: 10 })).sizes).toEqual([0, 0]);
});

test('a mailbox shows how it stands in each list, with the contacts that Graph refused', async () => {
  world.addContacts(3);
  const [target = ''] = world.addTargets(1);
  const refusal = { kind: 'refused' as const, code: 'ErrorInvalidProperty', detail: 'businessPhones' };
  world.graph.fail({ on: { operation: 'create', displayName: 'Contact 2' }, answer: refusal });
  await world.run();
  await world.deliver();
  const mailbox = mailboxView.parse(await world.app.readMailbox(target));
  const [, second] = world.source.contactsIn(world.sourceFolder);
  const refused = {
    contact: second?.id,
    code: 'ErrorInvalidProperty',
    detail: 'businessPhones',
    retryAt: expect.any(String),
  };
  expect(mailbox).toEqual({
    id: target,
    lists: [
      {
        ...{ list: 'staff', state: 'current', position: 3, contacts: 2, failed: 1, folder: 'Company' },
        problem: {
          code: 'ErrorInvalidProperty',
          detail: expect.stringContaining(second?.id ?? ''),
        },
        syncedAt: new Date(world.clock.now()).toISOString(),
        retryAt: refused.retryAt,
        refused: [refused],
      },
    ],
  });
  expect(JSON.stringify(mailbox)).not.toContain('Contact 2');
});

test('a mailbox that failed says why and when it is tried again; a disabled member says what to do', async () => {
  world.addContacts(1);
  const [failing = '', disabled = ''] = world.addTargets(2);
  world.graph.setEnabled(disabled, false);
  world.graph.mailbox(failing).failure = failure('accessDenied');
  await world.run();
  await world.deliver();
  const { mailboxes } = await readPage({ limit: 10 });
  expect(mailboxes).toEqual([
    {
      ...{ id: failing, state: 'failed', position: null, contacts: 0, failed: 0 },
      problem: { code: 'ErrorAccessDenied', detail: expect.any(String) },
      retryAt: expect.any(String),
      syncedAt: expect.any(String),
    },
    {
      ...{ id: disabled, state: 'skipped', position: null, contacts: 0, failed: 0, syncedAt: null },
      problem: { code: 'AccountDisabled', detail: expect.stringContaining('includeDisabled') },
    },
  ]);
});

test('a mailbox that no list knows has none', async () => {
  expect(await world.app.readMailbox('nobody')).toEqual({ id: 'nobody', lists: [] });
});

test('a list that is gone still says what became of its mailbox', async () => {
  world.addContacts(1);
  const [target = ''] = world.addTargets(1);
  await world.sync();
  world.setLists(
    listOf({ id: 'other', targets: { mailboxes: ['target1@contoso.com'] }, destination: { folder: 'B' } }),
  );
  await world.sync();
  const { lists } = await world.app.readMailbox(target);
  expect(lists.map(({ list, state, folder }) => [list, state, folder])).toContainEqual(['staff', 'cleared', null]);
});
