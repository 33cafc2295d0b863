import { fingerprint } from '../domain/fingerprint.ts';

/** A place in a list's settings and what stood there: an address must not get into rows or logs. */
export interface NamedSetting {
  /** Such as `targets.groups[1]`. */
  readonly path: string;
  /** Fingerprint of the value. */
  readonly print: string;
}

export function nameSetting(path: string, value: string): NamedSetting {
  return { path, print: fingerprint(value) };
}

/** What stands at the place, unless it is something else by now. */
export function readSetting(list: object, { path, print }: NamedSetting): string | undefined {
  // The one source of a list is written without an index.
  const keys = path
    .replace(/^source\./, 'sources[0].')
    .split(/[.[\]]+/)
    .filter(key => key !== '');
  const value = keys.reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], list);
  return typeof value === 'string' && fingerprint(value) === print ? value : undefined;
}
