import { BlockList, isIPv6 } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import type { ProbeFailure } from '../ports/connectionProbes.ts';
import type { Advice, StepResult } from '../ports/connectionStep.ts';
import type { HostCertificate, HostProbe } from '../ports/hostProbe.ts';
import { advised, tryStep } from './connectionSteps.ts';

export interface HostTools {
  readonly clock: Pick<Clock, 'wait'>;
  readonly hosts: HostProbe;
}

/** Whether the name of a host resolves, and whether its certificate is one that a reading accepts. */
export async function testHost(
  host: string,
  port: number,
  tools: HostTools,
  { ca }: { readonly ca?: string | undefined } = {},
): Promise<readonly StepResult<unknown>[]> {
  const name = await testHostName(host, tools);
  return [name, await testCertificate(host, port, name, tools, ca)];
}

/** For protocols that begin TLS within their own (PostgreSQL, TDS): their driver alone can verify the certificate. */
export function testHostName(host: string, { clock, hosts }: HostTools): Promise<StepResult<readonly string[]>> {
  return tryStep(`The name ${host} resolves`, [], clock, async () => {
    const addresses = await advised(() => hosts.resolve(host), { probe: failure => adviseOnName(failure, host) });
    const shown = addresses.map(address => `${address} (${kindOf(address)})`).join(', ');
    return { value: addresses, detail: `It stands for ${shown}` };
  });
}

function testCertificate(
  host: string,
  port: number,
  name: StepResult<unknown>,
  { clock, hosts }: HostTools,
  ca: string | undefined,
): Promise<StepResult<HostCertificate>> {
  return tryStep(`TLS to ${host}:${port}`, [name], clock, async () => {
    const value = await advised(() => hosts.verifyCertificate(host, port, ca), {
      probe: failure => adviseOnCertificate(failure, host, port, ca !== undefined),
    });
    const until = new Date(value.validUntil).toISOString().slice(0, 10);
    return { value, detail: `The certificate names the host, its authority is trusted, it is valid until ${until}` };
  });
}

type AddressKind = 'loopback' | 'link-local' | 'private';
const ranges: Readonly<Record<AddressKind, BlockList>> = {
  loopback: blockList(['127.0.0.0', 8], ['::1', 128]),
  'link-local': blockList(['169.254.0.0', 16], ['fe80::', 10]),
  private: blockList(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7]),
};

function blockList(...subnets: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, familyOf(network));
  return list;
}

function kindOf(address: string): AddressKind | 'public' {
  const family = familyOf(address);
  if (ranges.loopback.check(address, family)) return 'loopback';
  if (ranges['link-local'].check(address, family)) return 'link-local';
  return ranges.private.check(address, family) ? 'private' : 'public';
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function adviseOnName({ code }: ProbeFailure, host: string): Advice {
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

function adviseOnCertificate({ code }: ProbeFailure, host: string, port: number, hasAuthority: boolean): Advice {
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
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return {
        detail: `There is no TLS connection to port ${port} (${code})`,
        remedy: `Check the port, that the host expects TLS there, and that firewalls, network security groups and routes let outboundSubnetId reach ${host}:${port}`,
      };
    default:
      return {
        detail: `TLS fails (${code})`,
        remedy: `Check that the host expects TLS 1.2 or later on port ${port}: openssl s_client -connect ${host}:${port}`,
      };
  }
}

function trustRemedy(hasAuthority: boolean): string {
  const chain = 'the host has to send its intermediate certificates, too';
  return hasAuthority
    ? `The authority in the settings of the connection is not the one that issued it, and no other is trusted beside it. Store the PEM text of the right root certificate; ${chain}`
    : `If it is an authority of your own, store the PEM text of its root certificate and name it in the settings of the connection; otherwise ${chain}`;
}
