import type { RunView } from '../../shared/api/runs.ts';
import type { AppHost } from '../world/world.ts';
import { destination, type GraphStaff, openGraphStaff } from './staff.ts';

const create = { method: 'POST', path: '/contactFolders/.+/contacts$' };
const patch = { method: 'PATCH', path: '/contacts/' };
const remove = { method: 'DELETE', path: '/contacts/' };
const newFolder = { method: 'POST', path: '/contactFolders$' };
const wholeBatch = { path: '\\$batch$' };

/** Longer than the hosts wait for an answer. */
const timeOut = { delayMilliseconds: 1800 };
const gatewayTimeOut = { status: 504, code: 'ErrorTimeoutExpired' };

let staff: GraphStaff;
let host: AppHost;
let mailbox: string;
let mailboxes = 0;

beforeAll(async () => {
  staff = await openGraphStaff();
  host = await staff.world.startHost();
});

beforeEach(async () => {
  mailbox = await staff.newMailbox(`doubted${++mailboxes}`);
});

afterEach(() => staff?.stopFailing());
afterAll(() => staff?.stop());

const serverErrors: [string, Record<string, unknown>][] = [
  ['500', { status: 500, code: 'ErrorInternalServerError' }],
  ['502', { status: 502, code: 'BadGateway' }],
];
const lostAnswers: [string, Record<string, unknown>][] = [
  ['500 after the server committed', { status: 500, code: 'ErrorInternalServerError', commit: true }],
  ['504 after the server committed', { ...gatewayTimeOut, commit: true }],
  ['a cut connection', { cut: true }],
  ['a connection that is cut after the server committed', { cut: true, commit: true }],
  ['a time-out after the server committed', timeOut],
];

describe.each([...serverErrors, ...lostAnswers])('%s', (_, fault) => {
  test('for some creates of a batch doubles and loses nothing', async () => {
    await staff.fail({ ...create, mailbox, skip: 5, times: 2 }, fault);

    const run = await staff.arrive(host, mailbox);

    expect(run.problems).toEqual([]);
    await staff.expectMirror(host, mailbox);
  });

  test('for some patches of a batch leaves nothing out', async () => {
    await staff.arrive(host, mailbox);
    await staff.changeSource();
    await staff.fail({ ...patch, mailbox, skip: 5, times: 2 }, fault);

    expect((await staff.arrive(host, mailbox)).problems).toEqual([]);

    await staff.expectMirror(host, mailbox);
  });
});

test.each([...serverErrors.slice(1), ...lostAnswers.slice(1)])(
  '%s for a whole batch of creates doubles and loses nothing',
  async (_, fault) => {
    await staff.fail({ ...wholeBatch, skip: 1, times: 1 }, fault);

    expect((await staff.arrive(host, mailbox)).problems).toEqual([]);

    await staff.expectMirror(host, mailbox);
  },
);

describe('a contact that Graph answers 500 for good', () => {
  const poison = { displayName: 'Poison 1', jobTitle: 'Clerk' };

  async function expectFailedAlone(key: string, run: RunView): Promise<void> {
    expect(run.mailboxes).toMatchObject({ total: 1, done: 1 });
    expect(run.contacts.failed).toBe(1);
    const problem = { code: 'ErrorItemSave', detail: `Graph refused the contact ${key}` };
    expect(run.problems).toMatchObject([{ list: 'staff', mailbox, ...problem }]);
    expect(await staff.progressOf(mailbox)).toMatchObject({ state: 'current', failed: 1, problem });
  }

  test.each(['created', 'patched'])('%s among others: they arrive, it is named, and arrives when mended', async how => {
    const key = await staff.addToSource(how === 'created' ? poison : { ...poison, displayName: 'Healthy' });
    if (how === 'patched') {
      await staff.arrive(host, mailbox);
      await staff.graph.call('PATCH', `/users/${staff.directory}/contacts/${key}`, poison);
    }
    const jobTitle = await staff.changeSource();
    await staff.fail({ mailbox, body: 'Poison' }, { status: 500, code: 'ErrorItemSave' });

    await expectFailedAlone(key, await host.resync({ mailbox }));

    const titles = (await staff.targetRows(mailbox)).filter(row => row.jobTitle === jobTitle);
    expect(titles).toHaveLength(staff.contactCount);
    await staff.graph.call('PATCH', `/users/${staff.directory}/contacts/${key}`, { displayName: 'Mended' });
    await staff.arrive(host, mailbox);
    await staff.expectMirror(host, mailbox);
    await staff.removeFromSource(key);
  });
});

async function folders(): Promise<string[]> {
  const path = `/users/${mailbox}/contactFolders`;
  const { value } = await staff.graph.call<{ value: { displayName: string }[] }>('GET', path);
  return value.map(({ displayName }) => displayName);
}

test.each(lostAnswers.filter(([, { commit }]) => commit))(
  '%s for the folder that is made leaves one folder',
  async (_, fault) => {
    await staff.fail({ ...newFolder, mailbox, times: 1 }, fault);

    await staff.arrive(host, mailbox);

    expect(await folders()).toEqual([destination]);
    await staff.expectMirror(host, mailbox);
  },
);

