/**
 * Ids of a mailbox's items in three forms: folder ids (constant), immutable contact ids (constant) and default
 * contact ids (they change when the contact moves). They are computed, never stored.
 *
 * Two neighbouring items differ only in the case of one letter, so that whoever lower-cases ids or keeps them in
 * a case-insensitive index mixes up contacts here as with Exchange.
 */
import { malformedId } from './graphError.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const itemLetters = 6;
const moveLetters = 3;
const end = 'AAA=';

const folderMiddle = 'AuAAAAAB';
const defaultMiddle = 'BGAAAAAAD';
const immutableMiddle = 'EJAAAA';

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

/** @throws ErrorInvalidIdMalformed for what is no id of this mailbox */
export function readFolderId(key: string, id: string): number {
  return readItem(between(id, `AAMk${key}${folderMiddle}`, itemLetters));
}

/** Reads both forms of a contact's id; `moves` is undefined for an immutable one. */
export function readContactId(key: string, id: string): ContactReference {
  const immutableStart = `AAkALg${key}${immutableMiddle}`;
  if (id.startsWith(immutableStart))
    return { item: readItem(between(id, immutableStart, itemLetters)), moves: undefined };
  const text = between(id, `AAMk${key}${defaultMiddle}`, itemLetters + moveLetters);
  return { item: readItem(text.slice(0, itemLetters)), moves: readNumber(text.slice(itemLetters)) };
}

function between(id: string, start: string, length: number): string {
  if (!id.startsWith(start) || !id.endsWith(end) || id.length !== start.length + length + end.length)
    throw malformedId();
  return id.slice(start.length, start.length + length);
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
