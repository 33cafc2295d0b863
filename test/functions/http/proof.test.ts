import { HttpRequest, InvocationContext } from '@azure/functions';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import { openLocalSecrets } from '../../../shared/key-vault/secrets.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';

const address = 'grace@partner.example';
let world: World;
let targets: string[];
let grace: string;

beforeEach(async () => {
  world = createWorld(listOf());
  grace = world.source.add(world.sourceFolder, { displayName: 'Grace', emailAddresses: [{ address }] });
  targets = world.addTargets(2).sort();
  await world.sync();
});

async function call(name: string, params: Record<string, string>, body: unknown, headers = {}, app = world.app) {
  const route = apiRoutes(app).find(each => each.name === name);
  const all = { 'Content-Type': 'application/json', ...headers };
  const method = route?.method ?? 'GET';
  const content = method === 'GET' ? {} : { body: { string: JSON.stringify(body) } };
  const request = new HttpRequest({ method, url: `http://localhost/api/${name}`, params, headers: all, ...content });
  return route?.handle(request, new InvocationContext({ logHandler: () => {} }));
}

test('a proof comes as JSON, and as CSV with totals and the time', async () => {
  world.source.remove(grace);
  await world.sync();
  expect(await call('proveRemoval', { list: 'staff' }, { contact: address })).toMatchObject({
    jsonBody: { list: 'staff', totals: { mailboxes: 2, removed: 2 } },
  });
  const csv = await call('proveRemoval', { list: 'staff' }, { contact: address }, { Accept: 'text/csv' });
  const at = new Date(world.clock.now()).toISOString();
  expect(csv?.headers).toEqual({ 'Content-Type': 'text/csv; charset=utf-8' });
  expect(String(csv?.body).split('\r\n')).toEqual([
    '\ufeffmailbox,address,state,because,at,places,detail',
    ...targets.map(id => `${id},,removed,removed,${at},,The list removed it`),
    'total,,mailboxes,,,,2',
    ...['there', 'inDeletedItems', 'unknown'].map(state => `total,,${state},,,,0`),
    'total,,removed,,,,2',
    ...['notRecorded', 'neverThere'].map(state => `total,,${state},,,,0`),
    `time,,,,${at},,As the app knows it: no mailbox was asked`,
    '',
  ]);
});

test('with verify it takes a run, which is kept as a decision and names nobody', async () => {
  const started = await call('proveRemoval', { list: 'staff' }, { contact: address, verify: true });
  const { runId = '' } = (started?.jsonBody ?? {}) as { runId?: string };
  expect(started).toMatchObject({ status: 202, headers: { Location: `/api/runs/${runId}` } });
  expect(await call('getRunResult', { id: runId }, undefined)).toMatchObject({ status: 409 });
  await world.drain();
  expect(await call('getRun', { id: runId }, undefined)).toMatchObject({
    jsonBody: { cause: 'proof', state: 'finished', mailboxes: { total: 2, done: 2 } },
  });
  expect(await call('getRunResult', { id: runId }, undefined)).toMatchObject({
    jsonBody: { verified: true, totals: { there: 2 } },
  });
  const csv = await call('getRunResult', { id: runId }, undefined, { Accept: 'text/csv' });
  expect(String(csv?.body)).toMatch(/,there,inSource,,otherFolder,.*\r\n/);
  const { decisions } = await world.app.readDecisions({ limit: 10 });
  expect(decisions).toMatchObject([
    { action: 'proveRemoval', list: 'staff', details: { verify: true }, result: 'done' },
  ]);
  expect(JSON.stringify(decisions)).not.toContain('@');
});

test.each([{}, { verify: true }])(
  'what is neither an address nor a key that the list knows is refused, and says what to do: %j',
  async more => {
    expect(await call('proveRemoval', { list: 'staff' }, { contact: 'Grace', ...more })).toMatchObject({
      status: 404,
      body: expect.stringMatching(/The list has not had such a person.*Give an e-mail address/),
    });
  },
);

test('an address that the list never knew is no evidence, until the mailboxes were looked into for it', async () => {
  const contact = 'nobody@x.example';
  expect(await call('proveRemoval', { list: 'staff' }, { contact })).toMatchObject({
    status: 404,
    body: expect.stringContaining('can be looked into all the same'),
  });
  const started = await call('proveRemoval', { list: 'staff' }, { contact, verify: true });
  const { runId = '' } = (started?.jsonBody ?? {}) as { runId?: string };
  await world.drain();
  expect(await call('getRunResult', { id: runId }, undefined)).toMatchObject({
    jsonBody: {
      contacts: [],
      totals: { mailboxes: 2, notRecorded: 2, neverThere: 0 },
      notes: [{ code: 'UnknownAddress', detail: expect.not.stringContaining('@') }],
    },
  });
  const app = world.openApp({}, { readSecret: openLocalSecrets(new Map()) });
  for (const verify of [false, true]) {
    expect(await call('proveRemoval', { list: 'staff' }, { contact, verify }, {}, app)).toMatchObject({ status: 503 });
  }
});

test('who is gone from the source is forgotten, which is kept as a decision and names nobody', async () => {
  expect(await call('forgetPerson', { list: 'staff' }, { contact: address })).toMatchObject({ status: 409 });
  world.source.remove(grace);
  await world.sync();
  expect(await call('forgetPerson', { list: 'staff' }, { contact: address })).toMatchObject({
    jsonBody: { contacts: 1, changes: 2, photos: 0, stillThere: 0 },
  });
  expect(await call('forgetPerson', { list: 'staff' }, { contact: 'nobody@x.example' })).toMatchObject({ status: 404 });
  const { decisions } = await world.app.readDecisions({ limit: 10 });
  expect(decisions.map(({ result }) => result).sort()).toEqual([
    'done',
    'refused: The list has not had such a person',
    'refused: The list still has the person',
  ]);
  expect(JSON.stringify(decisions)).not.toContain('@');
});

test('nobody is forgotten while the secret of the index cannot be read', async () => {
  world.source.remove(grace);
  await world.sync();
  const app = world.openApp({}, { readSecret: openLocalSecrets(new Map()) });
  expect(await call('forgetPerson', { list: 'staff' }, { contact: grace }, {}, app)).toMatchObject({ status: 503 });
});

test('nobody is forgotten while the list is captured, and can be afterwards', async () => {
  world.source.remove(grace);
  await world.sync();
  const { openListPartition } = world;
  await openListPartition('staff').takeCapture(
    { whenTargetLeaves: 'leave', maxRemovalShare: 0, maxRemovals: 0 },
    world.clock,
    60_000,
  );
  const answer = await world.drive(call('forgetPerson', { list: 'staff' }, { contact: address }));
  expect(answer).toMatchObject({ status: 503 });
  await world.clock.advance(60_000);
  expect(await call('forgetPerson', { list: 'staff' }, { contact: address })).toMatchObject({
    jsonBody: { changes: 2 },
  });
});

test('a run that is none has no result', async () => {
  for (const id of ['x', '9999999999999-00000000', await world.resync()]) {
    expect(await call('getRunResult', { id }, undefined)).toMatchObject({ status: 404 });
  }
});

test.each([
  ['nobody', {}],
  ['an unknown list', { contact: address }],
])('a proof of %s is refused', async (_what, body) => {
  const list = 'contact' in body ? 'nowhere' : 'staff';
  expect((await call('proveRemoval', { list }, body))?.status).toBe('contact' in body ? 404 : 400);
});
