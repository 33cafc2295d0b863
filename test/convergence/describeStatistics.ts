import type { Statistics } from './statistics.ts';

/** A table of what was tried. */
export function describeStatistics(statistics: Statistics, seconds: number): string {
  const { schedules, actions, effects, deliveries, faults, crashes } = statistics;
  const {
    mailboxesCompared,
    contactsCompared,
    photosCompared,
    keptForUsers,
    adopted,
    givenBack,
    forgotten,
    idleRuns,
    violations,
  } = statistics;
  const rows: [string, number][] = [
    ['schedules', schedules],
    ['commands', sumOf(actions)],
    ...byCount(actions),
    ['requests, each a point of interleaving', effects],
    ['messages delivered', deliveries],
    ['faults', sumOf(faults)],
    ...byCount(faults),
    ['crashes', crashes],
    ['mailboxes compared', mailboxesCompared],
    ['contacts compared', contactsCompared],
    ['photos compared', photosCompared],
    ['differences that users may keep', keptForUsers],
    ["users' contacts taken over", adopted],
    ["users' contacts given back", givenBack],
    ['persons forgotten', forgotten],
    ['idle runs', idleRuns],
    ['seconds', Math.round(seconds)],
    ['violations', violations],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, count]) => `${name.padEnd(width)} ${String(count).padStart(12)}`).join('\n');
}

function byCount(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts)
    .sort((left, right) => right[1] - left[1])
    .map(([name, count]) => [`  ${name}`, count]);
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
