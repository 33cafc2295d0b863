import type { BenchmarkCase } from '../benchmarkCase.ts';
import { captures } from './captures.ts';
import { fullReconcile } from './fullReconcile.ts';
import { idle } from './idle.ts';
import { initial } from './initial.ts';
import { largeList } from './largeList.ts';
import { latency, latencyThreeHosts } from './latency.ts';
import { notificationBurst } from './notificationBurst.ts';
import { oneChange } from './oneChange.ts';
import { photos } from './photos.ts';
import { proof } from './proof.ts';
import { recovery } from './recovery.ts';
import { scaleChange, scaleGroup, scaleIdle, scaleKilled } from './scale.ts';
import { scaleInMemory } from './scaleInMemory.ts';
import { status } from './status.ts';
import { throttled } from './throttled.ts';

/** In the order in which they run: `initial` needs empty mailboxes. */
export const benchmarkCases: readonly BenchmarkCase[] = [
  initial,
  oneChange,
  idle,
  throttled,
  recovery,
  fullReconcile,
  latency,
  latencyThreeHosts,
  notificationBurst,
  status,
  proof,
  scaleChange,
  scaleIdle,
  scaleGroup,
  scaleKilled,
  scaleInMemory,
  largeList,
  photos,
  ...captures,
];
