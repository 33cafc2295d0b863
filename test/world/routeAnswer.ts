import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import type { AnyRoute } from '../../functions/http/route.ts';
import type { Caller } from '../../shared/api/caller.ts';

export interface RouteQuestion {
  readonly method: string;
  readonly url: URL;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Lets the route of a path answer, as behind the functions host; undefined where there is none.
 *
 * @param prefix before the paths of the routes
 * @param caller a function key unless given
 */
export async function answerOf(
  routes: readonly AnyRoute[],
  prefix: string,
  { method, url, body, headers = {} }: RouteQuestion,
  caller?: Caller,
): Promise<HttpResponseInit | undefined> {
  const found = findRoute(routes, method, url.pathname.slice(prefix.length));
  if (!found) return undefined;
  const request = new HttpRequest({
    method,
    url: url.href,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: { string: body } }),
    query: Object.fromEntries(url.searchParams),
    params: found.params,
  });
  return found.route.handle(request, new InvocationContext(), caller);
}

function findRoute(routes: readonly AnyRoute[], method: string, path: string) {
  for (const route of routes.filter(each => each.method === method)) {
    const pattern = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(path);
    if (match) return { route, params: decoded(match.groups ?? {}) };
  }
  return undefined;
}

function decoded(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
}
