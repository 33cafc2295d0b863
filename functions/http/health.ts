import { healthView } from '../../shared/api/health.ts';
import { type AnyRoute, route } from './route.ts';

/** Whether the app runs; says nothing else, since everybody may ask. */
export function healthRoute(): AnyRoute {
  return route({
    name: 'health',
    method: 'GET',
    path: 'health',
    summary: 'Whether the app runs',
    anonymous: true,
    answers: { 200: { description: 'It runs', schema: healthView } },
    handle: async () => ({ jsonBody: { status: 'ok' } }),
  });
}
