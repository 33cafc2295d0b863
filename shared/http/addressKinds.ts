import { BlockList, isIPv6 } from 'node:net';
import type { AddressKind } from '../ports/hostProbe.ts';

/** By the registries of special addresses (RFC 6890); an IPv4 address written as an IPv6 one is what it stands for. */
const ranges: readonly (readonly [kind: AddressKind, list: BlockList])[] = [
  ['loopback', blockList(['127.0.0.0', 8], ['::1', 128])],
  ['link-local', blockList(['169.254.0.0', 16], ['fe80::', 10])],
  ['private', blockList(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7])],
  [
    'reserved',
    blockList(
      ['0.0.0.0', 8],
      ['192.0.0.0', 24],
      ['198.18.0.0', 15],
      ['224.0.0.0', 3],
      ['::', 128],
      ['64:ff9b::', 96],
      ['ff00::', 8],
    ),
  ],
];

/** @param address an IP address, as text */
export function kindOfAddress(address: string): AddressKind {
  const family = familyOf(address);
  return ranges.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

function blockList(...subnets: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, familyOf(network));
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
