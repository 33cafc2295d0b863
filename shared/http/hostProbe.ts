import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { ProbeFailure } from '../ports/connectionProbes.ts';
import type { HostCertificate, HostProbe } from '../ports/hostProbe.ts';

/** Below what a step of a connection test may last. */
const timeoutMilliseconds = 10_000;

/** Asks as a driver does: by the system's resolver, which knows of private DNS zones, and by a verified TLS handshake. */
export const hostProbe: HostProbe = { resolve, verifyCertificate };

async function resolve(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch (error) {
    throw unreachable(error);
  }
}

function verifyCertificate(host: string, port: number, ca?: string): Promise<HostCertificate> {
  const { promise, resolve: succeed, reject } = Promise.withResolvers<HostCertificate>();
  // An address is no server name (RFC 6066, 3).
  const name = isIP(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...name, ...(ca === undefined ? {} : { ca }) });
  socket.setTimeout(timeoutMilliseconds, () => socket.destroy(new ProbeFailure('unreachable', 'ETIMEDOUT')));
  socket.once('error', error => reject(unreachable(error)));
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate();
    socket.end();
    if (certificate) succeed({ validUntil: certificate.validToDate.getTime() });
    else reject(new ProbeFailure('unreachable', 'NoCertificate'));
  });
  return promise;
}

function unreachable(error: unknown): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  return new ProbeFailure('unreachable', codeOf(error), error);
}

function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : 'Error';
}
