import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below those that the systems give to outgoing connections, which might take one before it is listened on. */
const candidates = { from: 20_000, to: 32_000 };

/** A port of 127.0.0.1 that nobody listens on, for a process that has to be named by others before it starts. */
export async function findFreePort(): Promise<number> {
  const port = randomInt(candidates.from, candidates.to);
  return tryPort(port).then(() => port, findFreePort);
}

/** This one if it can be had, else any free one. */
export function findFreePortNear(preferred: number): Promise<number> {
  return tryPort(preferred).then(() => preferred, findFreePort);
}

/** @throws what `listen` throws for a port that cannot be had, with its `code` and `port` */
export async function tryPort(port: number): Promise<void> {
  await close(await listen(port));
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
