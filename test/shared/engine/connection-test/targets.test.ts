import { testTargets } from '../../../../shared/engine/connection-test/testTargets.ts';
import type { ContactList } from '../../../../shared/settings/contactList.ts';
import { memoryGraphAdapters, nothingBeside } from '../../../memory/adapters.ts';
import { failure } from '../../../memory/graphFaults.ts';
import { createWorld, listOf, type World } from '../world.ts';

const desk = 'desk@contoso.com';
let world: World;
let deskId: string;
/** The id of a user without a mailbox. */
let unlicensed: string | undefined;
const noMailbox = { defaultFolder: () => Promise.reject(failure('noMailbox')) };

beforeEach(() => {
  world = createWorld();
  unlicensed = undefined;
  deskId = world.graph.addUser(desk);
  world.graph.setGroup('all@contoso.com', [world.graph.addUser('ada@contoso.com'), deskId]);
  world.graph.setGroup('left@contoso.com', [deskId]);
});

async function stepsOf(list: ContactList) {
  const token = { step: { name: 'token', ok: true, detail: 'There is one' }, value: {} };
  const { clock, graph } = world;
  const adapters = { ...memoryGraphAdapters(graph, clock), clock };
  const openFolderTree = (id: string) => ({ ...adapters.openFolderTree(id), ...(id === unlicensed && noMailbox) });
  const results = await testTargets(list, token, {
    ...adapters,
    openFolderTree,
    probes: {
      ...nothingBeside.probes,
      graph: { ...nothingBeside.probes.graph, tryWrite: async () => 'ErrorItemNotFound' },
    },
  });
  return results.map(({ step }) => step);
}

async function testUnassigned(unassigned: readonly string[], targets: object = {}) {
  const list = listOf({
    owners: { from: 'userField1', unassigned },
    targets: { groups: ['all@contoso.com'], ...targets },
  });
  return (await stepsOf(list)).find(({ name }) => name === 'owners.unassigned');
}

const gone = 'gone@contoso.com';
test.each<[string, Parameters<typeof listOf>[0], string]>([
  ['visibility[0].to', { visibility: [{ when: { field: 'department', exists: true }, to: names(gone) }] }, gone],
  ['rollout.rings[1]', { rollout: { rings: [{ share: 0.1 }, names(gone)] } }, gone],
])('a group and a mailbox of %s that are not there are named', async (place, changes, address) => {
  const steps = await stepsOf(listOf(changes));
  expect(steps).toContainEqual(
    expect.objectContaining({
      name: `group ${address}`,
      ok: false,
      remedy: expect.stringContaining(`Check ${place}.groups`),
    }),
  );
  expect(steps).toContainEqual(
    expect.objectContaining({
      name: 'target addresses',
      ok: false,
      detail: expect.stringContaining(`${place}.mailboxes[0] ("${address}")`),
    }),
  );
});

test('who is there is no fault', async () => {
  const rings = [{ groups: ['left@contoso.com'] }, { mailboxes: [desk] }];
  expect((await stepsOf(listOf({ rollout: { rings } }))).filter(({ ok }) => !ok)).toEqual([]);
});

function names(address: string) {
  return { groups: [address], mailboxes: [address] };
}

test('a target with a mailbox gets the contacts without an owner', async () => {
  expect(await testUnassigned([desk])).toMatchObject({ ok: true, detail: expect.stringMatching(/^1 mailbox gets /) });
  const named = { groups: [], mailboxes: [desk] };
  expect(await testUnassigned([desk], named)).toMatchObject({ ok: true });
  expect(await testUnassigned([])).toBeUndefined();
});

test.each([
  ['is nobody', 'gone@contoso.com', {}, 'leads to no user of the tenant'],
  ['is no target', 'directory@contoso.com', {}, 'is no target of the list'],
  ['is excluded by name', desk, { exclude: { mailboxes: [desk], groups: [] } }, 'is no target of the list'],
  ['is excluded by a group', desk, { exclude: { mailboxes: [], groups: ['left@contoso.com'] } }, 'is no target'],
])('an address that %s is named', async (_, address, targets, fault) => {
  expect(await testUnassigned(['ada@contoso.com', address], targets)).toMatchObject({
    ok: false,
    detail: expect.stringContaining(`owners.unassigned[1] ("${address}") ${fault}`),
    remedy: expect.stringContaining('targets.mailboxes'),
  });
});

test('a member whose account is disabled is no target unless the list includes them', async () => {
  world.graph.setEnabled(deskId, false);
  expect(await testUnassigned([desk])).toMatchObject({ ok: false });
  expect(await testUnassigned([desk], { includeDisabled: true })).toMatchObject({ ok: true });
});

test('a user without a mailbox is told how to get one', async () => {
  unlicensed = deskId;
  expect(await testUnassigned([desk])).toMatchObject({
    ok: false,
    remedy: expect.stringContaining(`Get-Recipient -Identity ${desk}`),
  });
});
