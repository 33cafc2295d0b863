import { contentsOf, rowById } from '../world/contactRows.ts';
import { openGraph } from '../world/graphDriver.ts';
import type { GraphWorld } from '../world/graphWorld.ts';
import type { World } from '../world/world.ts';
import { category, hasHistory, joinChangeSets, mapping, openSourceFolder, readEnd, readHistory } from './congress.ts';

type Json = Readonly<Record<string, unknown>>;

interface Target {
  readonly id: string;
  folder: string;
  /** Contacts of the user's own in our folder. */
  readonly own: Map<string, Json>;
  readonly inDefaultFolder: Map<string, Json>;
}

interface Counters {
  readonly byApp: Record<string, { requests: number }>;
  readonly byMailbox: Record<string, { reads: number; writes: number }>;
}

interface Replay {
  readonly named: string;
  readonly start: (options: { lists: readonly unknown[] }) => Promise<World | GraphWorld>;
  readonly targetCount: number;
  /** How many change sets of the history each run finds. */
  readonly changeSetsEach: number;
  /** How many are read back after a change set, in turn: what is wrong in a mailbox stays wrong until its turn comes. */
  readonly readTargets: number;
}

const minutes = 60_000;

// Years pass in minutes, so no number of removals may be held.
const list = {
  id: 'congress',
  source: { mailbox: 'directory@contoso.example', folders: ['Congress'] },
  targets: { groups: ['readers@contoso.example'] },
  destination: { folder: 'Members of Congress', category },
  mapping,
  safeguards: { maxRemovalShare: 1 },
};

/** Years of edits at the source, a run after each; every run writes to every mailbox exactly what changed. */
export function testReplay(replay: Replay): void {
  const name = `four years of the Congress arrive in ${replay.named}`;
  if (!hasHistory()) {
    test.skip(`${name} (SKIPPED: ../shared/data/congress is not there)`, () => undefined);
    return;
  }
  let world: World | GraphWorld | undefined;

  test(
    name,
    async () => {
      world = await replay.start({ lists: [list] });
      await replayCongress(world, replay);
    },
    10 * minutes,
  );

  afterAll(() => world?.stop());
}

async function replayCongress(
  world: World | GraphWorld,
  { targetCount, changeSetsEach, readTargets }: Replay,
): Promise<void> {
  const { graph } = world;
  const reader = await openGraph(world.graphUrl, 'reader');
  const directory = await graph.addUser('directory');
  const source = openSourceFolder(graph, directory, await graph.addFolder(directory, 'Congress'));
  const { mailboxes } = await graph.control<{ mailboxes: { id: string }[] }>('POST', '/mailboxes', {
    count: targetCount,
    prefix: 'reader',
    group: 'readers',
  });
  const targets = mailboxes.map(({ id }): Target => ({ id, folder: '', own: new Map(), inDefaultFolder: new Map() }));
  const { start, changeSets } = readHistory();
  const initial = await source.apply(start);
  const host = await world.startHost();

  const first = await host.runSchedule();
  expect(first.contacts).toEqual({ created: initial.created * targetCount, updated: 0, deleted: 0, failed: 0 });
  await Promise.all(targets.map(addOwnContacts));
  await expectTargets(targets, 'the start');

  for (const [index, { date, changed }] of joinChangeSets(changeSets, changeSetsEach).entries()) {
    const expected = await source.apply(changed);
    await graph.control('DELETE', '/counters');
    const run = await host.resync();
    const { byMailbox } = await graph.control<Counters>('GET', '/counters');
    expect({ date, contacts: run.contacts, problems: run.problems }).toEqual({
      date,
      contacts: { ...times(expected, targetCount), failed: 0 },
      problems: [],
    });
    const writes = expected.created + expected.updated + expected.deleted;
    for (const { id } of targets) {
      const { reads = 0, writes: written = 0 } = byMailbox[id] ?? {};
      expect({ date, reads, written }).toEqual({ date, reads: 0, written: writes });
    }
    const from = (index * readTargets) % targetCount;
    await expectTargets(targets.slice(from, from + readTargets), date);
  }
  await expectTargets(targets, 'the end');
  expect(source.contents()).toEqual(readEnd());

  async function addOwnContacts(target: Target): Promise<void> {
    target.folder = (await graph.findFolder(target.id, list.destination.folder)) ?? '';
    for (const [index, folder] of [target.folder, target.folder, 'contacts', 'contacts'].entries()) {
      const body = { displayName: `Friend ${index}`, categories: [category], businessPhones: ['555-0100'] };
      const row = await graph.call('POST', `/users/${target.id}/contactFolders/${folder}/contacts`, body);
      (folder === 'contacts' ? target.inDefaultFolder : target.own).set(String(row.id), row);
    }
    for (const own of [target.own, target.inDefaultFolder]) {
      for (const id of own.keys()) own.set(id, await reader.call('GET', `/users/${target.id}/contacts/${id}`));
    }
  }

  /** Read back through Graph by an app of its own. */
  async function expectTargets(read: readonly Target[], date: string): Promise<void> {
    const expected = source.expectedContents();
    await Promise.all(read.map(target => expectTarget(target, expected, date)));
  }

  async function expectTarget(target: Target, expected: readonly string[], date: string): Promise<void> {
    const [rows, others] = await Promise.all([
      reader.readContacts(target.id, target.folder),
      reader.readContacts(target.id, 'contacts'),
    ]);
    const own = rows.filter(({ id }) => target.own.has(String(id)));
    const ours = rows.filter(({ id }) => !target.own.has(String(id)));
    const contents = contentsOf(ours);
    // Of millions of contacts only those that differ are worth a look at each.
    if (contents.join() !== expected.join()) expect({ date, contents }).toEqual({ date, contents: expected });
    expect(rowById(own)).toEqual(withoutContext(target.own));
    expect(rowById(others)).toEqual(withoutContext(target.inDefaultFolder));
  }
}

function times({ created, updated, deleted }: { created: number; updated: number; deleted: number }, factor: number) {
  return { created: created * factor, updated: updated * factor, deleted: deleted * factor };
}

/** A contact that is asked for alone names the question; a listing does so once for all. */
function withoutContext(rows: ReadonlyMap<string, Json>): Map<string, Json> {
  return new Map([...rows].map(([id, { '@odata.context': _, ...row }]) => [id, row]));
}
