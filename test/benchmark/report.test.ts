import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchmarkCases } from './cases/index.ts';
import { measureInMemory } from './fan-out-in-memory/measureInMemory.ts';
import {
  type BenchmarkFigures,
  benchmarkFiguresSchema,
  type CaseFigures,
  type Measurement,
  percentile,
  toFigures,
} from './figures.ts';
import { readOptions } from './options.ts';
import { readPeakMegabytes } from './processMemory.ts';
import { formatReport, memoryAims } from './report.ts';
import { countByKind, requestKinds } from './requestKinds.ts';
import { readContactDirectory } from './sourceContacts.ts';

const targets = ['ada', 'ben'];

/** Two targets and the source `desk`: 540 creates in each, four at once but for a pause in ben's mailbox. */
const measurement: Measurement = {
  counters: {
    requests: 1087,
    roundTrips: 61,
    batches: 54,
    throttled: 0,
    byApp: {},
    byMailbox: {
      desk: { requests: 3, reads: 3, writes: 0, firstRequestAt: 0, lastAnswerAt: 60_000, writeBusyMilliseconds: 0 },
      ada: {
        requests: 542,
        reads: 1,
        writes: 541,
        firstRequestAt: 1000,
        lastAnswerAt: 7762.5,
        writeBusyMilliseconds: 0,
      },
      ben: {
        requests: 542,
        reads: 1,
        writes: 541,
        firstRequestAt: 500,
        lastAnswerAt: 10_643.75,
        writeBusyMilliseconds: 0,
      },
    },
    byRoute: {
      'POST /users/{id}/contactFolders/{id}/contacts': 1080,
      'GET /users/{id}/contactFolders': 2,
      'POST /users/{id}/contactFolders': 2,
      'GET /users/{id}/contactFolders/{id}/contacts/delta': 3,
    },
  },
  messages: 2,
  tableOperations: 70,
  hostPeakMegabytes: 250,
  processorSeconds: 2.7,
  wallSeconds: 12.5,
};

describe('figures of a case', () => {
  test.each([
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.99, 4],
    [[7], 0.5, 7],
  ])('the percentile of %j at %d is one of them', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  test('come from the counters of the simulator', () => {
    expect(toFigures(measurement, targets, 50)).toEqual({
      mailboxes: 2,
      graphRequests: 1087,
      requestsByKind: { ...countByKind({}), contactCreates: 1080, folders: 4, delta: 3 },
      targetReads: 2,
      roundTrips: 61,
      tableOperations: 70,
      messages: 2,
      wallSeconds: 12.5,
      // (541 + 541) x 50 ms / 4 in 6762.5 + 10143.75 ms; the source's minute does not count.
      slotUtilisation: 0.8,
      hostPeakMegabytes: 250,
      processorSeconds: 2.7,
      perMailbox: { tableOperations: 35, processorMilliseconds: 1350 },
      perContact: { processorMilliseconds: 2.5 },
    });
  });

  test('have no slot utilisation where nothing was written', () => {
    const idle = { ...measurement, counters: { ...measurement.counters, byMailbox: {} } };
    expect(toFigures(idle, targets, 50)).toMatchObject({ slotUtilisation: 0, targetReads: 0 });
  });

  test.each([
    ['POST /users/{id}/contactFolders/{id}/contacts', 'contactCreates'],
    ['POST /users/{id}/contacts', 'contactCreates'],
    ['PATCH /users/{id}/contacts/{id}', 'contactPatches'],
    ['DELETE /users/{id}/contactFolders/{id}/contacts/{id}', 'contactDeletes'],
    ['POST /users/{id}/contacts/{id}/permanentDelete', 'contactDeletes'],
    ['GET /users/{id}/contactFolders/{id}/contacts', 'contactReads'],
    ['GET /users/{id}/contacts/{id}', 'contactReads'],
    ['PUT /users/{id}/contacts/{id}/photo/$value', 'contactPhotos'],
    ['GET /users/{id}/contacts/delta', 'delta'],
    ['GET /users/{id}/contactFolders/{id}/childFolders', 'folders'],
    ['POST /users/{id}/contactFolders', 'folders'],
    ['GET /groups/{id}/transitiveMembers/microsoft.graph.user', 'directory'],
    ['GET /users/{id}', 'directory'],
    ['POST /subscriptions', 'other'],
    ['GET unknown', 'other'],
  ] as const)('%s is counted as %s', (route, kind) => {
    expect(countByKind({ [route]: 7 })).toEqual({ ...countByKind({}), [kind]: 7 });
  });

  test('the peak of a process is in megabytes, where the system tells', async () => {
    const peak = await readPeakMegabytes(process.pid);
    if (process.platform !== 'linux') return expect(peak).toBeNull();
    const now = process.memoryUsage.rss() / 1e6;
    expect(peak).toBeGreaterThan(now * 0.9);
    expect(peak).toBeLessThan(now * 10);
  });
});

