import { createJournalReader, type Goal, type JournalReader } from '../../../../shared/engine/wanted/wantedContacts.ts';
import { createWorld, listOf, type World } from '../world.ts';

let world: World;
let ids: string[];
let reader: JournalReader;
const list = listOf();

/** Three contacts at the positions 1 to 3; then one is edited, one removed and one added. */
beforeEach(async () => {
  world = createWorld();
  ids = world.addContacts(3);
  await world.capture();
  world.source.edit(ids[0] ?? '', { displayName: 'Contact 1', department: 'Engines' });
  world.source.remove(ids[1] ?? '');
  ids.push(...world.addContacts(1, 'Late'));
  await world.capture();
  reader = createJournalReader(world.openListPartition);
});

const before = ['Contact 1 of Sales', 'Contact 2 of Sales', 'Contact 3 of Sales'];
const now = ['Contact 1 of Engines', 'Contact 3 of Sales', 'Late 1 of Sales'];

async function wantedAt(goal: Goal, how: 'readWanted' | 'readContacts'): Promise<string[]> {
  const changes =
    how === 'readWanted'
      ? (await reader.readWanted(list, 'snapshot', goal)).changes
      : await reader.readContacts(list, ids, goal);
  return changes
    .flatMap(({ wanted }) => (wanted ? [`${wanted.contact.displayName} of ${wanted.contact.department}`] : []))
    .sort();
}

describe.each(['readWanted', 'readContacts'] as const)('%s', how => {
  test('shows all that was captured where the goal is the newest position', async () => {
    expect(await wantedAt({ head: 6, epoch: 0, newest: 6 }, how)).toEqual(now);
  });

  test('carries nobody past a goal before it', async () => {
    expect(await wantedAt({ head: 3, epoch: 0, newest: 6 }, how)).toEqual(before);
  });

  test('nor past one that was the newest when it was read', async () => {
    expect(await wantedAt({ head: 3, epoch: 0, newest: 3 }, how)).toEqual(before);
  });
});

test.each(['readWanted', 'readContacts'] as const)('%s: nor past one since which a contact was removed', async how => {
  world.source.remove(ids[2] ?? '');
  await world.capture();
  expect(await wantedAt({ head: 6, epoch: 0, newest: 6 }, how)).toEqual(now);
});

test('what is wanted at a goal names the position of its content', async () => {
  const { changes } = await reader.readWanted(list, 'snapshot', { head: 3, epoch: 0, newest: 6 });
  const positions = changes.map(({ wanted }) => wanted?.version.split('.')[0]).sort();
  expect(positions).toEqual(['1', '2', '3']);
});
