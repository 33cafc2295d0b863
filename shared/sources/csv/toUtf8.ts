import { SourceFailure } from '../../ports/contactSource.ts';

const utf8Mark = [0xef, 0xbb, 0xbf];
const bytesAtOnce = 65_536;

/**
 * A file as UTF-8 without a byte order mark, which is the file itself where it is that already. A mark says what it is;
 * without one it is UTF-8 if it can be, else of the code page that the settings name. Nothing is guessed: what cannot be
 * read for sure is refused.
 *
 * @throws SourceFailure
 */
export function toUtf8(bytes: Uint8Array, encoding: string | undefined): Uint8Array {
  const marked = encodingOfMark(bytes);
  if (marked) return convert(bytes, marked) ?? refuse(`It begins as ${marked} and is none: the file is damaged`);
  return (
    convert(bytes, encoding ?? 'utf-8') ??
    refuse(
      encoding === undefined
        ? 'It is not UTF-8: save it as "CSV UTF-8", or name its code page in "encoding" (windows-1252 for files of Outlook or Excel in Western Europe)'
        : `It is not ${encoding}: correct "encoding"`,
    )
  );
}

function encodingOfMark(bytes: Uint8Array): string | undefined {
  if (beginsWith(bytes, utf8Mark)) return 'utf-8';
  if (beginsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  return beginsWith(bytes, [0xfe, 0xff]) ? 'utf-16be' : undefined;
}

function beginsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function convert(bytes: Uint8Array, encoding: string): Uint8Array | undefined {
  try {
    if (encoding !== 'utf-8') return new TextEncoder().encode(decoderOf(encoding).decode(bytes));
    checkUtf8(bytes);
    return beginsWith(bytes, utf8Mark) ? bytes.subarray(utf8Mark.length) : bytes;
  } catch {
    return undefined;
  }
}

/** Piece by piece: the text of a whole file would take as much memory again as the file. */
function checkUtf8(bytes: Uint8Array): void {
  const decoder = decoderOf('utf-8');
  for (let from = 0; from < bytes.length; from += bytesAtOnce) {
    decoder.decode(bytes.subarray(from, from + bytesAtOnce), { stream: true });
  }
  decoder.decode();
}

function decoderOf(encoding: string) {
  return new TextDecoder(encoding, { fatal: true });
}

function refuse(detail: string): never {
  throw new SourceFailure([{ code: 'CsvUnreadable', detail }]);
}