describe('report', () => {
  const names = ['initial', 'oneChange', 'idle', 'recovery', 'throttled', 'latency'];
  const figuresOfCase: CaseFigures = toFigures(measurement, targets, 50);
  const figures: BenchmarkFigures = {
    setup: { directory: 'congress directory', contacts: 540, mailboxes: 2, latencyMilliseconds: 50 },
    cases: Object.fromEntries(names.map(name => [name, figuresOfCase])),
    bundle: { megabytes: 1.284, loadSeconds: 0.213 },
  };
  const aims = [
    { aim: 'initial: at most 2 other requests a mailbox', figure: '2', reached: true },
    { aim: 'idle: 0 messages', figure: '3', reached: false },
    { aim: 'host peak memory under 300 MB', figure: '-', reached: null },
  ];

  test('has a row a figure and a column a case, within 120 characters', () => {
    const lines = formatReport(figures, aims).split('\n');
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(120);
    expect(cells(lines[2])).toEqual(names);
    const rows = new Map(lines.map(line => [line.trim().split(/ {2,}/)[0], cells(line).slice(1)]));
    expect(rows.get('Graph requests')).toEqual(names.map(() => '1,087'));
    expect(rows.get('contact creates')).toEqual(names.map(() => '1,080'));
    expect(rows.get('Target reads')).toEqual(names.map(() => '2'));
    expect(rows.get('a mailbox, ms')).toEqual(names.map(() => '1350.0'));
    expect(rows.get('Wall time, s')).toEqual(names.map(() => '12.50'));
    expect(rows.get('Slot utilisation')).toEqual(names.map(() => '0.80'));
    expect(lines).toContain('Bundle: 1.28 MB, loaded in 0.21 s');
  });

  test('says of each aim what was found and whether that is enough', () => {
    const lines = formatReport(figures, aims).split('\n');
    const found = lines.slice(lines.findIndex(line => line.startsWith('Aim'))).map(cells);
    expect(found.slice(1, 4)).toEqual([
      ['initial: at most 2 other requests a mailbox', '2', 'ok'],
      ['idle: 0 messages', '3', 'missed'],
      ['host peak memory under 300 MB', '-', '-'],
    ]);
  });

  test.each([
    [[250, 299], true],
    [[250, 300], false],
    [[null, null], null],
  ] as const)('host peaks of %j MB: enough is %j', (peaks, reached) => {
    const cases = peaks.map(hostPeakMegabytes => ({ ...figuresOfCase, hostPeakMegabytes }));
    expect(memoryAims(cases)).toMatchObject([{ reached }]);
  });

  test('as JSON has every figure of the contract for every case', () => {
    const parsed = benchmarkFiguresSchema.parse(JSON.parse(JSON.stringify(figures)));
    expect(parsed).toEqual(figures);
    const [initial] = Object.values(parsed.cases);
    expect(Object.keys(initial ?? {})).toEqual(
      expect.arrayContaining([
        'graphRequests',
        'targetReads',
        'roundTrips',
        'tableOperations',
        'messages',
        'wallSeconds',
        'slotUtilisation',
        'hostPeakMegabytes',
      ]),
    );
    expect(Object.keys(initial?.requestsByKind ?? {})).toEqual(requestKinds);
  });
});

test('the fan-out in memory sends a message a mailbox, and counts requests as the services page them', async () => {
  const mailboxes = 1050;
  const { messages, graphRequests, peakMegabytes, megabytesBefore } = await measureInMemory(mailboxes);
  // The source's changes, what those do not tell of the changed contact, and two pages of members.
  expect({ messages, graphRequests }).toEqual({ messages: mailboxes, graphRequests: 4 });
  expect(peakMegabytes).toBeGreaterThanOrEqual(megabytesBefore);
});

test('generated people stand in for a directory that is not there', async () => {
  const { origin, contacts } = await readContactDirectory(join(import.meta.dirname, 'no-such-file.json'));
  expect(origin).toContain('generated');
  expect(contacts).toHaveLength(540);
  expect(contacts[0]).toHaveProperty('displayName');
});

describe('npm run benchmark', () => {
  test.each([
    [['--case', 'nothing'], /^There is no case nothing\. .*$/],
    [['--speed'], /Unknown option '--speed'\. .*$/],
    [['--rounds', '0'], /^--rounds must be a whole number from 1\. .*$/],
    [['--json', 'no/such/directory/figures.json'], /^--json: the directory .* does not exist or may not be written$/],
  ])('%j is told in one line', async (args, line) => {
    await expect(readOptions(args)).rejects.toThrow(line);
  });

  test('what is wrong ends it with that line alone', async () => {
    const script = join(import.meta.dirname, 'run.ts');
    const run = promisify(execFile)(process.execPath, [script, '--against', 'no-such-commit']);
    const error = await run.then(
      () => undefined,
      (failure: { code: number; stdout: string; stderr: string }) => failure,
    );
    expect(error).toMatchObject({ code: 1, stdout: '' });
    expect(error?.stderr.trimEnd()).toMatch(/^--against: git knows no commit no-such-commit here.*$/);
  });

  test('has the cases of the contract, in an order in which each finds what it needs', () => {
    const names = benchmarkCases.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['initial', 'oneChange', 'idle']);
    expect(new Set(names).size).toBe(names.length);
  });
});

function cells(line = ''): string[] {
  return line.trim().split(/ {2,}/);
}
