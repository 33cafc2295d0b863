import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { openDirectory } from '../../../shared/graph/directory.ts';
import { openContactMailbox } from '../../../shared/targets/graph-mailbox/contactMailbox.ts';
import { graphError, json, stubGraph } from './stubbedGraph.ts';

const folder = { id: 'F', displayName: 'Company', parentFolderId: 'P' };
const contact = { id: 'C', parentFolderId: 'F' };

describe('every request', () => {
  test('goes to the endpoint with a token, an id of its own and the wish for immutable ids', async () => {
    const { client, sent } = stubGraph(() => json(folder));
    await openContactMailbox(client, 'U').getFolder('F/+=');
    const url = new URL(sent[0]?.url ?? '');
    expect(url.href.split('?')[0]).toBe('http://127.0.0.1:7070/v1.0/users/U/contactFolders/F%2F%2B%3D');
    expect(url.searchParams.get('$select')).toBe('id,displayName,parentFolderId');
    expect(url.searchParams.get('$expand')).toMatch(/^singleValueExtendedProperties\(\$filter=id eq 'String \{/);
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer token-1',
      prefer: 'IdType="ImmutableId"',
      'client-request-id': 'request-id',
    });
  });

  test('shares one token until it is about to expire', async () => {
    let now = Date.parse('2026-11-22T12:00:00Z');
    const { client, tokens } = stubGraph(() => json(folder), { clock: { now: () => now, wait: async () => {} } });
    const mailbox = openContactMailbox(client, 'U');
    await Promise.all([mailbox.getFolder('F'), mailbox.getFolder('G')]);
    now = Date.parse('2026-11-22T12:54:59Z');
    await mailbox.getFolder('F');
    expect(tokens).toHaveLength(1);
    now = Date.parse('2026-11-22T12:55:00Z');
    await mailbox.getFolder('F');
    expect(tokens).toHaveLength(2);
  });

  test('is counted where it was made', async () => {
    const { client } = stubGraph(() => json(folder));
    const mailbox = openContactMailbox(client, 'U');
    const other = openContactMailbox(client, 'V');
    await mailbox.getFolder('F');
    await mailbox.getFolder('F');
    expect(mailbox.counts()).toEqual({ requests: 2, roundTrips: 2 });
    expect(other.counts()).toEqual({ requests: 0, roundTrips: 0 });
  });
});

describe('a 401', () => {
  test('is repeated once with a fresh token, a POST too: nothing was done', async () => {
    const { client, sent } = stubGraph(({ headers }) =>
      headers.get('Authorization') === 'Bearer token-1'
        ? graphError(401, 'InvalidAuthenticationToken')
        : json(folder, 201),
    );
    await expect(openContactMailbox(client, 'U').createFolder('Company', 'ours')).resolves.toEqual(folder);
    const mark = expect.objectContaining({ value: 'ours' });
    const body = { displayName: 'Company', singleValueExtendedProperties: [mark] };
    expect(sent.map(request => [request.method, request.body, request.headers.get('Prefer')])).toEqual([
      ['POST', body, 'IdType="ImmutableId"'],
      ['POST', body, 'IdType="ImmutableId"'],
    ]);
  });

  test('that comes again is a refusal of access', async () => {
    const { client, sent } = stubGraph(() => graphError(401, 'InvalidAuthenticationToken'));
    await expect(openContactMailbox(client, 'U').getFolder('F')).rejects.toMatchObject({ kind: 'accessDenied' });
    expect(sent).toHaveLength(2);
  });
});

test('without a token nothing is sent', async () => {
  const { client, sent } = stubGraph(() => json(folder), {
    credential: { getToken: () => Promise.reject(new Error('no identity')) },
  });
  const mailbox = openContactMailbox(client, 'U');
  await expect(mailbox.getFolder('F')).rejects.toMatchObject({ kind: 'unavailable', code: 'TokenUnavailable' });
  await expect(mailbox.write([{ kind: 'delete', contactId: 'C' }])).resolves.toMatchObject([
    { kind: 'mailboxFailed', failure: { kind: 'unavailable' } },
  ]);
  expect(sent).toEqual([]);
});

test('a token that Entra refuses is told by its code, and by nothing else that it says', async () => {
  const error = 'AADSTS7000222: The provided client secret keys for app Contoso are expired. Trace ID: 1';
  const { client } = stubGraph(() => json(folder), {
    credential: { getToken: () => Promise.reject(new Error(error)) },
  });
  await expect(openContactMailbox(client, 'U').getFolder('F')).rejects.toMatchObject({
    ...{ kind: 'unavailable', code: 'AADSTS7000222', withoutToken: true },
    message: 'No token for Graph: AADSTS7000222',
  });
});

