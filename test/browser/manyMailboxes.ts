import type { Page } from 'playwright-core';
import { meRoutes } from '../../functions/console/me.ts';
import { sessionRoute } from '../../functions/console/session.ts';
import { apiRoutes } from '../../functions/http/apiRoutes.ts';
import { createWorld, type World } from '../shared/engine/world.ts';
import { answerOf } from '../world/routeAnswer.ts';

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
  const admin = { kind: 'person', objectId, name: 'admin', roles: ['Admin'] } as const;
  await page.route(`**${prefix}**`, async route => {
    const request = route.request();
    const question = { method: request.method(), url: new URL(request.url()), body: request.postData() ?? undefined };
    await route.fulfill({ json: (await answerOf(routes, prefix, question, admin))?.jsonBody });
  });
}
