import { app } from '@azure/functions';

/** Whether the app runs; says nothing else, since everybody may ask. */
export function registerHealth(): void {
  app.http('health', {
    route: 'health',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: async () => ({ jsonBody: { status: 'ok' } }),
  });
}
