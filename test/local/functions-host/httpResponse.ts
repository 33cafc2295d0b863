import type { HttpCookie, HttpData, TypedData } from './functionsCore.ts';

/** An HTTP answer, ready to be written. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | undefined;
}

/** What a client sees of a function's response. A handler that returns nothing gives 204, as in Azure. */
export function toHttpAnswer(response: HttpData | undefined): HttpAnswer {
  if (!response) return { status: 204, headers: {}, body: undefined };
  const headers: HttpAnswer['headers'] = { ...response.headers };
  const cookies = (response.cookies ?? []).map(formatCookie);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  return { status: Number(response.statusCode ?? 200), headers, body: toBuffer(response.body) };
}

function toBuffer(body: TypedData | null | undefined): Buffer | undefined {
  if (body?.bytes) return body.bytes.length > 0 ? Buffer.from(body.bytes) : undefined;
  const text = body?.string ?? body?.json;
  return text === undefined ? undefined : Buffer.from(text);
}

const sameSites = { lax: 'Lax', strict: 'Strict', explicitNone: 'None', none: undefined };

function formatCookie(cookie: HttpCookie): string {
  const sameSite = sameSites[cookie.sameSite ?? 'none'];
  const parts = [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.domain && `Domain=${cookie.domain.value}`,
    cookie.path && `Path=${cookie.path.value}`,
    cookie.expires && `Expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value && 'Secure',
    cookie.httpOnly?.value && 'HttpOnly',
    sameSite && `SameSite=${sameSite}`,
  ];
  return parts.filter(Boolean).join('; ');
}
