/** A list as `CONTACT_LISTS` has it. What the page does not know of it is kept as it is. */
export type Entry = Readonly<Record<string, unknown>>;

/** Where a setting lies in an entry, such as `['destination', 'folder']`. */
export type Path = readonly (string | number)[];

export function read(entry: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), entry);
}

/** The entry with another value there; without it for undefined, and without what holds nothing else then. */
export function write(entry: Entry, path: Path, value: unknown): Entry {
  return (change(entry, path, value) ?? {}) as Entry;
}

function change(whole: unknown, [part, ...rest]: Path, value: unknown): unknown {
  if (part === undefined) return value;
  const before = isObject(whole) ? whole : {};
  const inner = change(before[part], rest, value);
  if (Array.isArray(before)) return before.map((each, index) => (index === part ? (inner ?? {}) : each));
  const { [part]: _, ...others } = before;
  if (inner === undefined) return Object.keys(others).length > 0 ? others : undefined;
  return part in before ? { ...before, [part]: inner } : { ...others, [part]: inner };
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

export function textAt(entry: Entry, path: Path): string {
  const value = read(entry, path);
  return typeof value === 'string' ? value : '';
}

export function textsAt(entry: Entry, path: Path): readonly string[] {
  const value = read(entry, path);
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
}

/** The sources of a list, each with where it lies: `source`, or one of `sources`. */
export function sourcesOf(entry: Entry): readonly { readonly path: Path; readonly source: Entry }[] {
  const { sources } = entry;
  if (!Array.isArray(sources)) return [{ path: ['source'], source: (entry.source ?? {}) as Entry }];
  return sources.map((source, index) => ({ path: ['sources', index], source }));
}

/** One that names no kind is a contact folder. */
export function kindOf({ kind = 'contactFolder' }: Entry): string {
  return String(kind);
}

export function readsFolders(source: Entry): boolean {
  return ['contactFolder', 'exchangeServer'].includes(kindOf(source));
}

/** An id that is made of a name: 1 to 32 of a-z, 0-9 and "-". */
export function idFor(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '');
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 32)
    .replace(/-$/, '');
}
