import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { testCertificate, testHostName } from '../../../shared/connection-steps/hostSteps.ts';
import { kindOfAddress } from '../../../shared/http/addressKinds.ts';
import { openHostProbe } from '../../../shared/http/hostProbe.ts';
import { ProbeFailure } from '../../../shared/ports/connectionProbes.ts';
import type { HostProbe } from '../../../shared/ports/hostProbe.ts';

const day = 86_400_000;
const hosts = openHostProbe(500);
const tools = { clock: { wait: () => new Promise<void>(() => {}) }, probes: { hosts } };
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise(done => server.close(done));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answering(resolve: HostProbe['resolve']) {
  return { ...tools, probes: { hosts: { ...hosts, resolve } } };
}

function issue(name: string, from = Date.now() - day, until = Date.now() + 30 * day) {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(until),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
}

async function serve({ private: key, cert }: { private: string; cert: string }): Promise<number> {
  const server = createServer({ key, cert }, socket => socket.end());
  server.on('tlsClientError', () => {});
  return listen(server);
}

async function stepsOf(port: number, ca?: string) {
  const trust = ca === undefined ? { kind: 'public' as const } : { kind: 'named' as const, authorities: ca };
  const name = await testHostName('localhost', 'anywhere', tools);
  const tls = await testCertificate({ host: 'localhost', port }, trust, [name], tools);
  return [name.step, tls.step];
}

describe('the steps of a host that a source reads from', () => {
  test('say what its name stands for, and until when a certificate of a trusted authority is valid', async () => {
    const until = Date.now() + 30 * day;
    const authority = await issue('localhost', undefined, until);
    const [name, tls] = await stepsOf(await serve(authority), authority.cert);
    expect(name).toMatchObject({ ok: true, detail: expect.stringMatching(/(127\.0\.0\.1|::1) \(loopback\)/) });
    const date = new Date(until).toISOString().slice(0, 10);
    expect(tls).toMatchObject({ ok: true, detail: expect.stringContaining(`valid until ${date}`) });
  });

  test('ask for the authority of a certificate that no public one issued', async () => {
    const [, tls] = await stepsOf(await serve(await issue('localhost')));
    expect(tls).toMatchObject({ ok: false, detail: expect.stringContaining('not trusted (DEPTH_ZERO') });
    expect(tls?.remedy).toContain('is named as caSecret');
  });

  test('say that the authority of the settings is another', async () => {
    const [, tls] = await stepsOf(await serve(await issue('localhost')), (await issue('localhost')).cert);
    expect(tls).toMatchObject({ ok: false, remedy: expect.stringContaining('is not the authority that issued it') });
  });

  test('say that the certificate is that of another name', async () => {
    const other = await issue('other.example');
    const [, tls] = await stepsOf(await serve(other), other.cert);
    expect(tls).toMatchObject({ ok: false, detail: expect.stringContaining('another name than localhost') });
  });

  test.each([
    ['has expired', -30 * day, -day],
    ['is not valid yet', day, 30 * day],
  ])('say that the certificate %s', async (said, from, until) => {
    const wrong = await issue('localhost', Date.now() + from, Date.now() + until);
    const [, tls] = await stepsOf(await serve(wrong), wrong.cert);
    expect(tls).toMatchObject({ ok: false, detail: expect.stringContaining(said), remedy: expect.any(String) });
  });

  test('say that nothing listens on the port', async () => {
    const port = await serve(await issue('localhost'));
    for (const server of servers.splice(0)) await new Promise(done => server.close(done));
    const [, tls] = await stepsOf(port);
    expect(tls).toMatchObject({ ok: false, detail: expect.stringMatching(`port ${port}.+ECONNREFUSED`) });
  });

  test('say that nothing answers there', async () => {
    const [, tls] = await stepsOf(await listen(createPlainServer(socket => socket.resume())));
    expect(tls).toMatchObject({ ok: false, detail: expect.stringContaining('(ETIMEDOUT)') });
    expect(tls?.remedy).toContain('network security groups');
  });

  test('take any certificate where the connection does, and say so', async () => {
    const port = await serve(await issue('other.example'));
    const { step } = await testCertificate({ host: 'localhost', port }, { kind: 'anybody' }, [], tools);
    expect(step).toMatchObject({ ok: true, detail: expect.stringContaining('not checked') });
  });

  test('say that the host speaks no TLS there', async () => {
    const port = await listen(createPlainServer(socket => socket.resume().end('220 ready\r\n')));
    const [, tls] = await stepsOf(port);
    expect(tls).toMatchObject({ ok: false, remedy: expect.stringContaining('expects TLS') });
  });

  test('name DNS where the name is unknown, and do not try TLS', async () => {
    const resolve = () => Promise.reject(new ProbeFailure('unreachable', 'ENOTFOUND'));
    const name = await testHostName('partner.example', 'anywhere', answering(resolve));
    const tls = await testCertificate({ host: 'partner.example', port: 443 }, { kind: 'public' }, [name], tools);
    expect(name.step).toMatchObject({ ok: false, remedy: expect.stringContaining('private DNS zone') });
    expect(tls.step).toMatchObject({ ok: false, detail: expect.stringContaining('Not tried') });
  });

  test('name the DNS server where it does not answer', async () => {
    const resolve = () => Promise.reject(new ProbeFailure('unreachable', 'EAI_AGAIN'));
    const { step } = await testHostName('partner.example', 'anywhere', answering(resolve));
    expect(step).toMatchObject({ ok: false, remedy: expect.stringContaining('port 53') });
  });

  test('the real resolver fails with a code for a name that cannot be', async () => {
    await expect(hosts.resolve('partner.invalid')).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });

  test('refuse an address that is not public where the source may only be public', async () => {
    const resolve = async () => ['192.0.2.7', '10.1.2.3'].map(address => ({ address, kind: kindOfAddress(address) }));
    const name = await testHostName('partner.example', 'publicAlone', answering(resolve));
    expect(name.step).toMatchObject({ ok: false, detail: expect.stringContaining('10.1.2.3 (private)') });
    expect(name.step.remedy).toContain('source.blob');
    expect((await testHostName('partner.example', 'anywhere', answering(resolve))).step.ok).toBe(true);
  });
});

test.each([
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['100.64.0.1', 'private'],
  ['fd00::1', 'private'],
  ['127.0.0.53', 'loopback'],
  ['::1', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['fe80::1', 'link-local'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['0.0.0.0', 'reserved'],
  ['::', 'reserved'],
  ['64:ff9b::a00:1', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['20.190.128.1', 'public'],
  ['2603:1020::1', 'public'],
])('the address %s is %s', (address, kind) => {
  expect(kindOfAddress(address)).toBe(kind);
});
