import type { AppHost } from '../world/world.ts';
import { type GraphStaff, openGraphStaff } from './staff.ts';

const create = { method: 'POST', path: '/contactFolders/.+/contacts$' };
const patch = { method: 'PATCH', path: '/contacts/' };
const wholeBatch = { path: '\\$batch$' };

let staff: GraphStaff;
let host: AppHost;

beforeAll(async () => {
  staff = await openGraphStaff();
  host = await staff.world.startHost();
});

afterEach(() => staff?.stopFailing());
afterAll(() => staff?.stop());

let mailboxes = 0;

function newMailbox(): Promise<string> {
  return staff.newMailbox(`throttled${++mailboxes}`);
}

/** Seconds from the first request to the mailbox to the last answer. */
async function seconds(mailbox: string): Promise<number> {
  const { firstRequestAt, lastAnswerAt } = await staff.counts(mailbox);
  return (lastAnswerAt - firstRequestAt) / 1000;
}

interface Asked {
  readonly header: string | number;
  /** Epoch milliseconds, by those of the first request. */
  readonly earliest: (firstRequestAt: number) => number;
}

function after(seconds: number): Omit<Asked, 'header'> {
  return { earliest: firstRequestAt => firstRequestAt + seconds * 1000 };
}

/** A date means the same however late it is read. */
function soon(): Asked {
  const header = new Date(staff.world.now() + 3000).toUTCString();
  return { header, earliest: () => Date.parse(header) };
}

const refusals: [number, string][] = [
  [429, 'ApplicationThrottled'],
  [503, 'ErrorServerBusy'],
];
const retryAfters: [string, () => Asked][] = [
  ['in seconds', () => ({ header: 2, ...after(1.9) })],
  ['as a fraction of a second', () => ({ header: '1.249', ...after(1.2) })],
  ['as a date', soon],
];

async function expectWaited(mailbox: string, { earliest }: Asked): Promise<void> {
  const { firstRequestAt, lastAnswerAt } = await staff.counts(mailbox);
  expect(lastAnswerAt).toBeGreaterThan(earliest(firstRequestAt));
  expect(lastAnswerAt - firstRequestAt).toBeLessThan(6000);
}

describe.each(refusals)('%i for one request of a batch', (status, code) => {
  test('is tried again, alone, after Retry-After in seconds, as a fraction of a second and as a date', async () => {
    const targets = await Promise.all(retryAfters.map(newMailbox));
    for (const mailbox of targets) await staff.arrive(host, mailbox);
    await staff.changeSource();
    await staff.resetCounts();
    const asked = retryAfters.map(([, ask]) => ask());
    for (const [index, { header }] of asked.entries()) {
      const match = { ...patch, mailbox: targets[index], skip: 7, times: 1 };
      await staff.fail(match, { status, code, retryAfter: header });
    }

    await host.runSchedule();

    for (const [index, each] of asked.entries()) {
      const mailbox = targets[index] ?? '';
      expect((await staff.counts(mailbox)).requests).toBe(staff.contactCount + 1);
      await expectWaited(mailbox, each);
    }
    for (const mailbox of targets) await staff.expectMirror(host, mailbox);
  });

  test('to a create writes it once', async () => {
    const mailbox = await newMailbox();
    await staff.fail({ ...create, mailbox, skip: 7, times: 3 }, { status, code, retryAfter: 1 });

    expect((await staff.arrive(host, mailbox)).contacts).toMatchObject({ created: staff.contactCount, failed: 0 });

    await staff.expectMirror(host, mailbox);
  });
});

describe.each(refusals)('%i for a whole batch', (status, code) => {
  test.each(retryAfters.slice(1))('is tried again after Retry-After %s', async (_, ask) => {
    const mailbox = await newMailbox();
    await staff.arrive(host, mailbox);
    await staff.changeSource();
    await staff.resetCounts();
    const asked = ask();
    await staff.fail({ ...wholeBatch, skip: 1, times: 1 }, { status, code, retryAfter: asked.header });

    await staff.arrive(host, mailbox);

    await expectWaited(mailbox, asked);
    expect((await staff.counts(mailbox)).writes).toBe(staff.contactCount);
    await staff.expectMirror(host, mailbox);
  });

  test('of creates writes each once', async () => {
    const mailbox = await newMailbox();
    await staff.fail({ ...wholeBatch, times: 1 }, { status, code, retryAfter: 1 });

    expect((await staff.arrive(host, mailbox)).contacts).toMatchObject({ created: staff.contactCount, failed: 0 });

    await staff.expectMirror(host, mailbox);
  });
});

/** Seconds, as the product backs off by itself. */
function expectBackedOff(waited: number): void {
  expect(waited).toBeGreaterThan(1.9);
  expect(waited).toBeLessThan(7);
}

test('429 without Retry-After for one request backs off for a few seconds, not always the same', async () => {
  const targets = [await newMailbox(), await newMailbox()];
  for (const mailbox of targets) await staff.arrive(host, mailbox);
  await staff.changeSource();
  await staff.resetCounts();
  for (const mailbox of targets) {
    await staff.fail({ ...patch, mailbox, skip: 7, times: 1 }, { status: 429, code: 'TooManyRequests' });
  }

  await host.runSchedule();

  const [one = 0, other = 0] = await Promise.all(targets.map(seconds));
  expectBackedOff(one);
  expectBackedOff(other);
  expect(Math.abs(one - other)).toBeGreaterThan(0.01);
  for (const mailbox of targets) await staff.expectMirror(host, mailbox);
});

test('429 without Retry-After for a whole batch backs off for a few seconds', async () => {
  const mailbox = await newMailbox();
  await staff.arrive(host, mailbox);
  await staff.changeSource();
  await staff.resetCounts();
  await staff.fail({ ...wholeBatch, skip: 1, times: 1 }, { status: 429, code: 'TooManyRequests' });

  await staff.arrive(host, mailbox);

  expectBackedOff(await seconds(mailbox));
  await staff.expectMirror(host, mailbox);
});

test('429 and 503 to reading the source and the group are waited out within the run', async () => {
  const mailbox = await newMailbox();
  await staff.fail({ path: '/contacts/delta', times: 1 }, { status: 429, retryAfter: 1 });
  await staff.fail({ path: '/groups/.+/transitiveMembers', times: 1 }, { status: 503, retryAfter: '0.249' });

  expect(await staff.arrive(host, mailbox)).toMatchObject({ contacts: { created: staff.contactCount }, problems: [] });

  await staff.expectMirror(host, mailbox);
});