describe('a link', () => {
  test.each([
    'https://evil.example/v1.0/users/U/contacts?$skiptoken=x',
    'https://graph.microsoft.com.evil.example/v1.0/users/U',
    'http://graph.microsoft.com/v1.0/users/U',
    'http://127.0.0.1:7071/v1.0/users/U',
    '//evil.example/v1.0/users/U',
    'nonsense',
  ])('to %s is refused, and nothing is sent there', async link => {
    const { client, sent } = stubGraph(() => json({ value: [], '@odata.nextLink': link }));
    await expect(openContactMailbox(client, 'U').listContacts('F')).rejects.toMatchObject({
      kind: 'refused',
      code: 'ForeignLink',
    });
    await expect(openContactMailbox(client, 'U').readChanges('F')).rejects.toMatchObject({ code: 'ForeignLink' });
    expect(new Set(sent.map(request => new URL(request.url).origin))).toEqual(new Set(['http://127.0.0.1:7070']));
  });

  test.each(['@evil.example/x', '.evil.example/v1.0/x', 'https://evil.example/v1.0/x'])(
    'that was stored as %s is refused, and nothing is sent',
    async link => {
      const { client, sent } = stubGraph(() => json({ value: [] }));
      await expect(openContactMailbox(client, 'U').readChanges('F', link)).rejects.toMatchObject({ kind: 'refused' });
      expect(sent).toEqual([]);
    },
  );

  test.each(['https://graph.microsoft.com', 'http://127.0.0.1:7070'])(
    'of %s is followed at the endpoint',
    async origin => {
      const rest = "/v1.0/users('U')/contactFolders('F')/contacts/delta?$deltatoken=a%2Bb%3D&x=1";
      const { client, sent } = stubGraph((_request, index) =>
        json(
          index === 0
            ? { value: [], '@odata.nextLink': `${origin}/v1.0/next?$skiptoken=p%262` }
            : { value: [contact], '@odata.deltaLink': `${origin}${rest}` },
        ),
      );
      const mailbox = openContactMailbox(client, 'U');
      const changes = await mailbox.readChanges('F');
      expect(sent[1]?.url).toBe('http://127.0.0.1:7070/v1.0/next?$skiptoken=p%262');
      expect(new URL(changes.deltaLink, 'http://x').searchParams.get('$deltatoken')).toBe('a+b=');
      await mailbox.readChanges('F', changes.deltaLink);
      expect(sent[2]?.url).toBe(`http://127.0.0.1:7070${changes.deltaLink}`);
      expect(sent.map(request => request.headers.get('Prefer'))).toEqual(
        Array(3).fill('odata.maxpagesize=200, IdType="ImmutableId"'),
      );
    },
  );
});

describe('a read', () => {
  test('is repeated while Graph is unavailable, at most three times, with growing waits', async () => {
    const { client, sent, waits } = stubGraph(() => graphError(503, 'MailboxInfoStale'), { random: () => 0 });
    await expect(openContactMailbox(client, 'U').getFolder('F')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(sent).toHaveLength(4);
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  test('waits as long as Graph asks, if that is short', async () => {
    const { client, waits } = stubGraph((_request, index) =>
      index === 0 ? graphError(429, 'ApplicationThrottled', '', { 'Retry-After': '2.5' }) : json(folder),
    );
    await expect(openContactMailbox(client, 'U').getFolder('F')).resolves.toEqual(folder);
    expect(waits).toEqual([2_500]);
  });

  test('leaves a longer wait to its caller', async () => {
    const { client, sent } = stubGraph(() => graphError(429, 'ApplicationThrottled', '', { 'Retry-After': '30' }));
    await expect(openContactMailbox(client, 'U').getFolder('F')).rejects.toMatchObject({
      kind: 'throttled',
      retryAfter: 30_000,
    });
    expect(sent).toHaveLength(1);
  });

  test('goes on after a cut connection and an unreadable answer', async () => {
    const { client } = stubGraph((_request, index) => {
      if (index === 0) return new TypeError('fetch failed');
      return index === 1 ? new Response('{"value":[', { status: 200 }) : json(folder);
    });
    await expect(openContactMailbox(client, 'U').getFolder('F')).resolves.toEqual(folder);
  });

  test('of something that is refused is not repeated', async () => {
    const { client, sent } = stubGraph(() => graphError(400, 'ErrorInvalidProperty'));
    await expect(openContactMailbox(client, 'U').getFolder('F')).rejects.toMatchObject({ kind: 'refused' });
    expect(sent).toHaveLength(1);
  });
});

test('a folder is created once, whatever the answer: the first attempt may have succeeded', async () => {
  const { client, sent } = stubGraph(() => graphError(503, 'MailboxInfoStale'));
  await expect(openContactMailbox(client, 'U').createFolder('Company', 'ours')).rejects.toMatchObject({
    kind: 'unavailable',
  });
  expect(sent).toHaveLength(1);
});

test('an exchange ends with its time-out, also when only the body does not come', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write('{"responses":');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const { client } = stubGraph(() => json({}), {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMilliseconds: 100,
      httpClient: createDefaultHttpClient(),
    });
    await expect(openContactMailbox(client, 'U').write([{ kind: 'delete', contactId: 'C' }])).resolves.toEqual([
      { kind: 'unknown', code: 'RequestTimedOut' },
    ]);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

test('a redirect is not followed with our token', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/elsewhere' ? 200 : 302, { Location: '/elsewhere' }).end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { client } = stubGraph(() => json({}), { endpoint, httpClient: createDefaultHttpClient() });
    await expect(openDirectory(client).groupMembers('G')).rejects.toMatchObject({ kind: 'refused', status: 302 });
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});
