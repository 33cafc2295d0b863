import type { AppHost } from '../world/world.ts';
import { type GraphStaff, openGraphStaff } from './staff.ts';

const minute = 60_000;
const hour = 60 * minute;

let staff: GraphStaff;
let host: AppHost;
let bystander: string;
let mailbox: string;
let mailboxes = 0;

beforeAll(async () => {
  staff = await openGraphStaff();
  host = await staff.world.startHost();
  bystander = await staff.newMailbox('bystander');
});

beforeEach(async () => {
  mailbox = await staff.newMailbox(`broken${++mailboxes}`);
});

afterEach(() => staff?.stopFailing());
afterAll(() => staff?.stop());

type State = 'waiting' | 'failed' | 'skipped';

/** What the admin sees: the state, Graph's reason and the time of the next try, about `wait` from now. */
async function expectWaiting(state: State, code: string, wait: number): Promise<void> {
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state, problem: { code, detail: expect.stringMatching(/\w+ \w+/) } });
  const left = (progress?.dueAt ?? 0) - staff.world.now();
  expect(left).toBeLessThanOrEqual(wait);
  expect(left).toBeGreaterThan(wait * 0.9 - 10_000);
}

const broken: [string, string, State, string, number][] = [
  ['that is not enabled for REST', 'notEnabled', 'skipped', 'MailboxNotEnabledForRESTAPI', 15 * minute],
  ['that is being moved', 'moving', 'waiting', 'ErrorMailboxMoveInProgress', 10 * minute],
  ['that is over its quota', 'overQuota', 'failed', 'ErrorQuotaExceeded', hour],
  ['that the app has no access to', 'accessDenied', 'failed', 'ErrorAccessDenied', hour],
];

describe.each(broken)('a mailbox %s', (_, graphState, state, code, wait) => {
  test(`is ${state} with the time of the next try, holds up no other, and is filled once it can be`, async () => {
    await staff.setState(mailbox, graphState);
    const jobTitle = await staff.changeSource(3);

    const run = await host.runSchedule();

    expect(run.mailboxes[state]).toBe(1);
    expect(run.problems).toMatchObject([{ list: 'staff', mailbox, code }]);
    await expectWaiting(state, code, wait);
    expect((await staff.targetRows(bystander)).filter(row => row.jobTitle === jobTitle)).toHaveLength(3);
    await staff.resetCounts();
    await host.runSchedule();
    // Before its time it is left alone.
    expect((await staff.counts(mailbox)).requests).toBe(0);

    await staff.setState(mailbox, 'ok');
    expect((await staff.arrive(host, mailbox)).contacts).toMatchObject({ created: staff.contactCount, failed: 0 });
    await staff.expectMirror(host, mailbox);
  });

  test('in the middle of its run keeps what was done and doubles nothing', async () => {
    await staff.arrive(host, mailbox);
    await staff.changeSource();
    const status = { overQuota: 403, accessDenied: 403, moving: 503 }[graphState] ?? 404;
    await staff.fail({ method: 'PATCH', path: '/contacts/', mailbox, skip: 23 }, { status, code });

    const run = await host.resync({ mailbox });

    expect(run.mailboxes[state]).toBe(1);
    expect(run.contacts).toMatchObject({ updated: 23, failed: 0 });
    await expectWaiting(state, code, wait);
    await staff.stopFailing();
    const rest = await staff.arrive(host, mailbox);
    expect(rest.contacts).toMatchObject({ updated: staff.contactCount - 23, failed: 0 });
    await staff.expectMirror(host, mailbox);
  });
});

test.each([
  ['one request', { method: 'PATCH', path: '/contacts/', skip: 7, times: 1 }, 429],
  ['a whole batch', { path: '\\$batch$', skip: 1, times: 1 }, 429],
  ['one request', { method: 'PATCH', path: '/contacts/', skip: 7, times: 1 }, 503],
])('throttled for minutes by %s (%#) is waiting with the time of the next try', async (_, match, status) => {
  await staff.arrive(host, mailbox);
  await staff.changeSource();
  await staff.fail(match, { status, code: 'ApplicationThrottled', retryAfter: 300 });

  const run = await host.resync({ mailbox });

  expect(run).toMatchObject({ state: 'finished', mailboxes: { waiting: 1 }, problems: [{ mailbox }] });
  const progress = await staff.progressOf(mailbox);
  expect(progress).toMatchObject({ state: 'waiting' });
  expect((progress?.dueAt ?? 0) - staff.world.now()).toBeGreaterThan(4.5 * minute);
  await staff.resetCounts();
  expect((await host.runSchedule()).problems).toEqual([]);
  expect((await staff.counts(mailbox)).requests).toBe(0);
  await staff.stopFailing();
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
});

test('a throttled folder look-up is waited for as long as Graph asks', async () => {
  await staff.fail(
    { path: '/contactFolders', mailbox },
    { status: 429, code: 'ApplicationThrottled', retryAfter: 120 },
  );

  expect((await host.resync({ mailbox })).mailboxes.waiting).toBe(1);

  await expectWaiting('waiting', 'ApplicationThrottled', 2 * minute);
  await staff.stopFailing();
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
});

test('a mailbox that is not there is not emptied, and gets what changed meanwhile when it is back', async () => {
  await staff.arrive(host, mailbox);
  await staff.setState(mailbox, 'notEnabled');
  await staff.changeSource();
  expect((await host.resync({ mailbox })).mailboxes.skipped).toBe(1);
  await staff.setState(mailbox, 'ok');
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
});

test('a user who is deleted leaves at once as gone, and when restored gets the contacts that are missing', async () => {
  await staff.arrive(host, mailbox);
  await staff.setState(mailbox, 'deleted');
  await staff.changeSource(5);

  const run = await host.runSchedule();

  expect(run).toMatchObject({ mailboxes: { skipped: 0 }, problems: [], notes: [{ mailbox, code: 'MailboxGone' }] });
  expect(await staff.progressOf(mailbox)).toMatchObject({ wanted: 'leaving', state: 'cleared', dueAt: 0 });
  await staff.setState(mailbox, 'ok');
  await staff.arrive(host, mailbox);
  await staff.expectMirror(host, mailbox);
});
