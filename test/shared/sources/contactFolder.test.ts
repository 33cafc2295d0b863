import { type ContactSource, SourceFailure } from '../../../shared/ports/contactSource.ts';
import { noConnections } from '../../../shared/settings/connections.ts';
import { sourceSettings } from '../../../shared/settings/sourceSettings.ts';
import { openContactSource } from '../../../shared/sources/index.ts';
import { openListSources } from '../../../shared/sources/listSources.ts';
import { openGraphAdapters } from '../../../shared/tenants/graphAdapters.ts';
import { memorySourceAdapters, nothingBeside } from '../../memory/adapters.ts';
import { createTestClock } from '../../memory/clock.ts';
import { failure } from '../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../engine/world.ts';
import { simulateGraph } from '../graph/simulatedGraph.ts';
import { describeSourceKind, type SourceBed } from './everyKind.ts';

describeSourceKind('contactFolder', () => makeBed({}), { believesEmptiness: true });
describeSourceKind('contactFolder of another tenant', () => makeBed({ connection: 'fabrikam' }), {
  believesEmptiness: true,
});

/** Two folders of a mailbox of the simulated tenant, which is the app's own without a connection. */
async function makeBed(through: { readonly connection?: string }): Promise<SourceBed> {
  const tenant = await simulateGraph();
  const mailbox = await tenant.newMailbox();
  const newFolder = async (displayName: string) =>
    ((await tenant.graph('POST', `/users/${mailbox}/contactFolders`, { displayName })) as Made).id;
  const [staff, partners] = [await newFolder('Staff'), await newFolder('Partners')];
  const ids = new Map<string, string>();
  const settings = sourceSettings.parse({ kind: 'contactFolder', ...through, mailbox, folders: ['Staff', 'Partners'] });
  const graph = openGraphAdapters(tenant.client);
  const fabrikam = { kind: 'tenant' as const, tenantId: 'fabrikam-id', clientId: 'app' };
  const adapters = {
    ...nothingBeside,
    ...graph,
    openTenant: () => ({ ...graph, probes: nothingBeside.probes }),
    clock: createTestClock(1_700_000_000_000),
    connections: { ...noConnections, usable: new Map([['fabrikam', fabrikam]]) },
  };
  return {
    open: () => openContactSource(settings, adapters),
    async put(key, displayName) {
      const known = ids.get(key);
      const path = `/users/${mailbox}/contact${known === undefined ? `Folders/${staff}/contacts` : `s/${known}`}`;
      const made = await tenant.graph(known === undefined ? 'POST' : 'PATCH', path, { displayName });
      ids.set(key, (made as Made).id);
    },
    async remove(key) {
      await tenant.graph('DELETE', `/users/${mailbox}/contacts/${ids.get(key)}`);
      ids.delete(key);
    },
    breakOff: () =>
      tenant.control('POST', '/faults', {
        match: { path: `${partners}.*/delta` },
        fault: { status: 403, code: 'ErrorAccessDenied' },
      }),
    mend: () => tenant.control('DELETE', '/faults'),
    async kill(cursor) {
      await tenant.control('POST', '/delta/expire', { code: 'SyncStateNotFound' });
      return cursor;
    },
    close: () => tenant.close(),
  };
}

interface Made {
  readonly id: string;
}

let world: World;
let source: ContactSource;

beforeEach(() => {
  world = createWorld();
  const { clock, graph } = world;
  source = openListSources(listOf(), [], memorySourceAdapters(graph, clock));
});

test('lists what a full mailbox does not give as changes, and tells who is there though a listing missed it', async () => {
  const [first = '', second = ''] = world.addContacts(2);
  world.source.overQuota = true;
  expect((await source.read(undefined)).scopes).toMatchObject([{ complete: true, mayMiss: true }]);
  world.source.remove(second);
  const standing = await source.readStanding(world.sourceFolder, [first, second]);
  expect([...standing.keys()]).toEqual([first]);
});

test('fails with what an admin can do, and never with an answer of Graph', async () => {
  world.source.failure = failure('accessDenied');
  const failed = source.read(undefined);
  await expect(failed).rejects.toThrow(SourceFailure);
  await expect(failed).rejects.toMatchObject({ problems: [{ code: failure('accessDenied').code }] });
});

test('each of several is read from the start where what was kept of them was damaged', async () => {
  world.addContacts(1);
  const { clock, graph, files } = world;
  files.put('a.csv', 'First Name\nAda\n');
  const folder = { name: 'staff', mailbox: 'directory@contoso.com', folders: ['Staff'] };
  const list = listOf({ sources: [folder, { name: 'file', kind: 'csv', blob: 'a.csv' }] });
  const several = openListSources(list, [], { ...memorySourceAdapters(graph, clock), files });
  const { cursor } = await several.read(undefined);
  expect((await several.read(cursor.slice(0, -1))).scopes).toMatchObject([{ complete: true }, { complete: true }]);
});
