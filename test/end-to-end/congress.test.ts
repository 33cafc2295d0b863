import { testReplay } from './congressReplay.ts';

testReplay({ named: 'six', targetCount: 6, readTargets: 2 });
