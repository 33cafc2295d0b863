import { hasHistory } from '../end-to-end/congress.ts';
import { congressList, replayCongress } from '../end-to-end/congressReplay.ts';
import { startWorld, type World } from '../world/world.ts';

const name = 'four years of the Congress arrive in twenty mailboxes, change by change';
const replay = hasHistory() ? test : test.skip;

let world: World | undefined;

afterAll(() => world?.stop());

replay(
  hasHistory() ? name : `${name} (SKIPPED: ../shared/data/congress is not there)`,
  async () => {
    world = await startWorld({ lists: [congressList] });
    await replayCongress(world, { targetCount: 20, readTargets: 20 });
  },
  600_000,
);
