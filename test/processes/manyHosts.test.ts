import { contentsOf } from '../world/contactRows.ts';
import { startWorld, type World } from '../world/world.ts';

interface Counters {
  readonly byMailbox: Record<string, { reads: number; writes: number }>;
}

const list = {
  id: 'staff',
  source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
  targets: { groups: ['everyone@contoso.example'] },
  destination: { folder: 'Company' },
};
const contactCount = 60;
const mailboxCount = 16;
/** The contacts, and the folder of each mailbox. */
const allWrites = mailboxCount * (contactCount + 1);
const handled = /syncMailbox: \{"figure":"mailboxHandled"/g;

let world: World;
let directory: string;
let targets: { id: string }[];
let sourceIds: string[];

beforeAll(async () => {
  world = await startWorld({
    lists: [list],
    lockSeconds: 2,
    settings: { LEASE_SECONDS: '4', GRAPH_TIMEOUT_SECONDS: '2', GRAPH_GRACE_SECONDS: '1' },
  });
  const { graph } = world;
  directory = await graph.addUser('directory');
  const folder = await graph.addFolder(directory, 'Staff');
  const url = `/users/${directory}/contactFolders/${folder}/contacts`;
  const contacts = Array.from({ length: contactCount }, (_, index) => ({
    method: 'POST',
    url,
    body: { displayName: `Contact ${String(index).padStart(3, '0')}`, jobTitle: 'Clerk' },
  }));
  sourceIds = (await graph.batch(contacts)).map(({ id }) => String(id));
  const body = { count: mailboxCount, prefix: 'reader', group: 'everyone' };
  targets = (await graph.control<{ mailboxes: { id: string }[] }>('POST', '/mailboxes', body)).mailboxes;
  await graph.control('POST', '/latency', { milliseconds: 30 });
});

afterAll(() => world?.stop());

async function changeSource(jobTitle: string): Promise<void> {
  await world.graph.batch(
    sourceIds.map(id => ({ method: 'PATCH', url: `/users/${directory}/contacts/${id}`, body: { jobTitle } })),
  );
}

/** Every target holds the source, each contact once. */
async function expectTargets(jobTitle: string): Promise<void> {
  const { graph } = world;
  await graph.control('POST', '/latency', { milliseconds: 0 });
  const source = await graph.readContacts(directory, (await graph.findFolder(directory, 'Staff')) ?? '');
  const expected = contentsOf(source.map(row => ({ ...row, jobTitle, categories: ['Company'] })));
  for (const { id } of targets) {
    const folder = await graph.findFolder(id, 'Company');
    expect(contentsOf(await graph.readContacts(id, folder ?? ''))).toEqual(expected);
    expect(await graph.readContacts(id, 'contacts')).toEqual([]);
  }
}

async function writesSoFar(): Promise<number> {
  const { byMailbox } = await world.graph.control<Counters>('GET', '/counters');
  return targets.reduce((sum, { id }) => sum + (byMailbox[id]?.writes ?? 0), 0);
}

test('two hosts share the work of a run, and runs that both start at once write nothing twice', async () => {
  const [one, two] = await Promise.all([world.startHost(), world.startHost()]);
  await world.graph.control('DELETE', '/counters');

  const run = await one.runSchedule();

  expect(run.mailboxes).toEqual({ total: mailboxCount, done: mailboxCount, waiting: 0, failed: 0, skipped: 0 });
  expect(run.contacts).toMatchObject({ created: mailboxCount * contactCount, failed: 0 });
  const shares = [one, two].map(host => host.errors().match(handled)?.length ?? 0);
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(await writesSoFar()).toBe(allWrites);
  await expectTargets('Clerk');

  await changeSource('Chief');
  await Promise.all([one, two].flatMap(host => [host.resync(), host.resync({}, 'staff'), host.runSchedule()]));

  expect(await writesSoFar()).toBe(allWrites + mailboxCount * contactCount);
  await expectTargets('Chief');
});
