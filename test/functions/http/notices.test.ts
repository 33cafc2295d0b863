import { HttpRequest, InvocationContext } from '@azure/functions';
import { apiRoutes } from '../../../functions/http/apiRoutes.ts';
import type { App } from '../../../shared/app.ts';
import { createMemoryNotices } from '../../memory/notices.ts';
import { createWorld, type World } from '../../shared/engine/world.ts';

let world: World;
let notices: ReturnType<typeof createMemoryNotices>;

beforeEach(() => {
  world = createWorld();
  notices = createMemoryNotices();
});

async function testNotices(app: App) {
  const route = apiRoutes(app).find(({ name }) => name === 'testNotices');
  const request = new HttpRequest({ method: 'POST', url: 'http://localhost/api/notices/test' });
  return route?.handle(request, new InvocationContext({ logHandler: () => {} }));
}

test('an admin sees where notices arrive, and that is kept as a decision', async () => {
  const app = world.openApp({}, { noticeTargets: [notices] });
  expect(await testNotices(app)).toEqual({ jsonBody: { sent: true } });
  expect(notices.sent).toHaveLength(1);
  const { decisions } = await app.readDecisions({ limit: 10 });
  expect(decisions).toMatchObject([{ action: 'testNotices', result: 'done' }]);
});

test('where notices are off, or the target does not take it, the answer says what to do', async () => {
  expect(await testNotices(world.app)).toMatchObject({ status: 409, body: expect.stringContaining('NOTIFY_SECRET') });
  notices.fault = 'SecretUnavailable';
  const answer = await testNotices(world.openApp({}, { noticeTargets: [notices] }));
  expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('az keyvault secret set') });
});
