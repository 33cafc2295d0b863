import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { testHost, testHostName } from '../../../shared/connection-steps/hostSteps.ts';
import { hostProbe } from '../../../shared/http/hostProbe.ts';
import { ProbeFailure } from '../../../shared/ports/connectionProbes.ts';

const day = 86_400_000;
const tools = { clock: { wait: () => new Promise<void>(() => {}) }, hosts: hostProbe };
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
  const results = await testHost('localhost', port, tools, { ca });
  return results.map(({ step }) => step);
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
    expect(tls?.remedy).toContain('store the PEM text of its root certificate');
  });

  test('say that the authority of the settings is another', async () => {
    const [, tls] = await stepsOf(await serve(await issue('localhost')), (await issue('localhost')).cert);
    expect(tls).toMatchObject({ ok: false, remedy: expect.stringContaining('is not the one that issued it') });
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
    expect(tls).toMatchObject({ ok: false, detail: expect.stringContaining(`port ${port} (ECONNREFUSED)`) });
  });

  test('say that the host speaks no TLS there', async () => {
    const port = await listen(createPlainServer(socket => socket.resume().end('220 ready\r\n')));
    const [, tls] = await stepsOf(port);
    expect(tls).toMatchObject({ ok: false, remedy: expect.stringContaining('expects TLS') });
  });

  test('name DNS where the name is unknown, and do not try TLS', async () => {
    const [name, tls] = await testHost('partner.invalid', 443, {
      ...tools,
      hosts: { ...hostProbe, resolve: () => Promise.reject(new ProbeFailure('unreachable', 'ENOTFOUND')) },
    });
    expect(name?.step).toMatchObject({ ok: false, remedy: expect.stringContaining('private DNS zone') });
    expect(tls?.step).toMatchObject({ ok: false, detail: expect.stringContaining('Not tried') });
  });

  test('name the DNS server where it does not answer', async () => {
    const resolve = () => Promise.reject(new ProbeFailure('unreachable', 'EAI_AGAIN'));
    const { step } = await testHostName('partner.example', { ...tools, hosts: { ...hostProbe, resolve } });
    expect(step).toMatchObject({ ok: false, remedy: expect.stringContaining('port 53') });
  });

  test('the real resolver fails with a code for a name that cannot be', async () => {
    await expect(hostProbe.resolve('partner.invalid')).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });

  test.each([
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['::ffff:10.0.0.1', 'private'],
    ['2001:db8::1', 'public'],
  ])('show that %s is %s', async (address, kind) => {
    const resolve = () => Promise.resolve([address]);
    const { step } = await testHostName('partner.example', { ...tools, hosts: { ...hostProbe, resolve } });
    expect(step.detail).toContain(`${address} (${kind})`);
  });
});
