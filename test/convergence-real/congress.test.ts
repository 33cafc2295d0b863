import { testReplay } from '../end-to-end/congressReplay.ts';

testReplay({ named: 'twenty mailboxes, change by change', targetCount: 20, changeSetsEach: 1, readTargets: 20 });
