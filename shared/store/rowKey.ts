const unsafe = /[/\\#?!%\p{Cc}]/gu;

/**
 * Makes a key from outside safe as part of a row key, its case kept (immutable ids differ only by case).
 * Table Storage refuses `/ \ # ?` and control characters; `%` confuses proxies, `!` is our escape.
 */
export function encodeKey(key: string): string {
  return key.replace(unsafe, character => `!${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function decodeKey(encoded: string): string {
  return encoded.replace(/!([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The range of every row key that starts with `prefix`; a prefix ends in a colon. */
export function rangeOf(prefix: string): { from: string; to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)};` };
}

/** Zero-padded, so that positions sort as text. */
export function encodePosition(position: number): string {
  return String(position).padStart(12, '0');
}

/** The start of a range after this key, or the end of one with it: no key may hold a character below the space. */
export function justAfter(key: string): string {
  return `${key} `;
}
