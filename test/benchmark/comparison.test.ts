import { compareFigures, middleOf, ratiosOf } from './comparison.ts';
import { settingsOf } from './measuredApp.ts';
import { parseTime, readProcessorTimes, usedBetween } from './processorTime.ts';
import { formatComparisons } from './report.ts';

describe('two apps', () => {
  const now = { messages: 20, targetReads: 0, wallSeconds: 1, hostPeakMegabytes: null, latency: { p50Seconds: 2 } };
  const earlier = { messages: 20, targetReads: 0, wallSeconds: 0, hostPeakMegabytes: 277, latency: { p50Seconds: 4 } };

  test('are compared in every figure that both have, groups included', () => {
    const comparisons = compareFigures({ ...now, status: { runsTableOperations: 3 } }, earlier);
    expect(comparisons).toEqual([
      { figure: 'messages', earlier: 20, now: 20, ratio: 1 },
      { figure: 'wallSeconds', earlier: 0, now: 1, ratio: undefined },
      { figure: 'latency.p50Seconds', earlier: 4, now: 2, ratio: 0.5 },
    ]);
    expect(ratiosOf(comparisons)).toEqual({ messages: 1, 'latency.p50Seconds': 0.5 });
  });

  test('are shown side by side, a line a figure', () => {
    const table = formatComparisons('1b85c47aaaa', { latency: compareFigures(now, earlier) });
    const [heading, , ...lines] = table.split('\n').map(line => line.trim().split(/ {2,}/));
    expect(heading).toEqual(['Case', 'Figure', 'At 1b85c47', 'Now', 'Ratio']);
    expect(lines).toContainEqual(['latency', 'latency.p50Seconds', '4', '2', '0.50']);
    expect(lines).toContainEqual(['latency', 'wallSeconds', '0', '1', '-']);
  });

  test('have the settings that each of them knows', () => {
    const own = { ARGUMENTS: '--new', GRAPH_ENDPOINT: 'http://sample', PHOTOS: 'on', QUEUE: 'sync' };
    const earlierSample = { ARGUMENTS: '--old', GRAPH_ENDPOINT: 'http://sample', QUEUE: 'sync', FORMER: 'yes' };
    const ofWorld = { ...own, GRAPH_ENDPOINT: 'http://127.0.0.1:1', PHOTOS: 'http://127.0.0.1:2' };
    const changed = settingsOf({ bundleDirectory: 'dist', sample: earlierSample }, ofWorld, own);
    expect(changed).toEqual({ ARGUMENTS: '--old', PHOTOS: undefined, QUEUE: 'sync', FORMER: 'yes' });
  });
});

test('of several rounds, each figure is that of the one in the middle', () => {
  const rounds = [
    { wallSeconds: 3, hostPeakMegabytes: 250, latency: { p50Seconds: 1 } },
    { wallSeconds: 1, hostPeakMegabytes: null, latency: { p50Seconds: 5 } },
    { wallSeconds: 2, hostPeakMegabytes: 260, latency: { p50Seconds: 4 } },
  ];
  expect(middleOf(rounds)).toEqual({ wallSeconds: 2, hostPeakMegabytes: null, latency: { p50Seconds: 4 } });
});

describe('processor time', () => {
  test('of a process grows with its work', async () => {
    const before = await readProcessorTimes([process.pid]);
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < 100_000);
    const used = usedBetween(before, await readProcessorTimes([process.pid]));
    if (process.platform === 'win32') return expect(used).toBeNull();
    expect(used).toBeGreaterThan(0.05);
  });

  test('is not known when a process has ended meanwhile', () => {
    expect(usedBetween(new Map([[1, 2]]), new Map([[5, 1]]))).toBeNull();
  });

  test.each([
    ['  0:01.25\n', 1.25],
    ['00:02:03', 123],
    ['1-01:00:00', 90_000],
  ])('is read from %j of ps', (text, seconds) => {
    expect(parseTime(text)).toBe(seconds);
  });
});
