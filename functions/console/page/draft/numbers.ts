import { type Entry, read } from './entry.ts';
import type { Fault } from './faults.ts';

interface Bounds {
  readonly path: string;
  readonly most?: number;
  readonly isWhole?: boolean;
}

const numbers: readonly Bounds[] = [
  { path: 'safeguards.maxRemovalShare', most: 1 },
  { path: 'safeguards.maxRemovals', isWhole: true },
  { path: 'rollout.from', isWhole: true },
  { path: 'rollout.haltWhen.failedShare', most: 1 },
];

/** Numbers that the app would refuse, told while they are typed and in its words. */
export function faultsInNumbers(entry: Entry): Fault[] {
  return numbers.flatMap(({ path, ...bounds }) => {
    const value = read(entry, path.split('.'));
    const message = typeof value === 'number' ? faultIn(value, bounds) : undefined;
    return message === undefined ? [] : [{ path, message }];
  });
}

function faultIn(value: number, { most = Number.MAX_SAFE_INTEGER, isWhole = false }: Omit<Bounds, 'path'>) {
  if (value < 0) return 'is less than 0';
  if (value > most) return `is more than ${most}`;
  return isWhole && !Number.isInteger(value) ? 'is not a whole number' : undefined;
}
