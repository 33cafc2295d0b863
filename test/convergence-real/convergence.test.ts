import { runConvergence } from './convergence.ts';
import { generateDirectory } from './directory.ts';

test('five mailboxes converge after edits, faults and crashes', async () => {
  const { figures, hosts } = await runConvergence({
    seconds: 6,
    seed: 1,
    mailboxes: 5,
    directory: generateDirectory(30),
    killEvery: { least: 1, most: 2 },
    leaseSeconds: 5,
    signal: new AbortController().signal,
    note: () => undefined,
  });

  expect(figures.violations).toEqual([]);
  expect(figures.crashes).toBeGreaterThan(0);
  expect(figures.mailboxesCompared).toBe(5);
  expect(figures.contactsCompared).toBeGreaterThanOrEqual(5 * 20);
  expect(hosts.filter(({ killed }) => !killed)).toHaveLength(3);
  if (process.platform === 'linux') expect(hosts.some(({ start }) => start !== undefined)).toBe(true);
}, 120_000);
