import { testReplay } from './congressReplay.ts';

testReplay({ named: 'three', targetCount: 3, readTargets: 1 });
