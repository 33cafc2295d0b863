import { testReplay } from '../end-to-end/congressReplay.ts';
import { startWorld } from '../world/world.ts';

testReplay({
  named: 'twenty mailboxes, change by change',
  start: startWorld,
  targetCount: 20,
  changeSetsEach: 1,
  readTargets: 20,
});
