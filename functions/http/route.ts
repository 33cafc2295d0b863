import {
  app,
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import type * as z from 'zod';
import type { Caller } from '../../shared/api/caller.ts';
import { ApiProblem } from '../../shared/api/problem.ts';
import { brokenTexts, noSuchPath, unfitQuery } from '../../shared/api/problems.ts';
import { didYouMean } from '../../shared/domain/closestName.ts';
import { GraphFailure } from '../../shared/ports/contactMailbox.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { DamagedRow } from '../../shared/store/damagedRow.ts';
import { problem } from './problem.ts';
import { describeFaults, type FileBody, readBody, readFile } from './readBody.ts';

/** What a route may answer beside 400, 401, 404, 413, 415 and 5xx problems. */
export interface RouteAnswer {
  readonly description: string;
  /** Of the JSON body. */
  readonly schema?: z.ZodType;
  readonly headers?: z.ZodObject;
}

export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly context: InvocationContext;
  readonly caller: Caller;
}

/** One HTTP function: what it takes, what it answers, and how. The OpenAPI description is made of the same schemas. */
export interface Route<Params = unknown, Query = unknown, Body = unknown> {
  /** Of the function, and the operation's id. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the prefix `api`, such as `lists/{list}/hold`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject & z.ZodType<Params>;
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodObject & z.ZodType<Body>;
  /** Instead of a body of JSON. */
  readonly file?: FileBody;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Everybody may ask; otherwise a function key is needed. */
  readonly anonymous?: boolean;
  /** @throws ApiProblem, which is answered as problem details */
  handle(input: RouteInput<Params, Query, Body>): Promise<HttpResponseInit>;
}

/** A route of any parameters, as a list of routes holds it. */
export type AnyRoute = Omit<Route, 'handle'> & {
  /** @param caller a function key unless given */
  handle(request: HttpRequest, context: InvocationContext, caller?: Caller): Promise<HttpResponseInit>;
};

/** Binds the route's schemas to its handler: what arrives there was parsed. */
export function route<Params, Query, Body>(definition: Route<Params, Query, Body>): AnyRoute {
  return {
    ...definition,
    handle: (request, context, caller = { kind: 'functionKey' }) =>
      answerProblems(context, async () => {
        const input = await readInput(request, definition);
        return definition.handle({ ...input, context, caller });
      }),
  };
}

/** The same for a route whose body is a file, which arrives as it was sent. */
export function fileRoute<Params, Query>(
  definition: Route<Params, Query, Uint8Array> & { readonly file: FileBody },
): AnyRoute {
  return route(definition);
}

export function registerRoutes(routes: readonly AnyRoute[]): void {
  for (const { name, method, path, anonymous, handle } of routes) {
    const authLevel = anonymous ? 'anonymous' : 'function';
    const handler: HttpHandler = (request, context) => handle(request, context);
    app.http(name, { route: path, methods: [method], authLevel, handler });
  }
}

/** Whatever is thrown becomes problem details. */
export async function answerProblems(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    return describeError(error, context);
  }
}

async function readInput<Params, Query, Body>(
  request: HttpRequest,
  route: Route<Params, Query, Body>,
): Promise<Omit<RouteInput<Params, Query, Body>, 'context' | 'caller'>> {
  const { params, query, anonymous } = route;
  refuseBrokenTexts('path', Object.entries(request.params));
  refuseBrokenTexts('query', [...request.query]);
  const path = params?.safeParse(request.params);
  if (path && !path.success) throw noSuchPath(describeFaults(path.error));
  const names = [...request.query.keys()];
  const ofRoute = Object.keys(query?.shape ?? {});
  const known = [...ofRoute, ...ofEveryRoute];
  const unknown = anonymous ? undefined : describeUnknown(names, ofRoute);
  if (unknown) throw unfitQuery(unknown);
  const repeated = describeRepeated(anonymous ? names.filter(name => known.includes(name)) : names);
  if (repeated) throw unfitQuery(repeated);
  const search = query?.safeParse(Object.fromEntries(request.query));
  if (search && !search.success) throw unfitQuery(describeFaults(search.error));
  const content = await readContent(request, route);
  return { params: path?.data as Params, query: search?.data as Query, body: content as Body };
}

async function readContent<Params, Query, Body>(
  request: HttpRequest,
  { method, body, file }: Route<Params, Query, Body>,
): Promise<unknown> {
  if (file) return readFile(request, file);
  return method === 'GET' ? undefined : readBody<unknown>(request, body ?? noProperties);
}

/** Of a route that takes no body: what somebody meant by one would be ignored. */
const noProperties = strictObject({});

/** What is no Unicode: a decoder puts U+FFFD in its place. */
function refuseBrokenTexts(where: 'path' | 'query', entries: readonly (readonly [string, string])[]): void {
  const broken = entries.filter(pair => /\ufffd/.test(pair.join(''))).map(([name]) => name);
  if (broken.length > 0) throw brokenTexts(where, broken);
}

/**
 * Names those that neither the route nor whatever lies before it knows, since a misspelt filter that is ignored answers
 * more than was asked for. Who may ask without a key adds what he likes, as probes do.
 */
function describeUnknown(names: readonly string[], ofRoute: readonly string[]): string | undefined {
  const known = [...ofRoute, ...ofEveryRoute];
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length === 0) return undefined;
  return unknown.map(name => `Unknown query parameter "${name.slice(0, 80)}"${didYouMean(name, ofRoute)}`).join('; ');
}

/** One of them would be ignored. */
function describeRepeated(names: readonly string[]): string | undefined {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  if (repeated.size === 0) return undefined;
  return [...repeated].map(name => `${name}: is given more than once; give it once`).join('; ');
}

/** Keys, what Graph adds, and what clients of earlier versions send to routes that have no use for it. */
const ofEveryRoute = ['code', 'clientId', 'limit', 'validationToken'];

/** Graph's own code helps the admin; anything else is for the log. */
function describeError(error: unknown, context: InvocationContext): HttpResponseInit {
  if (error instanceof ApiProblem) return problem(error.status, error.message, error.detail, error.place);
  if (error instanceof GraphFailure) {
    const advice = 'try again later; if that does not help, ask for a connection test of the list';
    return problem(503, 'Microsoft Graph did not answer as needed', `${error.message}: ${advice}`);
  }
  if (error instanceof DamagedRow) {
    context.error('A row is damaged', { ...error.place, property: error.property });
    return problem(503, 'A stored row is damaged', `${error.message}: the list or the mailbox shows what comes of it`);
  }
  const { name = typeof error, stack = '' } = error instanceof Error ? error : {};
  // Without the message, which may repeat what came in.
  context.error('A request could not be handled', { error: name, at: stack.split('\n').filter(isFrame) });
  return problem(500, 'Something went wrong', `Look for the invocation ${context.invocationId} in the log`);
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
