import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { Notice } from '../domain/notice.ts';
import type { Clock } from '../ports/clock.ts';
import { type NoticeTarget, NoticeUnsent } from '../ports/notices.ts';
import { type ReadSecret, SecretUnavailable } from '../ports/secrets.ts';
import { errorCodeOf } from './errorCode.ts';
import { guardedLookup, type IsAllowed, isAddress, isPublic } from './guardedLookup.ts';
import { noticeCard } from './noticeCard.ts';

/** Milliseconds for the whole of it: a run waits for this. */
const longestSending = 10_000;

/** Names of secrets, and where the console is; undefined for none. */
interface NoticeHook {
  readonly secret: string;
  readonly signingSecret: string | undefined;
  readonly consoleUrl: string | undefined;
}

interface Connecting {
  readonly isAllowed?: IsAllowed;
  /** For tests: a CA of their own. */
  readonly connectionOptions?: RequestOptions;
  /** Milliseconds. */
  readonly longest?: number;
}

/**
 * A webhook, by https and at no address of a private or local network. Its address comes from the key vault, since whoever
 * knows that of a Teams workflow may write to the channel. With a second secret each notice is signed as Standard Webhooks
 * says (https://www.standardwebhooks.com), by HMAC-SHA256 over id, time and body; a Teams workflow does not look at that.
 */
export function openNoticeHook(
  { secret, signingSecret, consoleUrl }: NoticeHook,
  readSecret: ReadSecret,
  clock: Pick<Clock, 'now'>,
  { isAllowed = isPublic, connectionOptions = {}, longest = longestSending }: Connecting = {},
): NoticeTarget {
  const lookup = guardedLookup(isAllowed);
  return {
    way: 'webhook',
    send: (notice, id) => within(longest, signal => send(notice, id, signal)),
    check: () =>
      within(longest, async () => {
        const { hostname } = await readUrl();
        await readKey();
        await findHost(hostname);
      }),
  };

  async function send(notice: Notice, id: string, signal: AbortSignal): Promise<void> {
    const url = await readUrl();
    const key = await readKey();
    const body = JSON.stringify(noticeCard(notice, consoleUrl));
    const time = Math.floor(clock.now() / 1000);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': id,
      'webhook-timestamp': time,
      ...(key ? { 'webhook-signature': signatureOf(`${id}.${time}.${body}`, key) } : {}),
    };
    await post(url, body, { ...connectionOptions, headers, signal, lookup });
  }

  async function readUrl(): Promise<URL> {
    const text = await readSecret(secret);
    if (!URL.canParse(text.trim())) throw new NoticeUnsent('NoAddress');
    const url = new URL(text.trim());
    if (url.protocol !== 'https:') throw new NoticeUnsent('NotHttps');
    if (isAddress(url)) throw new NoticeUnsent('AddressWithoutName');
    return url;
  }

  async function readKey(): Promise<Buffer | undefined> {
    return signingSecret === undefined ? undefined : keyIn(await readSecret(signingSecret));
  }

  function findHost(hostname: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    lookup(hostname, { all: true }, error => (error ? reject(error) : resolve()));
    return promise;
  }
}

/** @throws NoticeUnsent for whatever goes wrong, and where the time is over */
async function within(longest: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(longest);
  const { promise: late, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new NoticeUnsent('TimeoutError')));
  try {
    await Promise.race([work(signal), late]);
  } catch (error) {
    if (error instanceof NoticeUnsent) throw error;
    throw new NoticeUnsent(error instanceof SecretUnavailable ? error.name : errorCodeOf(error));
  }
}

/** A redirect is not followed: what is told is for the address that was given. */
function post(url: URL, body: string, options: RequestOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const posted = request(url, { ...options, method: 'POST' }, (response: IncomingMessage) => {
    const { statusCode = 0 } = response;
    response.destroy();
    if (statusCode >= 200 && statusCode < 300) resolve();
    else reject(new NoticeUnsent(`Status${statusCode}`));
  });
  posted.on('error', reject);
  posted.end(body);
  return promise;
}

function signatureOf(signed: string, key: Buffer): string {
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** By the specification 24 to 64 bytes, as base64, behind `whsec_`. */
function keyIn(secret: string): Buffer {
  const [, text = ''] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret.trim()) ?? [];
  const key = Buffer.from(text, 'base64');
  if (key.length < 24 || key.length > 64) throw new NoticeUnsent('UnfitSigningSecret');
  return key;
}
