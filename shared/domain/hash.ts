import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** SHA-256 as 64 hexadecimal digits; of a text, that of its UTF-8. */
export function hash(content: Uint8Array | string): string {
  return toHexadecimal(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));
}

/**
 * Joined: a text that grows by "+=", as that of @noble/hashes does, keeps each of its steps for as long as it lives, which
 * is a kilobyte a hash.
 */
export function toHexadecimal(bytes: Uint8Array): string {
  const digits: string[] = [];
  for (const byte of bytes) digits.push(hexadecimal[byte] ?? '');
  return digits.join('');
}
