/**
 * Ids of a mailbox's items in three forms: folder ids (constant), immutable contact ids (constant) and default
 * contact ids (they change when the contact moves). They are computed, never stored.
 *
 * Two neighbouring items differ only in the case of one letter, so that whoever lower-cases ids or keeps them in
 * a case-insensitive index mixes up contacts here as with Exchange.
 */
import { foreignId, type GraphError, itemNotFound, malformedId } from './graphError.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const itemLetters = 6;
const moveLetters = 3;
const end = 'AAA=';

const folderMiddle = 'AuAAAAAB';
const defaultMiddle = 'BGAAAAAAD';
const immutableMiddle = 'EJAAAA';

/** How Graph answers an id of a mailbox that this one replaced. */
export const formerIdCodes = ['ErrorInvalidMailboxItemId', 'ErrorInvalidIdMalformed', 'ErrorItemNotFound'] as const;
export type FormerIdCode = (typeof formerIdCodes)[number];

/** A mailbox as its ids know it: its key, and those of the mailboxes that it replaced. */
export type IdOwner = { key: string; former: readonly { key: string; code: FormerIdCode }[] };

const formsOfIds = [
  new RegExp(`^AAMk([\\w-]{22})${folderMiddle}[A-Z]{5}[A-Za-z]${end}$`),
  new RegExp(`^AAMk([\\w-]{22})${defaultMiddle}[A-Z]{5}[A-Za-z][A-Z]{3}${end}$`),
  new RegExp(`^AAkALg([\\w-]{22})${immutableMiddle}[A-Z]{5}[A-Za-z]${end}$`),
];

export type ContactReference = { item: number; moves: number | undefined };

/** 22 characters that stand for the mailbox in the ids of its items. */
export function mailboxKey(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url');
}

export function folderId(key: string, folder: number): string {
  return `AAMk${key}${folderMiddle}${writeItem(folder)}${end}`;
}

export function defaultContactId(key: string, item: number, moves: number): string {
  return `AAMk${key}${defaultMiddle}${writeItem(item)}${writeNumber(moves, moveLetters)}${end}`;
}

export function immutableContactId(key: string, item: number): string {
  return `AAkALg${key}${immutableMiddle}${writeItem(item)}${end}`;
}

export function changeKey(key: string, sequence: number): string {
  return `EQAAABYAAAC${key.slice(0, 8)}${writeNumber(sequence, 8)}`;
}

/** @throws ErrorInvalidIdMalformed for what is no folder's id, ErrorInvalidMailboxItemId for that of another mailbox */
export function readFolderId(owner: IdOwner, id: string): number {
  return readItem(between(owner, id, `AAMk${owner.key}${folderMiddle}`, itemLetters));
}

/** Reads both forms of a contact's id; `moves` is undefined for an immutable one. */
export function readContactId(owner: IdOwner, id: string): ContactReference {
  const { key } = owner;
  const immutableStart = `AAkALg${key}${immutableMiddle}`;
  if (id.startsWith(immutableStart))
    return { item: readItem(between(owner, id, immutableStart, itemLetters)), moves: undefined };
  const text = between(owner, id, `AAMk${key}${defaultMiddle}`, itemLetters + moveLetters);
  return { item: readItem(text.slice(0, itemLetters)), moves: readNumber(text.slice(itemLetters)) };
}

function between(owner: IdOwner, id: string, start: string, length: number): string {
  if (!id.startsWith(start) || !id.endsWith(end) || id.length !== start.length + length + end.length)
    throw unusableId(owner, id);
  return id.slice(start.length, start.length + length);
}

function unusableId(owner: IdOwner, id: string): GraphError {
  const key = formsOfIds.map(form => form.exec(id)?.[1]).find(found => found !== undefined);
  if (key === undefined || key === owner.key) return malformedId();
  const code = owner.former.find(former => former.key === key)?.code;
  if (code === 'ErrorItemNotFound') return itemNotFound();
  return code === 'ErrorInvalidIdMalformed' ? malformedId() : foreignId(id);
}

function writeItem(item: number): string {
  const text = writeNumber(Math.floor(item / 2), itemLetters);
  if (item % 2 === 0) return text;
  return text.slice(0, -1) + text.slice(-1).toLowerCase();
}

function readItem(text: string): number {
  const last = text.slice(-1);
  const odd = last !== last.toUpperCase();
  return readNumber(text.slice(0, -1) + last.toUpperCase()) * 2 + (odd ? 1 : 0);
}

function writeNumber(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let place = 0; place < length; place += 1) {
    text = letters.charAt(rest % letters.length) + text;
    rest = Math.floor(rest / letters.length);
  }
  return text;
}

function readNumber(text: string): number {
  let value = 0;
  for (const letter of text) {
    const digit = letters.indexOf(letter);
    if (digit < 0) throw malformedId();
    value = value * letters.length + digit;
  }
  return value;
}
