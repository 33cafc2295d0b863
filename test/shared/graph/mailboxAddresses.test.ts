import { createAddressFinder } from '../../../shared/graph/mailboxAddresses.ts';
import { createTestClock } from '../../memory/clock.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

interface Batch {
  readonly requests: readonly { readonly id: string; readonly url: string }[];
}

/** Users answer with an address of their id; those called `gone` are not there. */
function answerBatch(body: unknown): Response {
  const { requests } = body as Batch;
  const responses = requests.map(({ id, url }) => {
    const user = /\/users\/([^?]+)/.exec(url)?.[1] ?? '';
    if (user.startsWith('gone')) return { id, status: 404, body: { error: { code: 'Request_ResourceNotFound' } } };
    const mail = user.startsWith('guest') ? null : `${user}@contoso.com`;
    return { id, status: 200, body: { mail, userPrincipalName: `${user}@contoso.onmicrosoft.com` } };
  });
  return json({ responses });
}

function idsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `user-${index}`);
}

test('addresses are looked up in batches of twenty, and once', async () => {
  const { client, sent } = stubGraph(({ body }) => answerBatch(body), { clock: createTestClock(0) });
  const findAddresses = createAddressFinder(client);
  const found = await findAddresses([...idsOf(45), 'user-0', 'gone-1', 'guest-1']);
  expect(found.size).toBe(46);
  expect([found.get('user-44'), found.get('guest-1'), found.get('gone-1')]).toEqual([
    'user-44@contoso.com',
    'guest-1@contoso.onmicrosoft.com',
    undefined,
  ]);
  expect(sent.map(({ body }) => (body as Batch).requests.length).sort()).toEqual([20, 20, 7].sort());
  expect((await findAddresses(['user-3', 'gone-1', 'guest-1'])).size).toBe(2);
  expect(sent).toHaveLength(3);
});

test('a directory that refuses or cannot be read leaves the addresses out, and is asked again the next time', async () => {
  const { client } = stubGraph(
    ({ body }, index) => (index === 0 ? graphError(403, 'Authorization_RequestDenied') : answerBatch(body)),
    { clock: createTestClock(0) },
  );
  const findAddresses = createAddressFinder(client);
  expect([...(await findAddresses(['user-1']))]).toEqual([]);
  expect([...(await findAddresses(['user-1']))]).toEqual([['user-1', 'user-1@contoso.com']]);
});

test('a directory that does not answer is not waited for', async () => {
  const clock = createTestClock(0);
  const { client } = stubGraph(() => json({}), { clock, httpClient: { sendRequest: () => new Promise(() => {}) } });
  const finding = createAddressFinder(client)(['user-1']);
  await clock.advance(3_000);
  expect([...(await finding)]).toEqual([]);
});
