import { HostError } from './hostError.ts';

/** A route of the local HTTP listener: paths for its router, and the parameter that a trailing wildcard stands for. */
export interface RouterRoute {
  paths: string[];
  wildcard: string | undefined;
}

// https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
const constraints: Record<string, string> = {
  int: '(^-?\\d+$)',
  long: '(^-?\\d+$)',
  alpha: '(^[a-zA-Z]+$)',
  guid: '(^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$)',
};

const parameterPattern = /^\{(\*{0,2})(\w+)(?::(\w+)[^}]*)?(\?)?\}$/;

/**
 * Turns an Azure Functions route (an ASP.NET route template: `lists/{list}`, `{id:guid}`, `{id?}`, `{*rest}`) into paths
 * of find-my-way, fastify's router. Other constraints than int, long, alpha and guid accept any value. Throws on a
 * parameter that is only a part of a segment, and on default values.
 */
export function toRouterRoute(template: string): RouterRoute {
  let paths = [''];
  let wildcard: string | undefined;
  for (const segment of template.split('/').filter(part => part !== '')) {
    if (!segment.includes('{')) {
      paths = paths.map(path => `${path}/${segment.replaceAll(':', '::')}`);
      continue;
    }
    const [, catchAll, name = '', constraint = '', optional] = parameterPattern.exec(segment) ?? [];
    if (!name) throw new HostError(`The route "${template}" is not supported: "${segment}"`);
    if (catchAll) wildcard = name;
    const parameter = catchAll ? '*' : `:${name}${constraints[constraint] ?? ''}`;
    const withParameter = paths.map(path => `${path}/${parameter}`);
    paths = catchAll || optional ? [...paths, ...withParameter] : withParameter;
  }
  return { paths: paths.map(path => path || '/'), wildcard };
}
