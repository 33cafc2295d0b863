import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Graph writes pictures of an address book of 240x240 in a tenth of it (design: Photos). */
const mostBytes = 100 * 1024;

/** What a source shows of a contact's photo. `unread`: it could not be read now, and is as it was. */
export type PhotoFinding =
  | { readonly kind: 'present'; readonly hash: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unread' };

/** Why a photo is left out; `placeholder`: it is none, although Graph answers with a picture (facts: sources, Photos). */
export type PhotoFault = 'placeholder' | 'notJpeg' | 'tooLarge';

/** Undefined for a photo that can be written: Graph takes JPEG only. */
export function findPhotoFault(bytes: Uint8Array): PhotoFault | undefined {
  if (isPlaceholder(bytes)) return 'placeholder';
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) return 'notJpeg';
  return bytes.length > mostBytes ? 'tooLarge' : undefined;
}

/** Names a photo by its content: SHA-256, in hexadecimal digits. */
export function photoHash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** The hash that is known of a contact after a reading; a list that reads no photos knows of none. */
export function photoAfter(finding: PhotoFinding | undefined, known: string | undefined): string | undefined {
  if (finding?.kind === 'unread') return known;
  return finding?.kind === 'present' ? finding.hash : undefined;
}

/** A GIF of one pixel. */
function isPlaceholder(bytes: Uint8Array): boolean {
  const isGif = startsWith(bytes, [0x47, 0x49, 0x46, 0x38]);
  return bytes.length === 0 || (isGif && [1, 0, 1, 0].every((byte, index) => bytes[6 + index] === byte));
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
