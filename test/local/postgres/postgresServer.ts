import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { Client } from 'pg';
import { generate } from 'selfsigned';

/** A PostgreSQL for tests, which is reached over TLS. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The certificate of the server, which is its own CA. */
  readonly ca: string;
  /** As its owner, one or several. */
  run(statements: string): Promise<void>;
  stop(): Promise<void>;
}

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const asOwner = { user: 'postgres', password: 'postgres', database: 'postgres' };

/** PGlite, which speaks no TLS itself, behind an edge that does. It knows one user and has no clock to end a statement by. */
export async function startPglite(): Promise<PostgresServer> {
  const certificate = await makeCertificate();
  const innerPort = await freePort();
  const worker = new Worker(join(import.meta.dirname, 'pgliteWorker.ts'), { workerData: innerPort, execArgv: [] });
  await once(worker, 'message');
  const edge = createServer(socket => void speakTls(socket, certificate, innerPort));
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  return {
    host: 'localhost',
    port: portOf(edge),
    ...asOwner,
    ca: certificate.cert,
    run: statements => runAsOwner({ host: '127.0.0.1', port: innerPort }, statements),
    async stop() {
      edge.close();
      await worker.terminate();
    },
  };
}

/** Where Debian's package puts the programs, of the newest version that is there. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map(version => join(root, version, 'bin')).find(programs => existsSync(join(programs, 'initdb')));
}

/** A cluster of its own in a folder of its own, as somebody who is not root: PostgreSQL refuses root. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const certificate = await makeCertificate();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const owner = process.getuid?.() === 0 ? unprivileged : undefined;
  const as = owner ?? {};
  const put = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, 0o600);
    if (owner) chownSync(file, owner.uid, owner.gid);
    return file;
  };
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const passwordFile = put('password', asOwner.password);
  const initdb = ['-D', data, '-U', asOwner.user, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8'];
  const made = spawnSync(join(programs, 'initdb'), [...initdb, '--locale=C.UTF-8', '--no-sync'], {
    ...as,
    cwd: folder,
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const options = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: put('server.crt', certificate.cert),
    ssl_key_file: put('server.key', certificate.key),
  };
  const settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], { ...as, cwd: folder, stdio: 'ignore' });
  await untilReady(server, port);
  return {
    host: 'localhost',
    port,
    ...asOwner,
    ca: certificate.cert,
    run: statements => runAsOwner({ host: 'localhost', port, ssl: { ca: certificate.cert } }, statements),
    async stop() {
      server.kill('SIGINT');
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's `nobody`. */
const unprivileged = { uid: 65_534, gid: 65_534 };

async function untilReady(server: ChildProcess, port: number): Promise<void> {
  const ended = once(server, 'exit').then(() => 'ended');
  for (;;) {
    const answers = await Promise.race([ended, accepts(port)]);
    if (answers === 'ended') throw new Error('PostgreSQL did not start');
    if (answers) return;
  }
}

async function accepts(port: number): Promise<boolean> {
  const client = new Client({ host: '127.0.0.1', port, ...asOwner, ssl: { rejectUnauthorized: false } });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function runAsOwner(
  place: { readonly host: string; readonly port: number; readonly ssl?: object },
  statements: string,
): Promise<void> {
  const client = new Client({ ...place, ...asOwner });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

export async function makeCertificate(): Promise<Certificate> {
  const altNames = [{ type: 2 as const, value: 'localhost' }];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  return { key: made.private, cert: made.cert };
}

/** The client asks for TLS in eight bytes, and is told "S" (PostgreSQL: SSL Session Encryption). */
async function speakTls(socket: Socket, { key, cert }: Certificate, innerPort: number): Promise<void> {
  socket.on('error', () => {});
  await once(socket, 'data');
  socket.write('S');
  const secure = new TLSSocket(socket, { isServer: true, key, cert });
  const inner = connect(innerPort, '127.0.0.1');
  for (const each of [secure, inner]) each.on('error', () => socket.destroy());
  secure.pipe(inner);
  inner.pipe(secure);
  inner.on('close', () => socket.destroy());
  socket.on('close', () => inner.destroy());
}

export function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}
