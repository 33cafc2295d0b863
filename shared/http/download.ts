import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { type Download, type FileReading, FileUnavailable, mostFileBytes } from '../ports/sourceFiles.ts';

/** Milliseconds for the whole of a download. */
const longestDownload = 120_000;
const mostRedirects = 3;
const notPublic = createBlockList();

/**
 * Files by https. A redirect may only lead to the same host, and no address of a private or local network is connected to:
 * whoever may write a list must not read the network of the app with it.
 *
 * @param connectionOptions for tests: a CA of their own
 */
export function openDownload(
  isAllowed: (address: string) => boolean = isPublic,
  connectionOptions: RequestOptions = {},
): Download {
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

/** Of an IP address, as text. */
function isPublic(address: string): boolean {
  return !notPublic.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function ask(
  url: URL,
  etag: string | undefined,
  isAllowed: (address: string) => boolean,
  connectionOptions: RequestOptions,
): Promise<FileReading | URL> {
  const { promise, resolve, reject } = Promise.withResolvers<FileReading | URL>();
  const fail = (error: unknown) =>
    reject(error instanceof FileUnavailable ? error : new FileUnavailable(codeOf(error)));
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) throw new FileUnavailable('AddressWithoutName');
  const request = get(
    url,
    {
      ...connectionOptions,
      headers: { accept: 'text/csv, */*;q=0.5', ...(etag !== undefined && { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(longestDownload),
      lookup(hostname, options, callback) {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
          const refused =
            error ?? (addresses.every(each => isAllowed(each.address)) ? null : new FileUnavailable('PrivateAddress'));
          if (refused) return callback(refused, '');
          if (options.all) return callback(null, addresses);
          const [first] = addresses;
          return callback(first ? null : new FileUnavailable('ENOTFOUND'), first?.address ?? '', first?.family);
        });
      },
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

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String([code, name].find(each => typeof each === 'string' && /^[\w.-]{1,60}$/.test(each)) ?? 'unknown');
}

function createBlockList(): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
  ] as const) {
    list.addSubnet(network, prefix, 'ipv4');
    list.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
  }
  list.addAddress('::', 'ipv6');
  list.addAddress('::1', 'ipv6');
  list.addSubnet('64:ff9b::', 96, 'ipv6');
  list.addSubnet('fc00::', 7, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  list.addSubnet('ff00::', 8, 'ipv6');
  return list;
}
