import { Client, type Context, type Middleware, PageIterator } from '@microsoft/microsoft-graph-client';
import { type Body, immutable, startTestTenant, type TestTenant } from './testTenant.ts';

const graphOrigin = 'https://graph.microsoft.com';

/**
 * The client sends no token to plain http and cannot read absolute http links, so it believes in Graph's own origin
 * and this last link of its chain maps it, in both directions.
 */
class SimulatorEdge implements Middleware {
  readonly origin: string;
  readonly token: string;

  constructor(origin: string, token: string) {
    this.origin = origin;
    this.token = token;
  }

  async execute(context: Context): Promise<void> {
    const url = String(context.request).replace(graphOrigin, this.origin);
    const headers = new Headers(context.options?.headers as Record<string, string>);
    headers.set('Authorization', `Bearer ${this.token}`);
    const response = await fetch(url, { ...(context.options as RequestInit), headers });
    const text = (await response.text()).replaceAll(this.origin, graphOrigin);
    context.response = new Response(text === '' ? null : text, response);
  }
}

let tenant: TestTenant;
let client: Client;
beforeAll(async () => {
  tenant = await startTestTenant();
  const edge = new SimulatorEdge(tenant.simulator.url, tenant.simulator.issueToken('client').access_token);
  client = Client.initWithMiddleware({ middleware: edge });
});
afterAll(() => tenant.close());

test("Microsoft's client writes, lists over pages and follows a delta round", async () => {
  const folder: Body = await client.api(`${tenant.ada}/contactFolders`).post({ displayName: 'Staff' });
  const path = `${tenant.ada}/contactFolders/${folder.id}/contacts`;
  for (let number = 0; number < 25; number += 1) {
    await client
      .api(path)
      .headers(immutable)
      .post({ displayName: `Contact ${number}` });
  }
  const listed: string[] = [];
  const first: Body = await client.api(path).select('displayName').top(10).get();
  await new PageIterator(client, first, row => listed.push(row.displayName) > 0).iterate();
  expect(new Set(listed).size).toBe(25);

  const headers = { Prefer: 'odata.maxpagesize=10, IdType="ImmutableId"' };
  const rows: Body[] = [];
  const page: Body = await client.api(`${path}/delta`).headers(headers).get();
  const round = new PageIterator(client, page, row => rows.push(row) > 0, { headers });
  await round.iterate();
  expect(rows).toHaveLength(25);

  expect(await client.api(`${tenant.ada}/contacts/${rows[0].id}`).delete()).toBeUndefined();
  const changes: Body = await client
    .api(round.getDeltaLink() ?? '')
    .headers(headers)
    .get();
  expect(changes.value).toEqual([
    { '@odata.type': '#microsoft.graph.contact', id: rows[0].id, '@removed': { reason: 'deleted' } },
  ]);
});

test("an error reaches the caller as the client's own, with its code and header", async () => {
  await tenant.control('POST', '/faults', {
    match: { times: 1 },
    fault: { code: 'ApplicationThrottled', retryAfter: 7 },
  });
  const failure = client.api(`${tenant.ada}/contacts`).get();
  await expect(failure).rejects.toMatchObject({ statusCode: 429, code: 'ApplicationThrottled' });
  expect((await failure.catch(error => error)).headers.get('retry-after')).toBe('7');
});

test('a batch goes through the client', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const requests = [{ id: '1', method: 'POST', url: `${tenant.ada}/contacts`, headers, body: { givenName: 'Grace' } }];
  const answer: Body = await client.api('/$batch').post({ requests });
  expect(answer.responses).toEqual([expect.objectContaining({ id: '1', status: 201 })]);
});
