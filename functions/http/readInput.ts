import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { brokenTexts, noSuchPath, unfitQuery } from '../../shared/api/problems.ts';
import { didYouMean } from '../../shared/domain/closestName.ts';
import { strictObject } from '../../shared/settings/strictObject.ts';
import { readBasedOn } from './readBasedOn.ts';
import { describeFaults, type FileBody, readBody, readFile } from './readBody.ts';

/** What a route takes. */
export interface ExpectedInput<Params, Query, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly params?: z.ZodObject & z.ZodType<Params>;
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodObject & z.ZodType<Body>;
  /** Of the body; a few thousand unless said. */
  readonly mostBodyBytes?: number;
  /** It changes what others may have changed meanwhile: the request must name the version that it is based on. */
  readonly isBasedOnVersion?: boolean;
  /** Instead of a body of JSON. */
  readonly file?: FileBody;
  /** Everybody may ask; otherwise a function key is needed. */
  readonly anonymous?: boolean;
}

export interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Of a route that takes one: the version that the change is based on; undefined where there must be none. */
  readonly basedOn: number | undefined;
  /** Whether the answer is asked for as CSV. */
  readonly wantsCsv: boolean;
}

/** @throws ApiProblem for what the route's schemas do not take */
export async function readInput<Params, Query, Body>(
  request: HttpRequest,
  expected: ExpectedInput<Params, Query, Body>,
): Promise<Input<Params, Query, Body>> {
  const { params, query, anonymous } = expected;
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
  const content = await readContent(request, expected);
  const basedOn = expected.isBasedOnVersion ? readBasedOn(request) : undefined;
  const wantsCsv = /\btext\/csv\b/i.test(request.headers.get('accept') ?? '');
  return { params: path?.data as Params, query: search?.data as Query, body: content as Body, basedOn, wantsCsv };
}

async function readContent<Params, Query, Body>(
  request: HttpRequest,
  { method, body, file, mostBodyBytes }: ExpectedInput<Params, Query, Body>,
): Promise<unknown> {
  if (file) return readFile(request, file);
  return method === 'GET' ? undefined : readBody<unknown>(request, body ?? noProperties, mostBodyBytes);
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
