import { HttpRequest, InvocationContext } from '@azure/functions';
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

test('the limit says how many of the runs are answered', async () => {
  await getRuns('?limit=5');
  await getRuns('');
  expect(asked).toEqual([5, 20]);
});
