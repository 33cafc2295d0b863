import type { Clock } from '../ports/clock.ts';
import type { ProbeFailure } from '../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../ports/connectionStep.ts';
import type { HostAddress, HostCertificate, HostProbe, Trust } from '../ports/hostProbe.ts';
import { advised, StepFailed, tryStep } from './connectionSteps.ts';

export interface HostTools {
  readonly clock: Pick<Clock, 'wait'>;
  readonly probes: { readonly hosts: HostProbe };
}

/** Where a source is, on a network. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * What a name stands for where the app runs. Enough for protocols that begin TLS within their own (PostgreSQL, TDS): their
 * driver alone can verify the certificate.
 *
 * @param reach which addresses a reading of the source takes
 */
export function testHostName(
  host: string,
  reach: 'anywhere' | 'publicAlone',
  { clock, probes }: HostTools,
): Promise<StepResult<readonly HostAddress[]>> {
  return tryStep(`name ${host}`, [], clock, async () => {
    const value = await advised(() => probes.hosts.resolve(host), { probe: failure => adviseOnName(failure, host) });
    const shown = value.map(({ address, kind }) => `${address} (${kind})`).join(', ');
    if (reach === 'publicAlone' && value.some(({ kind }) => kind !== 'public')) {
      throw new StepFailed(adviseOnAddresses(shown));
    }
    return { value, detail: `It stands for ${shown}` };
  });
}

/** Whether the port of a host is reached, and its certificate one that a reading accepts. */
export function testCertificate(
  { host, port }: Place,
  trust: Trust,
  after: readonly StepResult<unknown>[],
  { clock, probes }: HostTools,
): Promise<StepResult<HostCertificate>> {
  return tryStep(`TLS to ${host}:${port}`, after, clock, async () => {
    const value = await advised(() => probes.hosts.startTls(host, port, trust), {
      probe: ({ code }) => adviseOnHost(code, { host, port }, trust.kind === 'named') ?? adviseOnTls(code, host, port),
    });
    const until = `it is valid until ${new Date(value.validUntil).toISOString().slice(0, 10)}`;
    if (trust.kind === 'anybody') return { value, detail: `Its certificate is not checked; ${until}` };
    return { value, detail: `The certificate names the host, its authority is trusted, and ${until}` };
  });
}

/** What hinders finding a host by its name. */
export function adviseOnName({ code }: Pick<ProbeFailure, 'code'>, host: string): Advice {
  if (code === 'EAI_AGAIN') {
    return {
      detail: `The DNS server did not answer (${code})`,
      remedy:
        'Check that the DNS servers of the virtual network can be reached from outboundSubnetId (port 53), then test again',
    };
  }
  return {
    detail: `The name ${host} is unknown where the app runs (${code})`,
    remedy:
      'Check its spelling. A name of your own network needs outboundSubnetId and a DNS server that knows it: a private DNS zone that is linked to the virtual network of that subnet, or DNS servers of your own set in the virtual network',
  };
}

function adviseOnAddresses(shown: string): Advice {
  return {
    detail: `It stands for ${shown}, and the app asks public addresses alone for files`,
    remedy:
      'Whoever may write a list must not read the network of the app with it. Let the system that writes the file upload it as a blob (source.blob), or serve it at a public address',
  };
}

/**
 * What hinders TLS to a host, by Node's code for it.
 *
 * @param hasAuthority the connection names an authority of its own
 * @returns undefined for a code that says nothing about the way to the host or its certificate
 */
export function adviseOnHost(code: string, { host, port }: Place, hasAuthority: boolean): Advice | undefined {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        detail: `The certificate is that of another name than ${host} (${code})`,
        remedy:
          'Name the host in the settings as its certificate does, or have a certificate issued whose subject alternative names have it',
      };
    case 'CERT_HAS_EXPIRED':
      return {
        detail: `A certificate of the host or of its authorities has expired (${code})`,
        remedy: 'Whoever runs the host renews it',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        detail: `A certificate of the host or of its authorities is not valid yet (${code})`,
        remedy: 'Check the clock of the machine that issued it, or wait until it is valid',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return { detail: `The authority of the certificate is not trusted (${code})`, remedy: trustRemedy(hasAuthority) };
    case 'ECONNREFUSED':
      return {
        detail: `Nothing listens at port ${port}, or a firewall refuses (${code})`,
        remedy: `Check the port, and that the service runs. ${letThrough(host, port)}`,
      };
    case 'ETIMEDOUT':
    case 'ETIMEOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        detail: `There is no answer from port ${port} (${code}): most likely a firewall drops what is sent, or there is no route`,
        remedy: letThrough(host, port),
      };
    default:
      return undefined;
  }
}

function letThrough(host: string, port: number): string {
  return `Firewalls, network security groups and routes have to let the app reach ${host}:${port}: from outboundSubnetId where it is set, else from the addresses of the function app`;
}

function adviseOnTls(code: string, host: string, port: number): Advice {
  return {
    detail: `TLS fails (${code})`,
    remedy: `Check that the host expects TLS 1.2 or later on port ${port}: openssl s_client -connect ${host}:${port}`,
  };
}

function trustRemedy(hasAuthority: boolean): string {
  const chain = 'The host has to send its intermediate certificates, too';
  return hasAuthority
    ? `caSecret of the connection is not the authority that issued it, and no other is trusted beside it: store the PEM text of the right root certificate in the key vault. ${chain}`
    : `${chain}. An authority of your own is named as caSecret by the connection of a database or an Exchange server (the PEM text of its root certificate, in the key vault); the address of a file needs a publicly trusted one`;
}
