import type { BenchmarkCase } from '../benchmarkCase.ts';
import { idle } from './idle.ts';
import { initial } from './initial.ts';
import { oneChange } from './oneChange.ts';

/** In the order in which they run: `initial` needs empty mailboxes. */
export const benchmarkCases: readonly BenchmarkCase[] = [initial, oneChange, idle];
