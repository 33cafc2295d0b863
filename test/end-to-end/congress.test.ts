import { testReplay } from './congressReplay.ts';

// Each change set alone: in memory by test/shared/engine/congress.test.ts, in processes by test/convergence-real.
testReplay({ named: 'two mailboxes, six changes at once', targetCount: 2, changeSetsEach: 6, readTargets: 1 });
