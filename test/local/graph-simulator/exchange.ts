/** One request to Graph: of an exchange of its own, or one of a batch's. */
export type GraphRequest = {
  method: string;
  /** Below the version, still encoded: `/users/ada%40contoso.example/contacts`. */
  path: string;
  /** Without the question mark, still encoded; empty if none. */
  queryText: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  /** JSON, or the bytes of an image. */
  body: unknown;
  /** The client, as its token names it. */
  app: string;
  /** Tenant of the token. */
  tenantId: string;
  /** Origin that the caller used, for links in answers. */
  origin: string;
};

/** A body is sent as JSON, a text or bytes as they are. */
export type GraphAnswer = { status: number; headers?: Record<string, string>; body?: unknown };

/** What the `Prefer` header asks for. */
export type Preferences = { immutableIds: boolean; pageSize: number | undefined };

export function readPreferences(request: GraphRequest): Preferences {
  const prefer = request.headers.prefer;
  if (!prefer) return { immutableIds: false, pageSize: undefined };
  const pageSize = /odata\.maxpagesize\s*=\s*"?(\d+)/i.exec(prefer)?.[1];
  return {
    immutableIds: /idtype\s*=\s*"?immutableid\b/i.test(prefer),
    pageSize: pageSize === undefined ? undefined : Number(pageSize),
  };
}

export function preferenceHeaders(preferences: Preferences): Record<string, string> {
  const applied: string[] = [];
  if (preferences.immutableIds) applied.push('IdType="ImmutableId"');
  if (preferences.pageSize !== undefined) applied.push(`odata.maxpagesize=${preferences.pageSize}`);
  return applied.length === 0 ? {} : { 'Preference-Applied': applied.join(', ') };
}

/** The same request's URL with some query parameters set, added or (undefined) removed, in the order given. */
export function linkTo(
  request: GraphRequest,
  changes: Record<string, string | undefined>,
  path = request.path,
): string {
  const query: string[] = [];
  for (const [name, value] of request.query) {
    if (!(name in changes)) query.push(`${encodeName(name)}=${encodeURIComponent(value)}`);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) query.push(`${encodeName(name)}=${encodeURIComponent(value)}`);
  }
  return `${request.origin}/v1.0${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/^%24/, '$');
}

export function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType ?? '');
}
