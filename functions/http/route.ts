import {
  app,
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import type * as z from 'zod';
import type { Caller } from '../../shared/api/caller.ts';
import { answerProblems } from './answerProblems.ts';
import type { FileBody } from './readBody.ts';
import { type ExpectedInput, type Input, readInput } from './readInput.ts';

/** What a route may answer beside 400, 401, 404, 413, 415 and 5xx problems. */
export interface RouteAnswer {
  readonly description: string;
  /** Of the JSON body. */
  readonly schema?: z.ZodType;
  readonly headers?: z.ZodObject;
  /** It comes as CSV, too, with `Accept: text/csv`. */
  readonly hasCsv?: true;
}

export interface RouteInput<Params, Query, Body> extends Input<Params, Query, Body> {
  readonly context: InvocationContext;
  readonly caller: Caller;
}

/** One HTTP function: what it takes, what it answers, and how. The OpenAPI description is made of the same schemas. */
export interface Route<Params = unknown, Query = unknown, Body = unknown> extends ExpectedInput<Params, Query, Body> {
  /** Of the function, and the operation's id. */
  readonly name: string;
  /** Below the prefix `api`, such as `lists/{list}/hold`. */
  readonly path: string;
  readonly summary: string;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
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
