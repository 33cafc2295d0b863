import { sha256 } from '@noble/hashes/sha2.js';
import { stringify } from 'safe-stable-stringify';
import type { Contact, ContactField } from './contact.ts';
import { toHexadecimal, utf8 } from './hash.ts';

/** Fingerprint of each set field of a contact as it was last written; a field that is not set has none. */
export type FieldFingerprints = { readonly [field in ContactField]?: string };

/** 64 bits of SHA-256 over the canonical JSON of a value, as 16 hexadecimal digits. */
export function fingerprint(value: unknown): string {
  return firstDigits(sha256(utf8(stringify(value) ?? '')));
}

/** That of the list as one value, without its text as a whole: a long list takes no more memory than its longest member. */
export function fingerprintOfList(values: Iterable<unknown>): string {
  const hash = sha256.create();
  let separator = '[';
  for (const value of values) {
    hash.update(utf8(`${separator}${stringify(value) ?? 'null'}`));
    separator = ',';
  }
  hash.update(utf8(separator === '[' ? '[]' : ']'));
  return firstDigits(hash.digest());
}

function firstDigits(hash: Uint8Array): string {
  return toHexadecimal(hash.subarray(0, 8));
}

export function fingerprintFields(contact: Contact): FieldFingerprints {
  return Object.fromEntries(Object.entries(contact).map(([field, value]) => [field, fingerprint(value)]));
}

/** The managed fields whose value differs from what was last written. */
export function differingFields(
  managed: readonly ContactField[],
  wanted: FieldFingerprints,
  written: FieldFingerprints,
): ContactField[] {
  return managed.filter(field => wanted[field] !== written[field]);
}

/** No value has this fingerprint. */
const doubtful = '';

/** What was last written, where a write of these fields may have been done or not: they differ from every value. */
export function inDoubt(written: FieldFingerprints, fields: readonly ContactField[]): FieldFingerprints {
  return { ...written, ...Object.fromEntries(fields.map(field => [field, doubtful])) };
}

export function isDoubtful(written: string | undefined): boolean {
  return written === doubtful;
}

export function isInDoubt(field: ContactField, written: FieldFingerprints): boolean {
  return isDoubtful(written[field]);
}
