import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { openClientState, readFromKeyVault } from '../../../shared/key-vault/clientState.ts';
import { ClientStateUnavailable } from '../../../shared/ports/clientState.ts';
import { createTestClock } from '../../memory/clock.ts';

const minute = 60_000;
const credential = { getToken: async () => ({ token: 'a token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

let vault: Server;
let certificate: string;
let secret: string | undefined;
let reads: string[];

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  certificate = pems.cert;
  vault = createServer({ key: pems.private, cert: pems.cert }, (request, response) => {
    if (!request.headers.authorization) {
      const challenge =
        'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"';
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      return;
    }
    reads.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
    const error = { error: { code: 'Forbidden', message: 'The user, group or application has no permission' } };
    const body = secret === undefined ? error : { value: secret, id: `https://localhost/secrets/client-state/1` };
    response.writeHead(secret === undefined ? 403 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => vault.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  vault.closeAllConnections();
  await new Promise(resolve => vault.close(resolve));
});

beforeEach(() => {
  secret = 'first';
  reads = [];
});

function open() {
  const clock = createTestClock(1_700_000_000_000);
  const url = `https://localhost:${(vault.address() as AddressInfo).port}`;
  const read = readFromKeyVault(url, credential, {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: certificate },
  });
  return { clock, clientState: openClientState(read, clock) };
}

test('the secret is read at the first question, once for all who ask, and kept', async () => {
  const { clientState } = open();
  expect(reads).toEqual([]);
  expect(await Promise.all([clientState.read(), clientState.matches('first'), clientState.read()])).toEqual([
    'first',
    true,
    'first',
  ]);
  expect(await clientState.read()).toBe('first');
  expect(reads).toEqual(['GET /secrets/client-state/']);
});

test.each(['', 'First', 'first ', 'firs', 'x'.repeat(10_000)])('%p does not match', async given => {
  expect(await open().clientState.matches(given)).toBe(false);
});

test('a rotated secret is read when a comparison fails, at most once a minute', async () => {
  const { clock, clientState } = open();
  await clientState.read();
  secret = 'second';
  expect(await clientState.matches('second')).toBe(false);
  await clock.advance(minute);
  expect(await clientState.matches('second')).toBe(true);
  expect(await clientState.matches('first')).toBe(false);
  for (let guess = 0; guess < 10; guess++) await clientState.matches(`guess ${guess}`);
  expect(reads).toHaveLength(2);
});

test('a rotated secret is taken up within ten minutes without a failed comparison', async () => {
  const { clock, clientState } = open();
  await clientState.read();
  secret = 'second';
  await clock.advance(10 * minute);
  expect(await clientState.read()).toBe('second');
});

test('what was read once serves on while the key vault refuses', async () => {
  const { clock, clientState } = open();
  await clientState.read();
  secret = undefined;
  await clock.advance(10 * minute);
  expect(await clientState.matches('first')).toBe(true);
});

test.each([
  ['the key vault refuses', undefined, /could not be read \(Forbidden\)/],
  ['the secret is empty', '', /1 to 128 characters/],
  ['the secret is too long for Graph', 'x'.repeat(129), /1 to 128 characters/],
])('it is not available when %s', async (_, value, message) => {
  secret = value;
  const failure = await open()
    .clientState.matches('guess')
    .catch(error => error);
  expect(failure).toBeInstanceOf(ClientStateUnavailable);
  expect(failure.message).toMatch(message);
});

test('a value of the settings needs no key vault', async () => {
  const clientState = openClientState(async () => 'local', { now: () => 0 });
  expect([await clientState.matches('local'), await clientState.matches('other')]).toEqual([true, false]);
});
