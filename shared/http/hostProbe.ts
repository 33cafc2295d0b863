import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { ProbeFailure } from '../ports/connectionProbes.ts';
import type { HostAddress, HostCertificate, HostProbe, Trust } from '../ports/hostProbe.ts';
import { kindOfAddress } from './addressKinds.ts';

/** Milliseconds, below what a step of a connection test may last. */
const longestSilence = 10_000;

/** Asks as a driver does: by the system's resolver, which knows of private DNS zones, and by a TLS handshake. */
export function openHostProbe(silence = longestSilence): HostProbe {
  return { resolve, startTls: (host, port, trust) => startTls(host, port, trust, silence) };
}

async function resolve(host: string): Promise<readonly HostAddress[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => ({ address, kind: kindOfAddress(address) }));
  } catch (error) {
    throw unreachable(error);
  }
}

function startTls(host: string, port: number, trust: Trust, silence: number): Promise<HostCertificate> {
  const { promise, resolve: succeed, reject } = Promise.withResolvers<HostCertificate>();
  // An address is no server name (RFC 6066, 3).
  const name = isIP(host) ? {} : { servername: host };
  const socket = connect({ host, port, ...name, ...optionsOf(trust) });
  socket.setTimeout(silence, () => socket.destroy(new ProbeFailure('unreachable', 'ETIMEDOUT')));
  socket.once('error', error => reject(unreachable(error)));
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate();
    socket.end();
    if (certificate) succeed({ validUntil: certificate.validToDate.getTime() });
    else reject(new ProbeFailure('unreachable', 'NoCertificate'));
  });
  return promise;
}

function optionsOf(trust: Trust): ConnectionOptions {
  switch (trust.kind) {
    case 'public':
      return {};
    case 'named':
      return { ca: trust.authorities };
    case 'anybody':
      return { rejectUnauthorized: false };
  }
}

function unreachable(error: unknown): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  return new ProbeFailure('unreachable', codeOf(error), error);
}

/** Where each address of a name fails there is one error for all. */
function codeOf(error: unknown): string {
  const { code } = Object(error instanceof AggregateError ? error.errors[0] : error) as { code?: unknown };
  return typeof code === 'string' ? code : 'Error';
}
