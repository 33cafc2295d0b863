import type { HoldDecision } from '../../../../shared/domain/hold.ts';
import { createWorld, listOf, type World } from '../world.ts';

const people = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Fay'];
const file = { kind: 'csv', blob: 'partners.csv' };
const both = [
  { name: 'staff', kind: 'contactFolder', mailbox: 'directory@contoso.com', folders: ['Staff'] },
  { name: 'partners', ...file },
];

let world: World;
let target: string;

function start(list = listOf({ source: file })): void {
  world = createWorld(list);
  [target = ''] = world.addTargets(1);
}

/** Writes a file of these people and runs. */
async function write(...names: readonly string[]): Promise<void> {
  const rows = names.map(name => `${name},${name.toLowerCase()}@partner.example\n`);
  world.files.put('partners.csv', `Name,E-mail Address\n${rows.join('')}`);
  await world.sync();
}

async function standing() {
  const list = await world.app.readList('staff');
  return { state: list?.state, hold: list?.hold };
}

function decide(decision: HoldDecision['decision'], removals: number) {
  return world.decide({ decision, removals });
}

const held = (removals: number, of: number) => ({
  state: 'held',
  hold: { kind: 'contacts', reason: 'SourceUnexpectedlySmall', removals, of },
});
const ok = { state: 'ok', hold: null };

describe('a file that is half as long as before', () => {
  beforeEach(async () => {
    start();
    await write(...people);
    await write('Ada', 'Bob', 'Cleo', 'Gus');
    expect(await standing()).toEqual(ok);
    await write('Ada', 'Gus');
  });

  test('is held however small it is, and as long as it stays', async () => {
    expect(await standing()).toMatchObject(held(2, 4));
    await world.sync();
    expect(await standing()).toMatchObject(held(2, 4));
    expect(world.targetNames(target)).toEqual(['Ada', 'Bob', 'Cleo', 'Gus']);
    expect((await world.latestRun())?.problems).toMatchObject([
      {
        list: 'staff',
        code: 'SourceUnexpectedlySmall',
        detail: expect.stringMatching(/^2 of 4 contacts .*may be cut/),
      },
    ]);
  });

  test('is believed once somebody approves', async () => {
    expect(await decide('approve', 2)).toEqual({ kind: 'decided' });
    await world.sync();
    expect(await standing()).toEqual(ok);
    expect(world.targetNames(target)).toEqual(['Ada', 'Gus']);
  });

  test('takes nobody away once somebody rejects', async () => {
    expect(await decide('reject', 2)).toEqual({ kind: 'decided' });
    await world.sync();
    await write('Ada', 'Gus', 'Hal');
    expect(await standing()).toEqual(ok);
    expect(world.targetNames(target)).toEqual(['Ada', 'Bob', 'Cleo', 'Gus', 'Hal']);
  });

  test('is believed when it is long enough again', async () => {
    await write('Ada', 'Bob', 'Gus');
    expect(await standing()).toEqual(ok);
    expect(world.targetNames(target)).toEqual(['Ada', 'Bob', 'Gus']);
  });
});

test('a list that allows every removal believes half a file', async () => {
  start(listOf({ source: file, safeguards: { maxRemovalShare: 1, maxRemovals: 0 } }));
  await write(...people);
  await write('Ada');
  expect(world.targetNames(target)).toEqual(['Ada']);
});

describe('among several sources', () => {
  let ids: string[];

  async function begin(changes: object): Promise<void> {
    start(listOf({ sources: both, ...changes }));
    ids = world.addContacts(20);
    await write(...people);
  }

  test.each([
    ['half', ['Ada', 'Bob', 'Cleo'], 3],
    ['nobody', [], 6],
  ])('what a file of %s lost waits alone', async (_, left, removals) => {
    await begin({});
    world.source.remove(ids[0] ?? '');
    await write(...left);
    expect(await standing()).toMatchObject(held(removals, 6));
    expect(world.targetNames(target)).toHaveLength(25);
    expect(world.targetNames(target)).not.toContain('Contact 1');
  });

  test('more removals than the list allows wait together', async () => {
    await begin({});
    for (const id of ids.slice(0, 9)) world.source.remove(id);
    await write('Ada', 'Bob', 'Cleo');
    expect(await standing()).toMatchObject({ hold: { reason: 'TooManyRemovals', removals: 12, of: 26 } });
  });

  test('whoever another source has too is no removal', async () => {
    await begin({ match: 'email' });
    const emailAddresses = [{ address: 'fay@partner.example' }];
    world.source.add(world.sourceFolder, { displayName: 'Fay of ours', emailAddresses });
    await world.sync();
    await write('Ada', 'Bob', 'Cleo');
    expect(await standing()).toMatchObject(held(2, 6));
    await decide('approve', 2);
    await world.sync();
    expect(await standing()).toEqual(ok);
    expect(world.targetNames(target)).toEqual(expect.arrayContaining(['Ada', 'Bob', 'Cleo', 'Fay of ours']));
    expect(world.targetNames(target)).toHaveLength(24);
  });
});
