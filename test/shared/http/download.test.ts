import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { openDownload } from '../../../shared/http/download.ts';
import { FileUnavailable } from '../../../shared/ports/sourceFiles.ts';

let server: Server;
let ca: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const isLoopback = (address: string) => ['127.0.0.1', '::1'].includes(address);

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  ca = pems.cert;
  server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => answer(request, response));
  await once(server.listen(0, 'localhost'), 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function url(path = '/a.csv', host = 'localhost'): string {
  return `https://${host}:${(server.address() as AddressInfo).port}${path}`;
}

const download = (address: string, etag?: string) => openDownload(isLoopback, { ca })(address, etag);

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch(each => each);
  if (!(error instanceof FileUnavailable)) throw new Error(String(error));
  return error.code;
}

test('a file is read once for each ETag', async () => {
  answer = ({ headers }, response) => {
    if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end('a,b');
  };
  const reading = await download(url());
  expect(reading).toMatchObject({ kind: 'read', etag: '"1"' });
  expect(reading.kind === 'read' && Buffer.from(reading.bytes).toString()).toBe('a,b');
  expect(await download(url(), '"1"')).toEqual({ kind: 'unchanged' });
});

test.each([404, 410])('an address that answers %i has no file', async status => {
  answer = (_, response) => response.writeHead(status).end();
  expect(await download(url())).toEqual({ kind: 'missing' });
});

test('any other answer is a failure with its number, and never a file', async () => {
  answer = (_, response) => response.writeHead(500).end('a,b');
  expect(await codeOf(download(url()))).toBe('Status500');
});

test('a redirect is followed on the same host, and to no other', async () => {
  answer = ({ url: path }, response) => {
    if (path === '/a.csv') response.writeHead(302, { location: '/b.csv' }).end();
    else if (path === '/b.csv') response.writeHead(200).end('b');
    else response.writeHead(302, { location: `https://elsewhere.contoso.example${path}` }).end();
  };
  expect(await download(url())).toMatchObject({ kind: 'read' });
  expect(await codeOf(download(url('/c.csv')))).toBe('RedirectElsewhere');
});

test('redirects end', async () => {
  answer = (_, response) => response.writeHead(302, { location: '/a.csv' }).end();
  expect(await codeOf(download(url()))).toBe('TooManyRedirects');
});

test('a connection that ends before the file does gives nothing', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('a,b', () => response.destroy());
  };
  expect(await codeOf(download(url()))).toMatch(/^(ECONNRESET|CutShort|aborted)$/);
});

test('a host with an address of a private or local network is not asked, however it is written', async () => {
  let asked = false;
  answer = (_, response) => {
    asked = true;
    response.end('a');
  };
  const publicOnly = openDownload(undefined, { ca });
  expect(await codeOf(publicOnly(url(), undefined))).toBe('PrivateAddress');
  expect(await codeOf(publicOnly(url('/a.csv', '127.0.0.1'), undefined))).toBe('AddressWithoutName');
  expect(await codeOf(publicOnly(url('/a.csv', '[::1]'), undefined))).toBe('AddressWithoutName');
  expect(asked).toBe(false);
});

test('a certificate that nobody vouches for is refused', async () => {
  answer = (_, response) => response.end('a');
  expect(await codeOf(openDownload(isLoopback)(url(), undefined))).toMatch(/SELF_SIGNED|VERIFY|CERT/);
});
