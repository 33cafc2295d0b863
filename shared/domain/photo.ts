import { hash } from './hash.ts';

/** Graph writes pictures of an address book of 240x240 in a tenth of it (rules.md: Photos). */
const mostBytes = 100 * 1024;

/** Why a photo is left out: Graph takes JPEG only, and an address book needs no more than 100 KB. */
export type PhotoFault = 'notJpeg' | 'tooLarge';

/** What is known of a contact's photo at its source. */
export interface KnownPhoto {
  /** Of the content that is kept; absent where there is none. */
  readonly hash?: string | undefined;
  /** As the source names the photo's state, where it does. */
  readonly etag?: string | undefined;
  readonly leftOut?: PhotoFault | undefined;
  /** It could not be read, and is asked for again. */
  readonly owed?: true | undefined;
}

/** What a reading says of a contact's photo. `same`: it is as it was. `unread`: nobody can tell now. */
export type PhotoFinding =
  | { readonly kind: 'found'; readonly photo: KnownPhoto | undefined }
  | { readonly kind: 'same' }
  | { readonly kind: 'unread' };

/** Of bytes that were read: what is written to contacts, or why it is not. */
export type JudgedPhoto =
  | { readonly kind: 'usable'; readonly hash: string }
  | { readonly kind: 'leftOut'; readonly because: PhotoFault }
  | { readonly kind: 'none' };

export function judgePhoto(bytes: Uint8Array): JudgedPhoto {
  if (isPlaceholder(bytes)) return { kind: 'none' };
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) return { kind: 'leftOut', because: 'notJpeg' };
  if (bytes.length > mostBytes) return { kind: 'leftOut', because: 'tooLarge' };
  return { kind: 'usable', hash: hash(bytes) };
}

/** What is known after a reading; a list that reads no photos knows of none. */
export function photoAfter(finding: PhotoFinding | undefined, known: KnownPhoto | undefined): KnownPhoto | undefined {
  switch (finding?.kind) {
    case 'found':
      return finding.photo;
    case 'same':
      return known && { ...known, owed: undefined };
    case 'unread':
      return { ...known, owed: true };
    case undefined:
      return undefined;
  }
}

/** Bytes travel as base64 in a batch. */
export function sizeInBatch(photos: readonly { readonly bytes: Uint8Array }[]): number {
  return photos.reduce((size, { bytes }) => size + (bytes.length * 4) / 3, 0);
}

/** A photo that the source lost stays in the targets, which cannot be rid of it: they need not hear of it. */
export function isOtherPhoto(photo: KnownPhoto | undefined, known: KnownPhoto | undefined): boolean {
  return photo?.hash !== undefined && photo.hash !== known?.hash;
}

/** A GIF of one pixel, which Graph gives for a photo that is not there (rules.md: Graph, User photos). */
function isPlaceholder(bytes: Uint8Array): boolean {
  const isGif = startsWith(bytes, [0x47, 0x49, 0x46, 0x38]);
  return bytes.length === 0 || (isGif && [1, 0, 1, 0].every((byte, index) => bytes[6 + index] === byte));
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
