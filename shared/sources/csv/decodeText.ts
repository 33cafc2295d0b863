import { SourceFailure } from '../../ports/contactSource.ts';

/**
 * The text of a file. A byte order mark says what it is; without one it is UTF-8 if it can be, else of the code page that
 * the settings name. Nothing is guessed: what cannot be read for sure is refused.
 *
 * @throws SourceFailure
 */
export function decodeText(bytes: Uint8Array, encoding: string | undefined): string {
  const marked = encodingOfMark(bytes);
  if (marked) return decode(bytes, marked) ?? refuse(`It begins as ${marked} and is none: the file is damaged`);
  const text = encoding === undefined || encoding === 'utf-8' ? decode(bytes, 'utf-8') : decode(bytes, encoding);
  if (text !== undefined) return text;
  return refuse(
    encoding === undefined
      ? 'It is not UTF-8: save it as "CSV UTF-8", or name its code page in "encoding" (windows-1252 for files of Outlook or Excel in Western Europe)'
      : `It is not ${encoding}: correct "encoding"`,
  );
}

function encodingOfMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refuse(detail: string): never {
  throw new SourceFailure([{ code: 'CsvUnreadable', detail }]);
}
