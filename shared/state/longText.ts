import type { Properties } from '../ports/tableStorage.ts';
import { UnreadableProperty } from './damagedRow.ts';

/** A string property holds 64 KiB, 32,768 UTF-16 units; a little is left free. */
const longest = 32_000;

/** Splits a text over the properties `<name>`, `<name>1`, `<name>2`, ... */
export function packText(name: string, text: string): Record<string, string> {
  const parts: Record<string, string> = {};
  let start = 0;
  for (let index = 0; index === 0 || start < text.length; index++) {
    const end = endOfPart(text, start + longest);
    parts[partName(name, index)] = text.slice(start, end);
    start = end;
  }
  return parts;
}

/** Half a surrogate pair does not survive the trip as UTF-8. */
function endOfPart(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1);
  return end < text.length && unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
}

/** Undefined when the property is not there. @throws UnreadableProperty */
export function unpackText(name: string, properties: Properties): string | undefined {
  if (properties[name] === undefined) return undefined;
  if (typeof properties[name] !== 'string') throw new UnreadableProperty(name);
  let text = '';
  for (let index = 0; typeof properties[partName(name, index)] === 'string'; index++) {
    text += properties[partName(name, index)];
  }
  return text;
}

export function packJson(name: string, value: unknown): Record<string, string> {
  return packText(name, JSON.stringify(value));
}

/** Undefined when the property is not there. @throws UnreadableProperty */
export function unpackJson(name: string, properties: Properties): unknown {
  const text = unpackText(name, properties);
  return text === undefined ? undefined : parseJson(name, text);
}

/** The parser's error would repeat what the text holds. @throws UnreadableProperty */
export function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableProperty(name);
  }
}

function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}${index}`;
}
