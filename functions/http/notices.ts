import { noticeSent } from '../../shared/api/notices.ts';
import { noNotices, unsentNotice } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { adviseOnNotices } from '../../shared/connection-steps/connectionAdvice.ts';
import { NoticeUnsent } from '../../shared/ports/notices.ts';
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
  try {
    if (!(await app.sendTestNotice())) throw noNotices();
    return { jsonBody: { sent: true } };
  } catch (error) {
    if (error instanceof NoticeUnsent) throw unsentNotice(error.code, adviseOnNotices(error).remedy ?? '');
    throw error;
  }
}
