import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { kindOfAddress } from './addressKinds.ts';

/** Of an IP address, as text. */
export type IsAllowed = (address: string) => boolean;

export function isPublic(address: string): boolean {
  return kindOfAddress(address) === 'public';
}

/** An address in the place of a name is connected to without a look-up, which would be where it is refused. */
export function isAddress({ hostname }: URL): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** Of a connection: fails with the code `PrivateAddress` where one of a host's addresses is not allowed. */
export function guardedLookup(isAllowed: IsAllowed): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused =
        error ?? (addresses.every(({ address }) => isAllowed(address)) ? null : refusal('PrivateAddress'));
      if (refused) return callback(refused, '');
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      return callback(first ? null : refusal('ENOTFOUND'), first?.address ?? '', first?.family);
    });
  };
}

function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
