import { testReplay } from './congressReplay.ts';

testReplay({ named: 'two', targetCount: 2, readTargets: 1 });
