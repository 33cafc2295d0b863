/** A place in the console: the parts of its path, and what the reader asked there. */
export interface Place {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** @param hash such as `#/mailboxes/2ef65072?contact=Ada` */
export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter(part => part !== '');
  return { path: parts.map(decode), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** A link to a place; what is undefined or empty in the query is left out. */
export function hrefOf(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const asked = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const search = asked.length > 0 ? `?${new URLSearchParams(Object.fromEntries(asked))}` : '';
  return `#/${path.map(encodeURIComponent).join('/')}${search}`;
}

/** An address that somebody typed may be no encoding at all. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
