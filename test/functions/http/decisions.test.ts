import { HttpRequest, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import type { auditPage } from '../../../shared/api/audit.ts';
import type { Caller } from '../../../shared/api/caller.ts';
import { createWorld, listOf, type World } from '../../shared/engine/world.ts';

const day = 86_400_000;
const ada: Caller = { kind: 'person', objectId: 'id-of-ada', name: 'Ada Quill', roles: ['Operator'] };
let world: World;
let mailbox: string;

beforeEach(async () => {
  world = createWorld(listOf());
  world.addContacts(1);
  [mailbox = ''] = world.addTargets(1);
  await world.sync();
});

async function call(name: string, params: Record<string, string>, body: unknown, caller?: Caller) {
  const route = apiRoutes(world.app).find(each => each.name === name);
  const content = body === undefined ? {} : { body: { string: JSON.stringify(body) } };
  const headers = { 'Content-Type': 'application/json' };
  const url = `http://localhost/api/${name}${params.query ?? ''}`;
  const request = new HttpRequest({ method: route?.method ?? 'GET', url, params, headers, ...content });
  return route?.handle(request, new InvocationContext({ logHandler: () => {} }), caller);
}

async function decisions(query = ''): Promise<z.infer<typeof auditPage>> {
  return (await call('listDecisions', { query }, undefined))?.jsonBody as z.infer<typeof auditPage>;
}

test('every decision is kept with who made it, about what and how it ended, newest first', async () => {
  await call('resyncList', { list: 'staff' }, { mailbox: 'target1@contoso.com', mode: 'full' });
  await world.clock.advance(1000);
  await call('haltList', { list: 'staff' }, undefined, ada);
  await world.clock.advance(1000);
  await call('decideHold', { list: 'staff' }, { decision: 'approve', removals: 3 }, ada);

  const by = { kind: 'person', id: 'id-of-ada' };
  expect((await decisions()).decisions).toMatchObject([
    { by, action: 'decideHold', details: { removals: 3 }, result: 'refused: Nothing waits for a decision' },
    { by, action: 'haltList', list: 'staff', result: 'done' },
    { by: { kind: 'functionKey' }, action: 'resyncList', mailbox, details: { mode: 'full' }, result: 'done' },
  ]);
  const stored = JSON.stringify(await world.tables.audit.query(new Date(world.clock.now()).toISOString().slice(0, 10)));
  expect(stored).not.toMatch(/Quill|@/);
});

test('a resync that names a mailbox says which lists it takes past their rings, and one of everybody takes none', async () => {
  const other = world.graph.addUser('pilot@contoso.com');
  world.graph.setGroup('all@contoso.com', [mailbox, other]);
  world.setLists(listOf({ rollout: { rings: [{ mailboxes: ['pilot@contoso.com'] }], wait: 'PT1H', from: 2 } }));
  await world.sync();
  const ask = async (body: object) => (await call('resyncList', { list: 'staff' }, body))?.jsonBody;
  expect(await ask({ mailbox })).not.toHaveProperty('pastRings');
  await world.drain();
  world.addContacts(2, 'New');
  await world.sync();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1']);
  expect(await ask({})).not.toHaveProperty('pastRings');
  await world.drain();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1']);
  expect(await ask({ mailbox })).toMatchObject({ runId: expect.any(String), pastRings: ['staff'] });
  await world.drain();
  expect(world.targetNames(mailbox)).toEqual(['Contact 1', 'New 1', 'New 2']);
});

test('a decision that cannot be kept is not carried out', async () => {
  jest.spyOn(world.tables.audit, 'write').mockRejectedValueOnce(new Error('storage is away'));
  expect(await call('haltList', { list: 'staff' }, undefined)).toMatchObject({ status: 500 });
  expect(await world.app.readHalt('staff')).toBeUndefined();
});

test('a decision that was carried out is answered so, also where how it ended cannot be noted', async () => {
  const { write } = world.tables.audit;
  jest
    .spyOn(world.tables.audit, 'write')
    .mockImplementationOnce(write)
    .mockRejectedValueOnce(new Error('storage is away'));
  expect(await call('haltList', { list: 'staff' }, undefined)).toMatchObject({
    jsonBody: { haltedAt: expect.any(String) },
  });
  expect(await world.app.readHalt('staff')).toBeDefined();
  expect((await decisions()).decisions).toMatchObject([{ action: 'haltList', result: 'begun' }]);
});

test('a row that was damaged hides no other decision', async () => {
  await call('halt', {}, undefined);
  await call('release', {}, undefined);
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  const [row] = await world.tables.audit.query(today);
  const properties = { details: '{', action: 7 };
  await world.tables.audit.write(today, [{ kind: 'merge', rowKey: row?.rowKey ?? '', properties }]);
  const found = (await decisions()).decisions;
  expect(found.map(({ action }) => action).sort()).toEqual(['release', 'unreadable'].sort());
});

test('decisions are found by list and by what they are, over pages and months without one', async () => {
  for (let index = 0; index < 130; index++) {
    await call(index % 2 === 0 ? 'halt' : 'release', {}, undefined);
    await world.clock.advance(1);
  }
  await world.clock.advance(70 * day);
  await call('haltList', { list: 'staff' }, undefined);

  const found = [];
  let page = await decisions();
  for (found.push(page); page.continuation; found.push(page)) {
    page = await decisions(`?continuation=${page.continuation}`);
  }
  const all = found.flatMap(each => each.decisions);
  expect(all).toHaveLength(131);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort((a, b) => (a < b ? 1 : -1)));
  expect((await decisions('?list=staff')).decisions).toHaveLength(1);
  expect((await decisions('?action=release')).decisions).toEqual([]);
  expect(await call('listDecisions', { query: '?continuation=eyJmcm9tIjoiYSJ9' }, undefined)).toMatchObject({
    status: 400,
  });
});

