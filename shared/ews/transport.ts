import { Agent, request } from 'node:https';
import { type ExchangeConnection, ExchangeFailure, type ExchangeRoute } from '../ports/exchangeServer.ts';
import type { RequestMeter } from '../ports/requestMeter.ts';
import { type ReadSecret, SecretUnavailable } from '../ports/secrets.ts';

/** For one exchange, the body included. */
const longestExchange = 60_000;
/** Characters of an answer: a hundred contacts with long notes are a few million. */
const longestAnswer = 64 * 1024 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Transport {
  /** @throws ExchangeFailure where there is no whole answer */
  post(url: string, body: string, route: Partial<ExchangeRoute>): Promise<HttpAnswer>;
}

/** Basic over TLS: NTLM needs the channel binding that Extended Protection asks for, and no client of Node has it. */
export function openTransport(connection: ExchangeConnection, readSecret: ReadSecret, meter: RequestMeter): Transport {
  let opened: Promise<{ readonly agent: Agent; readonly authorization: string }> | undefined;
  return {
    async post(url, body, route) {
      opened ??= open();
      const { agent, authorization } = await opened;
      meter.sent(1);
      return send(url, agent, body, {
        Authorization: authorization,
        'Content-Type': 'text/xml; charset=utf-8',
        'User-Agent': 'ContactFolderSync',
        ...(route.anchorMailbox && { 'X-AnchorMailbox': route.anchorMailbox }),
        ...(route.publicFolderMailbox && { 'X-PublicFolderMailbox': route.publicFolderMailbox }),
      });
    },
  };

  async function open() {
    const [password, ca] = await Promise.all([
      read(connection.passwordSecret),
      connection.caSecret === undefined ? undefined : read(connection.caSecret),
    ]);
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 2,
      rejectUnauthorized: !connection.allowUntrusted,
      ...(ca === undefined ? {} : { ca }),
    });
    const authorization = `Basic ${Buffer.from(`${connection.user}:${password}`).toString('base64')}`;
    return { agent, authorization };
  }

  async function read(name: string): Promise<string> {
    try {
      return await readSecret(name);
    } catch (error) {
      if (!(error instanceof SecretUnavailable)) throw error;
      throw new ExchangeFailure('noSecret', error.message, { cause: error });
    }
  }
}

function send(url: string, agent: Agent, body: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(longestExchange);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(error, signal.aborted));
    try {
      const sent = request(url, { method: 'POST', agent, headers, signal }, response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > longestAnswer) response.destroy(new ExchangeFailure('unreadable', 'AnswerTooLong'));
        });
        response.on('error', fail);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', fail);
      sent.end(body);
    } catch (error) {
      fail(error);
    }
  });
}

/** The codes of OpenSSL and Node for a certificate that is not believed (Node: TLS, x509 certificate error codes). */
const untrusted = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA$|HOSTNAME_MISMATCH$)/;

function failureOf(error: unknown, timedOut: boolean): ExchangeFailure {
  if (error instanceof ExchangeFailure) return error;
  if (timedOut) return new ExchangeFailure('unreachable', 'RequestTimedOut');
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  const code = isCoded ? String(error.code) : 'ConnectionFailed';
  return new ExchangeFailure(untrusted.test(code) ? 'untrustedCertificate' : 'unreachable', code);
}
