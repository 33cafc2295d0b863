import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Contact } from '../../domain/contact.ts';
import { addressesOf } from '../../domain/emailEntries.ts';
import { toHexadecimal, utf8 } from '../../domain/hash.ts';
import type { ReadSecret } from '../../ports/secrets.ts';

/**
 * Name of the secret in the key vault that addresses are hashed with: who has the tables alone cannot try addresses.
 * Another value finds nobody who was entered under the one before.
 */
export const addressIndexSecret = 'address-index';

/** HMAC-SHA256 of an address in small letters, as 64 hexadecimal digits. */
export type PrintAddress = (address: string) => string;

/** @throws SecretUnavailable */
export async function openAddressPrints(readSecret: ReadSecret): Promise<PrintAddress> {
  const key = utf8(await readSecret(addressIndexSecret));
  return address => toHexadecimal(hmac(sha256, key, utf8(address.trim().toLowerCase())));
}

/** In small letters, each once. */
export function addressesIn(contact: Contact | undefined): ReadonlySet<string> {
  return new Set(contact ? addressesOf(contact) : []);
}
