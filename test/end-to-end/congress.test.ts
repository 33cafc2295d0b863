import { startWorld, type World } from '../world/world.ts';
import { hasHistory } from './congress.ts';
import { congressList, replayCongress } from './congressReplay.ts';

const name = 'four years of the Congress arrive in six mailboxes, change by change';
const replay = hasHistory() ? test : test.skip;

let world: World | undefined;

afterAll(() => world?.stop());

replay(
  hasHistory() ? name : `${name} (SKIPPED: ../shared/data/congress is not there)`,
  async () => {
    world = await startWorld({ lists: [congressList] });
    await replayCongress(world, { targetCount: 6, readTargets: 2 });
  },
  600_000,
);
