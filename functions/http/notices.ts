import { noticeSent } from '../../shared/api/notices.ts';
import { noNotices, unsentNotice } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { decide } from './decide.ts';
import { type AnyRoute, route } from './route.ts';

/** Sends one notice, so that somebody sees where they arrive. */
export function testNoticesRoute(app: App): AnyRoute {
  return route({
    name: 'testNotices',
    method: 'POST',
    path: 'notices/test',
    summary: 'Sends a notice that says that it is a test',
    answers: {
      200: { description: 'The target took it', schema: noticeSent },
      409: { description: 'Notices are off' },
    },
    handle: ({ caller }) => decide(app, caller, 'testNotices', {}, () => sendTest(app)),
  });
}

async function sendTest(app: App) {
  const answer = await app.sendTestNotice();
  if (answer.kind === 'off') throw noNotices();
  if (answer.kind === 'unsent') throw unsentNotice(answer.code, answer.remedy);
  return { jsonBody: { sent: true } };
}
