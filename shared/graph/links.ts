import { GraphFailure } from '../ports/contactMailbox.ts';

/** The origin that the SDK addresses and that Graph's own links carry. */
export const graphOrigin = 'https://graph.microsoft.com';

/**
 * Path and query of a `@odata.nextLink` or `@odata.deltaLink`. A link elsewhere is refused: following it would
 * hand our token to whoever wrote it.
 */
export function pathOfLink(link: string, endpointOrigin: string): string {
  const url = URL.parse(link);
  if (!url || (url.origin !== endpointOrigin && url.origin !== graphOrigin)) {
    throw new GraphFailure('refused', { status: 0, code: 'ForeignLink' });
  }
  return `${url.pathname}${url.search}`;
}

export interface Query {
  readonly [option: string]: string | number | boolean | readonly string[];
}

/**
 * A path of Graph v1.0 from segments and query options, everything encoded: the SDK encodes nothing. A segment that a
 * URL takes for a step up names nothing that Graph has.
 */
export function graphPath(segments: readonly string[], query: Query = {}): string {
  return `/v1.0${batchUrl(segments, query)}`;
}

/** The same as a request inside a batch names it: below the version. */
export function batchUrl(segments: readonly string[], query: Query = {}): string {
  if (segments.some(segment => /^\.{1,2}$/.test(segment))) {
    throw new GraphFailure('refused', { status: 0, code: 'UnusableId' });
  }
  const path = segments.map(segment => `/${encodeURIComponent(segment)}`).join('');
  const options = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? value.join(',') : value)}`,
  );
  return `${path}${options.length > 0 ? `?${options.join('&')}` : ''}`;
}

/** A string as an OData literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
