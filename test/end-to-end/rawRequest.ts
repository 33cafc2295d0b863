import { request } from 'node:http';

export interface RawRequest {
  readonly method: string;
  /** Sent as it is: `fetch` would resolve dots and encode what it finds odd. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Several parts are sent in chunks, without a length. */
  readonly body?: string | Buffer | readonly string[];
}

export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** One request, byte for byte as the caller wants it. */
export function sendRaw(origin: string, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, answer => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const type = answer.headers['content-type'] ?? '';
        resolve({ status: answer.statusCode ?? 0, type, text: Buffer.concat(parts).toString() });
      });
    });
    sent.on('error', reject);
    // Node would send a DELETE's body without saying how long it is.
    sent.useChunkedEncodingByDefault = true;
    if (typeof body === 'object' && !Buffer.isBuffer(body)) {
      for (const part of body) sent.write(part);
      sent.end();
    } else sent.end(body);
  });
}
