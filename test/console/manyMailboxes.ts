import { HttpRequest, InvocationContext } from '@azure/functions';
import type { Page, Request } from 'playwright-core';
import { meRoutes } from '../../functions/console/me.ts';
import { sessionRoute } from '../../functions/console/session.ts';
import { apiRoutes } from '../../functions/http/apiRoutes.ts';
import type { AnyRoute } from '../../functions/http/route.ts';
import { createWorld, type World } from '../shared/engine/world.ts';

const prefix = '/api/console/api/';

/** A list with so many mailboxes, every hundredth of which failed; what they hold is not made. */
export async function createManyMailboxes(count: number): Promise<World> {
  const world = createWorld();
  world.addContacts(3);
  const [target = ''] = world.addTargets(1);
  await world.sync();
  const { progress } = world.store;
  const { position = 0, epoch = 0, settings = '' } = (await world.progress(target)) ?? {};
  const standing = { position, epoch, settings, contacts: 3, failed: 0, dueAt: 0, sequence: 1, goneAt: 0 };
  const work = { created: 3, 'within.20': 3 };
  for (let index = 1; index < count; index++) {
    const state = index % 100 === 0 ? 'failed' : 'current';
    const report = { ...standing, state, syncedAt: world.clock.now() } as const;
    await progress.report('staff', `m${String(index).padStart(6, '0')}`, report, { work });
  }
  for await (const _rows of progress.recount('staff'));
  return world;
}

/** Lets the page's requests to the API be answered by the app of that world, for an admin with that object id. */
export async function answerFrom({ app }: World, page: Page, objectId = 'admin'): Promise<void> {
  const findOperatedLists = async () => [];
  const routes = [...apiRoutes(app), ...meRoutes(app), sessionRoute({ findOperatedLists })];
  await page.route(`**${prefix}**`, async route => {
    const jsonBody = await answer(routes, route.request(), objectId);
    await route.fulfill({ json: jsonBody });
  });
}

async function answer(routes: readonly AnyRoute[], request: Request, objectId: string): Promise<unknown> {
  const url = new URL(request.url());
  const path = url.pathname.slice(prefix.length);
  const found = routes.flatMap(each => {
    const { groups } = new RegExp(`^${each.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path) ?? {};
    const isIt = groups !== undefined || each.path === path;
    return isIt && each.method === request.method() ? [{ route: each, params: { ...groups } }] : [];
  })[0];
  const body = request.postData();
  const asked = new HttpRequest({
    method: request.method(),
    url: request.url(),
    headers: { 'content-type': 'application/json' },
    ...(body && { body: { string: body } }),
    query: Object.fromEntries(url.searchParams),
    params: found?.params ?? {},
  });
  const admin = { kind: 'person', objectId, name: 'admin', roles: ['Admin'] } as const;
  return (await found?.route.handle(asked, new InvocationContext(), admin))?.jsonBody;
}
