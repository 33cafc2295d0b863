import { testReplay } from '../end-to-end/congressReplay.ts';
import { startGraphWorld } from '../world/graphWorld.ts';

// Each change set alone: in memory by test/shared/engine/congress.test.ts, in processes by test/convergence-real.
testReplay({
  named: 'two mailboxes, six changes at once',
  start: startGraphWorld,
  targetCount: 2,
  changeSetsEach: 6,
  readTargets: 1,
});
