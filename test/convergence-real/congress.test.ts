import { testReplay } from '../end-to-end/congressReplay.ts';

testReplay({ named: 'twenty', targetCount: 20, readTargets: 20 });
