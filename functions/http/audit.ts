import { auditPage, auditPageSize, auditQuery, viewDecision } from '../../shared/api/audit.ts';
import { foreignContinuation } from '../../shared/api/problems.ts';
import type { App } from '../../shared/app.ts';
import { continuationTo, readContinuation } from './continuation.ts';
import { type AnyRoute, route } from './route.ts';

/** Who decided what. */
export function auditRoute(app: App): AnyRoute {
  return route({
    name: 'listDecisions',
    method: 'GET',
    path: 'audit',
    summary: 'What was decided, when and by whom, newest first',
    query: auditQuery,
    answers: {
      200: { description: 'A page; it may be short, or empty, although more follow', schema: auditPage },
    },
    async handle({ query: { list, action, continuation } }) {
      const from = readContinuation(continuation);
      if (from !== undefined && !/^\d{4}-\d{2}-\d{2}-/.test(from)) throw foreignContinuation();
      const { decisions, next } = await app.readDecisions({ list, action, limit: auditPageSize, from });
      return { jsonBody: { decisions: decisions.map(viewDecision), ...continuationTo(next) } };
    },
  });
}
