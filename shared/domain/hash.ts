import { sha256 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();
const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** SHA-256 as 64 hexadecimal digits; of a text, that of its UTF-8. */
export function hash(content: Uint8Array | string): string {
  return toHexadecimal(sha256(typeof content === 'string' ? utf8(content) : content));
}

/** As utf8ToBytes of @noble/hashes, which makes an encoder and a copy for each text, in two thirds of its time. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
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
