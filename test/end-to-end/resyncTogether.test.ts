import { addContact, contentsOfFolder, patchContact } from '../world/contactRows.ts';
import { type Host, startWorld, until, type World } from '../world/world.ts';

const lists = [
  {
    id: 'staff',
    source: { mailbox: 'directory@contoso.example', folders: ['Staff'] },
    targets: { groups: ['everyone@contoso.example'] },
    destination: { folder: 'Staff list' },
  },
];

const deltaQuery = 'GET /users/{id}/contactFolders/{id}/contacts/delta';

let world: World;
let host: Host;
let other: Host;
let directory: string;
let ann: string;
let members: string[];

beforeAll(async () => {
  world = await startWorld({ lists });
  const { graph } = world;
  directory = await graph.addUser('directory');
  members = await Promise.all(['ada', 'bob', 'eve'].map(name => graph.addUser(name)));
  await graph.addGroup('everyone', members);
  ann = await addContact(graph, directory, await graph.addFolder(directory, 'Staff'), { displayName: 'Ann' });
  host = await world.startHost();
  other = await world.startHost();
});

afterAll(() => world?.stop());

async function countRequests(route: string): Promise<number> {
  const { byRoute } = await world.graph.control<{ byRoute: Record<string, number> }>('GET', '/counters');
  return byRoute[route] ?? 0;
}

async function ask(of: Host): Promise<string> {
  const answer = await of.call('POST', '/api/resync', {});
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { runId: string }).runId;
}

/** Time for whoever asks while the source is being read. */
async function delayNextCapture(): Promise<void> {
  const delayed = { match: { path: 'contacts/delta', times: 1 }, fault: { delayMilliseconds: 5_000 } };
  await world.graph.control('POST', '/faults', delayed);
}

test('twenty resyncs at once, over two hosts, are at most two runs and one set of writes', async () => {
  await host.resync();
  await patchContact(world.graph, directory, ann, { nickName: 'A' });
  await delayNextCapture();
  await world.graph.control('DELETE', '/counters');

  const asked = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? host : other)));

  const different = [...new Set(asked)];
  expect(different.length).toBeLessThanOrEqual(2);
  const runs = await Promise.all(different.map(run => host.waitForRun(run)));
  expect(runs.reduce((sum, { contacts }) => sum + contacts.updated, 0)).toBe(members.length);
  expect(await countRequests(deltaQuery)).toBeLessThanOrEqual(2);
  expect(await countRequests('PATCH /users/{id}/contacts/{id}')).toBe(members.length);
});

test('who asks while the source is being read gets another run, and what changed meanwhile arrives', async () => {
  await delayNextCapture();
  await world.graph.control('DELETE', '/counters');
  const first = await ask(host);
  await until(async () => (await countRequests(deltaQuery)) > 0 || undefined);
  await patchContact(world.graph, directory, ann, { nickName: 'B' });

  const second = await host.resync();

  expect(second.id).not.toBe(first);
  for (const member of members) {
    expect((await contentsOfFolder(world.graph, member, 'Staff list'))?.[0]?.nickName).toBe('B');
  }
});
