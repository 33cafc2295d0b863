import type { TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { readRetryAfter } from '../../../shared/graph/retryAfter.ts';

export interface Message {
  /** JSON, or bytes with a content type of their own. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for none. */
  readonly body: unknown;
  /** Graph's error code, if it refused. */
  readonly code: string | undefined;
}

/** Requests to Graph as they are, without the app's client: what it answers is what is asked here. */
export interface Conversation {
  /** Any answer, once it is none that says to come again later. */
  send(method: string, path: string, message?: Message): Promise<Reply>;
  /** The body of a good answer. Rejects with `Refusal` otherwise. */
  ask<Body>(method: string, path: string, schema: z.ZodType<Body>, message?: Message): Promise<Body>;
  wait(milliseconds: number): Promise<void>;
}

/** Graph refused what should have been done: with its code alone, since its text may hold personal data. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(method: string, path: string, { status, code }: Pick<Reply, 'status' | 'code'>) {
    super(`${method} of ${lastSegment(path)} was answered ${[status, code].filter(Boolean).join(' ')}`);
    this.status = status;
  }
}

export interface ConversationOptions {
  /** Origin of Graph. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const scope = 'https://graph.microsoft.com/.default';
const errorSchema = z.object({ error: z.object({ code: z.string() }) });
const mostTries = 5;

/** Paths start with the version; a link of Graph's is taken for its path, whatever origin it names. */
export function openConversation({ endpoint, credential, wait }: ConversationOptions): Conversation {
  return { send, ask, wait };

  async function send(method: string, path: string, message: Message = {}): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await exchange(method, path, message);
      if (![429, 503, 504].includes(reply.status) || attempt === mostTries) return reply;
      await wait(readRetryAfter(reply.headers.get('Retry-After') ?? undefined, Date.now()) ?? 5000);
    }
  }

  async function ask<Body>(method: string, path: string, schema: z.ZodType<Body>, message?: Message): Promise<Body> {
    const reply = await send(method, path, message);
    if (reply.status >= 400) throw new Refusal(method, path, reply);
    return schema.parse(reply.body);
  }

  async function exchange(method: string, path: string, { body, headers }: Message): Promise<Reply> {
    const token = await credential.getToken(scope);
    const bytes = body instanceof Uint8Array;
    const response = await fetch(new URL(pathOf(path), endpoint), {
      method,
      headers: {
        Authorization: `Bearer ${token?.token}`,
        ...(body !== undefined && !bytes && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const parsed = parseJson(await response.text());
    const code = response.status >= 400 ? errorSchema.safeParse(parsed).data?.error.code : undefined;
    return { status: response.status, headers: response.headers, body: parsed, code };
  }
}

function pathOf(link: string): string {
  if (!URL.canParse(link)) return link;
  const { pathname, search } = new URL(link);
  return pathname + search;
}

/** Of a photo or a gateway's page there is nothing to parse. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was asked for, without ids. */
function lastSegment(path: string): string {
  const [beforeQuery = ''] = pathOf(path).split('?');
  return beforeQuery.split('/').findLast(segment => /^[$a-zA-Z]{4,16}$/.test(segment)) ?? 'it';
}
