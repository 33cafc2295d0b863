import { HttpRequest, InvocationContext } from '@azure/functions';
import { consoleRoutes } from '../../../functions/console/consoleRoutes.ts';
import { peopleRoutes } from '../../../functions/console/peopleRoutes.ts';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';
import { principalOf, tenantId } from './principals.ts';

let world: World;
/** In the group of those who operate the list `board`, which is inside of the one that the list names. */
let ada: string;
let target: string;

beforeEach(async () => {
  const destination = { folder: 'Board', category: null };
  world = createWorld(listOf({}), listOf({ id: 'board', destination, operators: ['desk@contoso.com'] }));
  [target = ''] = world.addTargets(1);
  ada = world.graph.addUser('ada@contoso.com');
  const inside = world.graph.setGroup('desk-leads@contoso.com', [ada]);
  world.graph.setGroup('desk@contoso.com', [inside]);
  world.addContacts(1);
  await world.run();
  await world.drain();
});

async function call(
  name: string,
  params: Record<string, string> = {},
  { body, roles = [] }: { body?: unknown; roles?: readonly string[] } = {},
) {
  const { app } = world;
  const gate = { tenantId, findOperatedLists: () => app.findOperatedLists(ada) };
  const routes = consoleRoutes(
    [...apiRoutes(app), ...peopleRoutes({ ...app, findOperatedLists: gate.findOperatedLists })],
    gate,
  );
  const found = routes.find(each => each.name.toLowerCase() === `console${name.toLowerCase()}`);
  const request = new HttpRequest({
    method: found?.method ?? 'GET',
    url: 'http://localhost/api/console/api/x',
    params,
    headers: {
      ...principalOf(...roles),
      'x-requested-with': 'contact-folder-sync',
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: { string: JSON.stringify(body) } }),
  });
  const answer = await found?.handle(request, new InvocationContext());
  return { status: answer?.status ?? 200, body: answer?.jsonBody ?? JSON.parse(`${answer?.body}`) };
}

test('whoever is in a group of a list operates that list, without a role', async () => {
  expect((await call('session')).body).toMatchObject({ roles: [], operates: ['board'] });
  expect(await call('getList', { list: 'board' })).toMatchObject({ status: 200, body: { id: 'board' } });
  const found = await call('searchContacts', { list: 'board' }, { body: {} });
  expect(found.body).toMatchObject({ contacts: [{ displayName: 'Contact 1' }] });
  expect(await call('resyncList', { list: 'board' }, { body: { mailbox: target } })).toMatchObject({ status: 202 });
});

test('of other lists the operator of a list is told nothing', async () => {
  for (const name of [
    'getList',
    'getListDays',
    'listMailboxes',
    'searchContacts',
    'preview',
    'resyncList',
    'decideHold',
    'haltList',
  ]) {
    expect(await call(name, { list: 'staff' })).toMatchObject({ status: 403 });
  }
  const { body } = await call('listLists');
  expect(body.lists.map(({ id }: { id: string }) => id)).toEqual(['board']);
  const { days } = (await call('getDays')).body;
  expect(days).toMatchObject([{ contacts: { created: 1 } }]);
  const mailbox = (await call('getMailbox', { mailbox: target })).body;
  expect(mailbox.lists.map(({ list }: { list: string }) => list)).toEqual(['board']);
  expect((await call('findMailbox', {}, { body: { address: 'target1@contoso.com' } })).body.lists).toHaveLength(1);
  const { runs } = (await call('listRuns')).body;
  expect(runs).toEqual([]);
  const { runId } = (await call('resyncList', { list: 'board' }, { body: {} })).body;
  await world.drain();
  expect((await call('listRuns')).body.runs).toMatchObject([{ id: runId, lists: ['board'] }]);
  expect((await call('getRun', { id: runId })).status).toBe(200);
  const ofAll = await world.resync();
  expect((await call('getRun', { id: ofAll })).status).toBe(404);
});

test('what concerns every list, or takes an admin, is not for the operator of a list', async () => {
  for (const name of ['resync', 'halt', 'release']) expect((await call(name, {}, { body: {} })).status).toBe(403);
  expect((await call('getContactFolders', { mailbox: target })).status).toBe(403);
});

test('a reader who operates a list sees all and decides on that one', async () => {
  const roles = ['Reader'];
  expect((await call('listLists', {}, { roles })).body.lists).toHaveLength(2);
  expect((await call('resyncList', { list: 'board' }, { roles, body: {} })).status).toBe(202);
  expect((await call('resyncList', { list: 'staff' }, { roles, body: {} })).status).toBe(403);
});

test('whoever is in none of the groups operates nothing, nor does anybody while the group is not there', async () => {
  world.graph.setGroup('desk@contoso.com', []);
  expect(await call('getList', { list: 'board' })).toMatchObject({ status: 403 });
  world.restart();
  world.graph.renameGroup(world.graph.setGroup('desk@contoso.com', [ada]), 'other@contoso.com');
  expect(await call('getList', { list: 'board' })).toMatchObject({ status: 403 });
  expect((await call('listLists')).status).toBe(403);
});

test('the members of a group are read once, however much its people look at', async () => {
  const look = async () => {
    world.takeCalls();
    await call('getList', { list: 'board' });
    await call('listLists');
    return world.takeCalls().filter(({ operation }) => operation === 'groupMembers').length;
  };
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);
});

test('to name operators is no change of the list for the mailboxes', async () => {
  const [staff, board] = world.lists;
  if (!staff || !board) throw new Error('There are two lists');
  world.setLists({ ...staff, operators: ['others@contoso.com'] }, board);
  await world.run();
  expect(world.syncMessages()).toBe(0);
});
