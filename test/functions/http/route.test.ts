import { type HttpHandler, HttpRequest, InvocationContext } from '@azure/functions';
import { healthRoute } from '../../../functions/http/health.ts';
import { runRoutes } from '../../../functions/http/runs.ts';
import type { App } from '../../../shared/app.ts';

const asked: number[] = [];
const app = {
  findAddresses: async () => new Map(),
  async readLatestRuns(count: number) {
    asked.push(count);
    return [];
  },
} as unknown as App;

async function getRuns(query: string) {
  const [listRuns] = runRoutes(app);
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/runs${query}` });
  return listRuns?.handle(request, new InvocationContext());
}

test.each(['?limit=0', '?limit=abc', '?limit=', '?limit=101'])('runs%s is refused', async query => {
  const answer = await getRuns(query);
  expect(answer?.status).toBe(400);
  expect(JSON.stringify(answer)).toContain('limit');
});

test('a parameter that is given twice is refused', async () => {
  const answer = await getRuns('?limit=5&limit=6');
  expect(answer?.status).toBe(400);
  expect(JSON.stringify(answer)).toContain('more than once');
});

test('a parameter of the API that is given twice is refused also where nobody needs a key, and what a probe adds is not', async () => {
  const ask = (query: string) => {
    const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/health${query}` });
    return (healthRoute().handle as HttpHandler)(request, new InvocationContext());
  };
  expect(await ask('?code=a&code=b')).toMatchObject({ status: 400, body: expect.stringContaining('more than once') });
  expect(await ask('?probe=a&probe=b')).not.toMatchObject({ status: 400 });
});

test('the limit says how many of the runs are answered', async () => {
  await getRuns('?limit=5');
  await getRuns('');
  expect(asked).toEqual([5, 20]);
});
