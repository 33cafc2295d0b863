import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { type Download, type FileReading, FileUnavailable, mostFileBytes } from '../ports/sourceFiles.ts';
import { errorCodeOf } from './errorCode.ts';
import { guardedLookup, type IsAllowed, isAddress, isPublic } from './guardedLookup.ts';

/** Milliseconds for the whole of a download. */
const longestDownload = 120_000;
const mostRedirects = 3;

/**
 * Files by https. A redirect may only lead to the same host, and no address of a private or local network is connected to:
 * whoever may write a list must not read the network of the app with it.
 *
 * @param connectionOptions for tests: a CA of their own
 */
export function openDownload(isAllowed: IsAllowed = isPublic, connectionOptions: RequestOptions = {}): Download {
  return async (url, etag) => {
    let address = new URL(url);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const answer = await ask(address, etag, isAllowed, connectionOptions);
      if (!(answer instanceof URL)) return answer;
      if (answer.host !== address.host || answer.protocol !== 'https:') throw new FileUnavailable('RedirectElsewhere');
      address = answer;
    }
    throw new FileUnavailable('TooManyRedirects');
  };
}

function ask(
  url: URL,
  etag: string | undefined,
  isAllowed: IsAllowed,
  connectionOptions: RequestOptions,
): Promise<FileReading | URL> {
  const { promise, resolve, reject } = Promise.withResolvers<FileReading | URL>();
  const fail = (error: unknown) =>
    reject(error instanceof FileUnavailable ? error : new FileUnavailable(errorCodeOf(error)));
  if (isAddress(url)) throw new FileUnavailable('AddressWithoutName');
  const request = get(
    url,
    {
      ...connectionOptions,
      headers: { accept: 'text/csv, */*;q=0.5', ...(etag !== undefined && { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(longestDownload),
      lookup: guardedLookup(isAllowed),
    },
    response => {
      readAnswer(response, url).then(resolve, fail);
    },
  );
  request.on('error', fail);
  return promise;
}

async function readAnswer(response: IncomingMessage, url: URL): Promise<FileReading | URL> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return readWhole(response, headers.etag ?? '');
  response.destroy();
  if (statusCode === 304) return { kind: 'unchanged' };
  if (statusCode === 404 || statusCode === 410) return { kind: 'missing' };
  if ([301, 302, 303, 307, 308].includes(statusCode) && headers.location) return new URL(headers.location, url);
  throw new FileUnavailable(`Status${statusCode}`);
}

/** A connection that ends early is an error of the stream, and a length that is not reached another. */
async function readWhole(response: IncomingMessage, etag: string): Promise<FileReading> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > mostFileBytes) throw new FileUnavailable('TooLarge');
    chunks.push(chunk);
  }
  const announced = response.headers['content-length'];
  if (!response.complete || (announced !== undefined && Number(announced) !== bytes))
    throw new FileUnavailable('CutShort');
  return { kind: 'read', etag, bytes: Buffer.concat(chunks) };
}