test('a time-out for the folder that is made after the host gave up leaves one folder, at the next try', async () => {
  await staff.fail({ ...newFolder, mailbox, times: 1 }, timeOut);

  const run = await host.resync({ mailbox });

  expect(run).toMatchObject({ mailboxes: { waiting: 1 }, problems: [{ code: 'RequestTimedOut' }] });
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state: 'waiting', problem: { code: 'RequestTimedOut' } });
  expect((progress?.dueAt ?? 0) - Date.now()).toBeGreaterThan(20_000);
  await staff.arrive(host, mailbox);
  expect(await folders()).toEqual([destination]);
  await staff.expectMirror(host, mailbox);
});

describe('a contact that leaves the source', () => {
  let leaving: string;

  beforeEach(async () => {
    leaving = await staff.addToSource({ displayName: 'Leaving', jobTitle: 'Clerk' });
    await staff.arrive(host, mailbox);
  });

  test.each([
    ['DELETE that answers 404 while doing the work', { status: 404, code: 'ErrorItemNotFound', commit: true }],
    ['DELETE that answers 504 while doing the work', { ...gatewayTimeOut, commit: true }],
    ['DELETE that answers 503 and does nothing', { status: 503, code: 'ErrorServerBusy' }],
    ['DELETE without an answer', timeOut],
  ])('%s: is gone', async (_, fault) => {
    await staff.removeFromSource(leaving);
    await staff.fail({ ...remove, mailbox, times: 1 }, fault);

    const run = await staff.arrive(host, mailbox);

    expect(run).toMatchObject({ contacts: { deleted: 1, failed: 0 }, problems: [] });
    await staff.expectMirror(host, mailbox);
  });

  test('DELETE that answers 404 since the user deleted it: is gone', async () => {
    const row = (await staff.targetRows(mailbox)).find(({ displayName }) => displayName === 'Leaving');
    // From Deleted Items it is removed for good.
    for (let times = 0; times < 2; times++) await staff.graph.call('DELETE', `/users/${mailbox}/contacts/${row?.id}`);
    await staff.removeFromSource(leaving);

    expect(await staff.arrive(host, mailbox)).toMatchObject({ contacts: { failed: 0 }, problems: [] });

    await staff.expectMirror(host, mailbox);
  });
});

test.each([
  ['deleted', 1],
  ['deleted for good', 2],
])('PATCH on a contact that the user %s creates it again, once', async (_, times) => {
  await staff.arrive(host, mailbox);
  const [row] = await staff.targetRows(mailbox);
  for (let round = 0; round < times; round++) await staff.graph.call('DELETE', `/users/${mailbox}/contacts/${row?.id}`);
  await staff.changeSource();

  const run = await staff.arrive(host, mailbox);

  expect(run.contacts).toEqual({ created: 1, updated: staff.contactCount - 1, deleted: 0, failed: 0 });
  await staff.expectMirror(host, mailbox);
});

test.each([
  ['409', { status: 409, code: 'ErrorIrresolvableConflict' }],
  ['412', { status: 412, code: 'ErrorChangeKeyRequired' }],
  ['423', { status: 423, code: 'Locked' }],
])('%s to a patch and to a delete is tried again within the run', async (_, fault) => {
  const leaving = await staff.addToSource({ displayName: 'Leaving' });
  await staff.arrive(host, mailbox);
  await staff.changeSource();
  await staff.removeFromSource(leaving);
  await staff.fail({ ...patch, mailbox, skip: 3, times: 2 }, fault);
  await staff.fail({ ...remove, mailbox, times: 1 }, fault);

  const run = await staff.arrive(host, mailbox);

  expect(run).toMatchObject({ contacts: { updated: staff.contactCount, deleted: 1, failed: 0 }, problems: [] });
  await staff.expectMirror(host, mailbox);
});

test('423 to a create is tried again, and 409 to a create is shown with its reason until the next try', async () => {
  await staff.fail({ ...create, mailbox, times: 1 }, { status: 423, code: 'Locked' });
  await staff.fail({ ...create, mailbox, skip: 3, times: 1 }, { status: 409, code: 'ErrorIrresolvableConflict' });

  const run = await staff.arrive(host, mailbox);

  expect(run.contacts).toMatchObject({ created: staff.contactCount - 1, failed: 1 });
  expect(run.problems).toMatchObject([{ list: 'staff', mailbox, code: 'ErrorIrresolvableConflict' }]);
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state: 'current', failed: 1, problem: { code: 'ErrorIrresolvableConflict' } });
  expect(((progress?.dueAt ?? 0) - Date.now()) / 60_000).toBeGreaterThan(4);
});

test.each([
  ['one request of a batch', { ...create, skip: 7, times: 1 }],
  ['every request of a batch from one on', { ...create, skip: 7, times: 13 }],
  ['a whole batch', { ...wholeBatch, skip: 1, times: 1 }],
  ['reading the source', { path: '/contacts/delta', times: 1 }],
])('401 in the middle of a run for %s is answered with a fresh token', async (_, match) => {
  await staff.fail(match, { status: 401, code: 'InvalidAuthenticationToken' });

  const run = await staff.arrive(host, mailbox);

  expect(run).toMatchObject({ contacts: { created: staff.contactCount, failed: 0 }, problems: [] });
  await staff.expectMirror(host, mailbox);
});
