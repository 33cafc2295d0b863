import { fingerprint } from '../../domain/fingerprint.ts';

/** What changes with each change of an item, by its contact's key: 8 hexadecimal digits. */
export type ItemPrints = ReadonlyMap<string, string>;

/** Of a contact that could not be read: no change key has it, so that it is tried again. */
export const unreadPrint = '00000000';

const keyDigits = 16;
const itemDigits = keyDigits + unreadPrint.length;
/** Base64 of the 12 bytes of an item. */
const itemCharacters = 16;

export function printOf(changeKey: string): string {
  return fingerprint(changeKey).slice(0, unreadPrint.length);
}

/**
 * 16 characters an item: in the cursor, 20,000 of them leave room in a row of Table Storage. What a contact is stays out
 * of it: the snapshot has that, and a source knows nothing of the snapshot.
 */
export function packItems(items: ItemPrints): string {
  return [...items].map(([key, print]) => Buffer.from(key + print, 'hex').toString('base64url')).join('');
}

/** Undefined of a text that is none of `packItems`. */
export function unpackItems(packed: string): ItemPrints | undefined {
  const digits = Buffer.from(packed, 'base64url').toString('hex');
  if (packed.length % itemCharacters !== 0 || digits.length !== (packed.length / itemCharacters) * itemDigits) {
    return undefined;
  }
  const items = new Map<string, string>();
  for (let start = 0; start < digits.length; start += itemDigits) {
    const item = digits.slice(start, start + itemDigits);
    items.set(item.slice(0, keyDigits), item.slice(keyDigits));
  }
  return items;
}
