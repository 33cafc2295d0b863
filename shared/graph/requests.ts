import * as z from 'zod';
import { GraphFailure } from '../ports/contactMailbox.ts';
import { createRequestMeter, type RequestMeter } from '../ports/requestMeter.ts';
import type { GraphAnswer, GraphCall, GraphClient } from './client.ts';
import { failureOf } from './failures.ts';
import { pathOfLink } from './links.ts';

const mostRepeats = 3;
/** A longer wait is the caller's to schedule. */
const longestWait = 5_000;

/** On whose behalf calls are made: where they are counted, and how a missing object is read. */
export interface RequestScope {
  readonly client: GraphClient;
  readonly meter: RequestMeter;
  readonly resource: 'mailbox' | 'directory';
}

export function openScope(client: GraphClient, resource: RequestScope['resource']): RequestScope {
  return { client, meter: createRequestMeter(), resource };
}

/** GETs and parses. */
export function read<Schema extends z.ZodType>(
  scope: RequestScope,
  path: string,
  schema: Schema,
  headers: Readonly<Record<string, string>> = {},
): Promise<z.infer<Schema>> {
  return repeatReading(scope, async () => parse(schema, await exchange(scope, { method: 'GET', path, headers })));
}

/** Repeats a few times while Graph is unavailable or asks for a short wait: reading changes nothing. */
async function repeatReading<Answer>(scope: RequestScope, work: () => Promise<Answer>): Promise<Answer> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await work();
    } catch (error) {
      await waitToRepeat(scope, error, repeats);
    }
  }
}

/**
 * Waits as long as Graph asks, or a moment that grows with the repeats that brought nothing.
 *
 * @throws the failure, where it was repeated often enough, would not pass, or asks for more than is waited here
 */
export async function waitToRepeat({ client }: RequestScope, failure: unknown, repeats: number): Promise<void> {
  if (!(failure instanceof GraphFailure) || repeats === mostRepeats) throw failure;
  const wait = waitBeforeRepeat(failure, repeats, client.random);
  if (wait === undefined) throw failure;
  await client.clock.wait(wait);
}

function waitBeforeRepeat(failure: GraphFailure, repeats: number, random: () => number): number | undefined {
  if (failure.kind !== 'unavailable' && failure.kind !== 'throttled') return undefined;
  // The credential has repeated already.
  if (failure.withoutToken) return undefined;
  const backOff = 500 * 2 ** repeats * (1 + random());
  const wait = Math.ceil(Math.max(backOff, failure.retryAfter ?? 0));
  return wait <= longestWait ? wait : undefined;
}

/** Like `read`; undefined when Graph says that the object is not there. */
export async function readIfThere<Schema extends z.ZodType>(
  scope: RequestScope,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    return await read(scope, path, schema);
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'notFound') return undefined;
    throw error;
  }
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Path of the next page. */
  readonly next: string | undefined;
  /** Path of the next delta round, on the last page of one. */
  readonly delta: string | undefined;
}

export async function readPage<Schema extends z.ZodType>(
  scope: RequestScope,
  path: string,
  row: Schema,
  headers?: Readonly<Record<string, string>>,
): Promise<Page<z.infer<Schema>>> {
  const schema = z.object({
    value: z.array(row),
    '@odata.nextLink': z.string().optional(),
    '@odata.deltaLink': z.string().optional(),
  });
  const page = await read(scope, path, schema, headers);
  return {
    rows: page.value,
    next: linkPath(scope, page['@odata.nextLink']),
    delta: linkPath(scope, page['@odata.deltaLink']),
  };
}

function linkPath(scope: RequestScope, link: string | undefined): string | undefined {
  return link === undefined ? undefined : pathOfLink(link, scope.client.endpointOrigin);
}

/** Of 200 contacts in a delta round, of 999 rows elsewhere: 400,000 contacts of one folder, two million members of a group. */
const mostPages = 2_000;

/** Ends a walk over pages that would never end: called with each link that is about to be followed. */
export function guardPages(): (next: string) => void {
  const followed = new Set<string>();
  return next => {
    if (followed.has(next) || followed.size === mostPages) {
      throw new GraphFailure('unavailable', { status: 200, code: 'EndlessPages' });
    }
    followed.add(next);
  };
}

/** The rows of all pages and how many pages there were; headers are not in Graph's links, so every page sends them. */
export async function readAllPages<Schema extends z.ZodType>(
  scope: RequestScope,
  path: string,
  row: Schema,
  headers?: Readonly<Record<string, string>>,
): Promise<{ rows: z.infer<Schema>[]; pages: number }> {
  const rows: z.infer<Schema>[] = [];
  const guard = guardPages();
  let pages = 0;
  for (let next: string | undefined = path; next !== undefined; pages += 1) {
    guard(next);
    const page: Page<z.infer<Schema>> = await readPage(scope, next, row, headers);
    rows.push(...page.rows);
    next = page.next;
  }
  return { rows, pages };
}

/** Sends a change, once: it may have been done although the answer is a failure. */
export async function change<Schema extends z.ZodType>(
  scope: RequestScope,
  call: Pick<GraphCall, 'method' | 'path' | 'body'>,
  schema: Schema,
): Promise<z.infer<Schema>> {
  return parse(schema, await exchange(scope, call));
}

async function exchange(scope: RequestScope, call: Omit<GraphCall, 'meter'>): Promise<GraphAnswer> {
  const answer = await scope.client.send({ ...call, meter: scope.meter });
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw failureOf(answer, scope.client.clock.now(), scope.resource);
}

function parse<Schema extends z.ZodType>(schema: Schema, answer: GraphAnswer): z.infer<Schema> {
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw new GraphFailure('unavailable', { status: answer.status, code: 'UnreadableAnswer', cause: parsed.error });
}
