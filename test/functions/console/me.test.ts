import { HttpRequest, InvocationContext } from '@azure/functions';
import { meRoutes } from '../../../functions/console/me.ts';
import type { Caller } from '../../../shared/api/caller.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';

const chosen = listOf({ choice: 'optOut' });
const ordered = listOf({ id: 'board', destination: { folder: 'Board', category: null } });

let world: World;
let [ada, ben] = ['', ''];

beforeEach(async () => {
  world = createWorld(chosen, ordered);
  [ada = '', ben = ''] = world.addTargets(2);
  world.addContacts(1);
  await world.sync();
});

async function call(objectId: string | undefined, path: string, body?: object) {
  const route = meRoutes(world.app).find(each => each.path === path);
  const url = `http://localhost/api/console/api/${path}`;
  const headers = { 'content-type': 'application/json' };
  const content = body && { body: { string: JSON.stringify(body) } };
  const request = new HttpRequest({ method: route?.method ?? 'GET', url, headers, ...content });
  const caller: Caller =
    objectId === undefined ? { kind: 'functionKey' } : { kind: 'person', objectId, name: '', roles: [] };
  const answer = await route?.handle(request, new InvocationContext(), caller);
  return { status: answer?.status ?? 200, body: answer?.jsonBody ?? JSON.parse(`${answer?.body}`) };
}

test('people see their own lists, and nobody else', async () => {
  const { status, body } = await call(ada, 'me');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: ada,
    lists: [
      {
        id: 'staff',
        choice: 'optOut',
        on: true,
        state: 'current',
        folder: 'Company',
        contacts: 1,
        whenTargetLeaves: 'cleanUp',
      },
      { id: 'board', choice: 'none', on: true, state: 'current', folder: 'Board', contacts: 1 },
    ],
  });
  expect(JSON.stringify(body)).not.toContain(ben);
  expect((await call('nobody', 'me')).body).toEqual({ id: 'nobody', lists: [] });
});

test('a function key has no own lists', async () => {
  expect((await call(undefined, 'me')).status).toBe(401);
  expect((await call(undefined, 'me/choices', { list: 'staff', choice: 'off' })).status).toBe(401);
});

test('a choice changes the own mailbox alone', async () => {
  const { status, body } = await call(ada, 'me/choices', { list: 'staff', choice: 'off' });
  expect([status, body.lists[0]]).toMatchObject([200, { id: 'staff', on: false }]);
  await world.drain();
  expect([ada, ben].map(id => world.targetNames(id))).toEqual([undefined, ['Contact 1']]);
});

test('who clears a list has nothing of it, and it is off', async () => {
  expect((await call(ada, 'me/clear', { list: 'staff' })).body.lists[0]).toMatchObject({ on: false, state: 'leaving' });
  await world.drain();
  await world.sync();
  expect([ada, ben].map(id => world.targetNames(id))).toEqual([undefined, ['Contact 1']]);
});

test.each([
  [409, 'me/choices', { list: 'board', choice: 'off' }],
  [409, 'me/clear', { list: 'board' }],
  [404, 'me/choices', { list: 'other', choice: 'off' }],
  [400, 'me/choices', { list: 'staff', choice: 'maybe' }],
  [400, 'me/clear', { list: 'staff', mailbox: 'target2@contoso.com' }],
])('%i for what is not theirs to say: %s %j', async (status, path, body) => {
  expect((await call(ada, path, body)).status).toBe(status);
});

test('what people choose is kept with who chose it, also where it was refused', async () => {
  await call(ada, 'me/choices', { list: 'staff', choice: 'off' });
  await call(ada, 'me/clear', { list: 'board' });
  const { decisions } = await world.app.readDecisions({ limit: 10 });
  const ofAda = { person: ada, mailbox: ada };
  expect(decisions.toSorted((left, right) => left.action.localeCompare(right.action))).toMatchObject([
    { ...ofAda, action: 'chooseList', list: 'staff', details: { choice: 'off' }, result: 'done' },
    { ...ofAda, action: 'clearOwnList', list: 'board', result: expect.stringMatching(/^refused/) },
  ]);
});