test('a decision is kept for 400 days, or as many as the settings say', async () => {
  await call('haltList', { list: 'staff' }, undefined);
  await world.clock.advance(400 * day);
  expect(await world.app.forgetDecisions()).toBe(0);
  await world.clock.advance(2 * day);
  expect(await world.app.forgetDecisions()).toBe(1);

  await call('releaseList', { list: 'staff' }, undefined);
  const briefly = world.openApp({ auditDays: 30 });
  await world.clock.advance(30 * day);
  expect(await briefly.forgetDecisions()).toBe(0);
  await world.clock.advance(2 * day);
  expect(await briefly.forgetDecisions()).toBe(1);
});

test('a rollback and an unpinning are decisions, and their previews are none', async () => {
  world.addContacts(1, 'Wrong');
  const { id } = await world.sync();
  expect(await call('rollBackList', { list: 'staff' }, {})).toMatchObject({ status: 400 });
  expect(await call('rollBackList', { list: 'staff' }, { run: id, position: 1 })).toMatchObject({ status: 400 });
  expect(await call('unpinList', { list: 'staff' }, { preview: true })).toMatchObject({ status: 409 });
  const preview = await call('rollBackList', { list: 'staff' }, { run: id, preview: true });
  expect(preview?.jsonBody).toMatchObject({ position: 1, contacts: { removed: 1 }, deletes: 1 });

  expect(await call('rollBackList', { list: 'staff' }, { run: id }, ada)).toMatchObject({ status: 202 });
  await world.clock.advance(1);
  expect(await call('rollBackList', { list: 'staff' }, { position: 9 })).toMatchObject({ status: 409 });
  await world.drain();
  await world.clock.advance(1);
  expect(await call('unpinList', { list: 'staff' }, {})).toMatchObject({ status: 202 });
  expect((await decisions()).decisions).toMatchObject([
    { action: 'unpinList', list: 'staff', result: 'done' },
    { action: 'rollBackList', details: { position: 9 }, result: 'refused: The list has not come to this position' },
    { action: 'rollBackList', details: { run: id }, result: 'done', by: { id: 'id-of-ada' } },
  ]);
});

test('whoever halts may say why: it is shown with the halt, noted with the decision, and in no run', async () => {
  const reason = 'The export of Monday is wrong';
  expect(await call('haltList', { list: 'staff' }, { reason: 'x'.repeat(201) })).toMatchObject({ status: 400 });
  expect(await call('haltList', { list: 'staff' }, { reason: ` ${reason} ` }, ada)).toMatchObject({
    jsonBody: { haltReason: reason },
  });
  expect((await call('getList', { list: 'staff' }, undefined))?.jsonBody).toMatchObject({ haltReason: reason });
  expect((await call('resyncList', { list: 'staff' }, {}))?.body).toContain(reason);
  expect((await call('listLists', {}, undefined))?.jsonBody).not.toHaveProperty('halted');
  const [decision] = (await decisions('?action=haltList')).decisions;
  expect(decision).toMatchObject({ details: { reason }, result: 'done' });
  expect(JSON.stringify(await world.sync())).not.toContain(reason);

  expect(await call('halt', {}, { reason: '  ' })).toMatchObject({ jsonBody: { haltedAt: expect.any(String) } });
  expect((await call('listLists', {}, undefined))?.jsonBody).toMatchObject({
    halted: { haltedAt: expect.any(String) },
  });
  expect((await call('listLists', {}, undefined))?.jsonBody).not.toHaveProperty('halted.haltReason');
});
