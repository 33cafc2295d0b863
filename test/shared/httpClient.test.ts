import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequestOptions,
  proxyPolicy,
} from '@azure/core-rest-pipeline';
import { createHttpClient } from '../../shared/httpClient.ts';

const client = createHttpClient();
const running: { close(): void; closeAllConnections?(): void }[] = [];

afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

test('sends a text with its headers, and hands on status, headers and text', async () => {
  const url = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      response.writeHead(404, { 'x-seen': `${method} ${path} ${headers['if-match']} ${headers['content-length']}` });
      response.end(Buffer.concat(chunks));
    });
  });
  const headers = createHttpHeaders({ 'If-Match': 'W/"1"' });
  const answer = await ask(`${url}/rows(1)?$top=2`, { method: 'PUT', headers, body: 'Zoë' });
  expect(answer).toMatchObject({ status: 404, bodyAsText: 'Zoë' });
  expect(answer.headers.get('X-Seen')).toBe('PUT /rows(1)?$top=2 W/"1" 4');
});

test('an answer without a body is an empty text', async () => {
  const url = await serve((_, response) => response.writeHead(204).end());
  expect(await ask(url, { method: 'DELETE' })).toMatchObject({ status: 204, bodyAsText: '' });
});

test('a packed answer is unpacked', async () => {
  const url = await serve((_, response) =>
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('many contacts')),
  );
  expect(await ask(url)).toMatchObject({ bodyAsText: 'many contacts' });
});

test('connections are used again', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end();
  });
  for (let count = 0; count < 20; count++) await ask(url);
  // One is not idle yet when its answer is there.
  expect(ports.size).toBeLessThan(3);
});

test('a service that is not there is refused with the code of the connection', async () => {
  const url = await serve(() => {});
  for (const server of running.splice(0)) await new Promise<void>(resolve => (server as Server).close(() => resolve()));
  await expect(ask(url)).rejects.toMatchObject({ name: 'RestError', code: 'ECONNREFUSED' });
});

test.each([
  ['before an answer', ''],
  ['within an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
])('a connection that is closed %s is a reset one', async (_, text) => {
  const server = createTcpServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(text));
  });
  await expect(ask(await listen(server))).rejects.toMatchObject({ name: 'RestError', code: 'ECONNRESET' });
});

test('the time of an exchange is that of all of it', async () => {
  const url = await serve((_, response) => response.write('the first half'));
  await expect(ask(url, { timeout: 50 })).rejects.toMatchObject({ name: 'AbortError' });
});

test('what was given up is taken back', async () => {
  const closed = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const url = await serve(request => {
    asked.resolve();
    request.socket.once('close', () => closed.resolve());
  });
  const giveUp = new AbortController();
  const answer = ask(url, { abortSignal: giveUp.signal });
  await asked.promise;
  giveUp.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await closed.promise;
});

test('what was given up before is not sent', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests += 1;
    response.end();
  });
  await expect(ask(url, { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await ask(url);
  expect(requests).toBe(1);
});

test('plain HTTP has to be allowed', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests += 1;
    response.end();
  });
  await expect(ask(url, { allowInsecureConnection: false })).rejects.toThrow('allowInsecureConnection');
  expect(requests).toBe(0);
});

test('a proxy is asked instead of the service', async () => {
  const proxy = await serve((request, response) => response.end(`for ${request.url}`));
  const { hostname, port } = new URL(proxy);
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy({ host: `http://${hostname}`, port: Number(port) }));
  const request = createPipelineRequest({ url: 'http://tables.invalid/Rows', allowInsecureConnection: true });
  const answer = await pipeline.sendRequest(client, request);
  expect(answer.bodyAsText).toBe('for http://tables.invalid/Rows');
});

async function ask(url: string, options: Partial<PipelineRequestOptions> = {}) {
  return client.sendRequest(createPipelineRequest({ url, allowInsecureConnection: true, ...options }));
}

function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

async function listen(server: ReturnType<typeof createTcpServer>): Promise<string> {
  running.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
