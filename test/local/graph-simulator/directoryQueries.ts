/**
 * Lists of directory objects: filter, selection, order and pages, and what Graph refuses without
 * `ConsistencyLevel: eventual`. https://learn.microsoft.com/graph/aad-advanced-queries
 */
import { directoryEntity, isDirectoryProperty, readDirectorySelect } from './directoryProperties.ts';
import { type GraphAnswer, type GraphRequest, linkTo } from './exchange.ts';
import {
  compareName,
  compileFilter,
  type FilterAny,
  type FilterComparison,
  type FilterExpression,
  FilterSyntaxError,
  parseFilter,
} from './filterExpression.ts';
import { GraphError, unsupportedDirectoryQuery } from './graphError.ts';
import type { DirectoryKind, DirectoryObject } from './tenant.ts';

type Predicate = (entry: DirectoryObject) => boolean;

/** What a list is of. Rows of `directoryObject` may be of any kind and say which. */
export type DirectoryCollection = {
  kind: DirectoryKind | 'directoryObject';
  /** In `@odata.context`. */
  context: string;
};

/** Members of an entry's row. */
export type Expansion = (entry: DirectoryObject) => Record<string, unknown>;

const defaultPageSize = 100;
const largestPage = 999;

/** One page of those entries that the query's filter and search let through. */
export function directoryPage(
  request: GraphRequest,
  entries: DirectoryObject[],
  collection: DirectoryCollection,
  expand?: Expansion,
): GraphAnswer {
  const { query } = request;
  const read = rowReader(collection, query.get('$select'));
  const found = inOrder(select(request, entries, collection), query.get('$orderby'));
  const top = pageSize(query.get('$top'));
  const start = readSkipToken(query.get('$skiptoken'));
  const shown = found.slice(start, start + top);
  const more = start + top < found.length;
  return {
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#${collection.context}`,
      ...(query.get('$count') === 'true' && isAdvanced(request) ? { '@odata.count': found.length } : {}),
      ...(more ? { '@odata.nextLink': linkTo(request, { $skiptoken: writeSkipToken(start + top) }) } : {}),
      value: shown.map(entry => (expand ? { ...read(entry), ...expand(entry) } : read(entry))),
    },
  };
}

/** `/users/$count` and the like: a plain number. */
export function directoryCount(
  request: GraphRequest,
  entries: DirectoryObject[],
  collection: DirectoryCollection,
): GraphAnswer {
  if (!isAdvanced(request)) throw new GraphError(400, 'Request_BadRequest', '$count is not currently supported.');
  const count = select(request, entries, collection).length;
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

export function isAdvanced(request: GraphRequest): boolean {
  return request.headers.consistencylevel?.toLowerCase() === 'eventual';
}

/** How the query shows an entry. @throws 400 for a property that the collection's rows do not have */
function rowReader({ kind }: DirectoryCollection, select: string | null): Expansion {
  if (kind !== 'directoryObject') {
    const names = readDirectorySelect(kind, select);
    return entry => directoryEntity(entry, names);
  }
  const names = select?.split(',').map(name => name.trim());
  return entry => {
    const own = names?.filter(name => isDirectoryProperty(entry.kind, name));
    return { '@odata.type': `#microsoft.graph.${entry.kind}`, ...directoryEntity(entry, own) };
  };
}

function select(request: GraphRequest, entries: DirectoryObject[], { kind }: DirectoryCollection): DirectoryObject[] {
  const { query } = request;
  if (query.has('$skip')) throw new GraphError(400, 'Request_BadRequest', "'$skip' is not supported by the service.");
  const matches = readFilter(request, kind);
  const search = readSearch(request);
  return entries.filter(entry => matches(entry) && search(entry));
}

function pageSize(top: string | null): number {
  if (top === null) return defaultPageSize;
  const size = Number(top);
  if (Number.isInteger(size) && size >= 1 && size <= largestPage) return size;
  throw unsupportedDirectoryQuery(
    `Invalid page size specified: '${top}'. Must be between 1 and ${largestPage} inclusive.`,
  );
}

function readFilter(request: GraphRequest, kind: DirectoryCollection['kind']): Predicate {
  const filter = request.query.get('$filter');
  if (filter === null) return () => true;
  if (request.query.has('$orderby') && !isAdvanced(request)) {
    throw unsupportedDirectoryQuery('Sorting not supported for current query.');
  }
  try {
    const expression = parseFilter(filter);
    if (kind !== 'directoryObject') refuseUnknownPaths(expression, kind);
    return compileFilter(expression, condition => directoryCondition(condition, isAdvanced(request)));
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw unsupportedDirectoryQuery('Unsupported or invalid query filter clause specified.');
  }
}

function refuseUnknownPaths(expression: FilterExpression, kind: DirectoryKind): void {
  if (expression.kind === 'and' || expression.kind === 'or') {
    refuseUnknownPaths(expression.left, kind);
    refuseUnknownPaths(expression.right, kind);
    return;
  }
  const [name = ''] = expression.path.split('/');
  if (isDirectoryProperty(kind, name)) return;
  throw new GraphError(
    400,
    'BadRequest',
    `Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.${kind}'.`,
  );
}

/** Names of operators as the directory's own messages have them. */
const advancedOperators: Record<string, string> = { ne: 'NotEqualsMatch', endswith: 'EndsWithMatch' };

function directoryCondition(condition: FilterComparison | FilterAny, advanced: boolean): Predicate {
  if (condition.kind === 'any') return anyOf(condition);
  const { path, operator, value } = condition;
  const name = advancedOperators[operator];
  if (name !== undefined && !advanced) throw unsupportedDirectoryQuery(`Filter operator '${name}' is not supported.`);
  if (name === undefined && !['eq', 'startswith'].includes(operator)) throw new FilterSyntaxError(operator);
  return entry => compareName(valueAt(entry, path), operator, value);
}

function valueAt(entry: DirectoryObject, path: string): unknown {
  if (path === 'id') return entry.id;
  return path
    .split('/')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' ? (value as Record<string, unknown> | null)?.[name] : undefined),
      entry.properties,
    );
}

/** `proxyAddresses/any(p:p eq 'smtp:ada@contoso.example')` */
function anyOf({ path, variable, condition }: FilterAny): Predicate {
  if (condition.kind !== 'comparison' || condition.path !== variable) throw new FilterSyntaxError(path);
  const { operator, value } = condition;
  if (!['eq', 'startswith'].includes(operator)) throw new FilterSyntaxError(operator);
  return entry => {
    const values = entry.properties[path];
    return Array.isArray(values) && values.some(each => compareName(each, operator, value));
  };
}

/** `"displayName:ada" OR "mail:ada"`: texts with a word that begins so. */
function readSearch(request: GraphRequest): Predicate {
  const search = request.query.get('$search');
  if (search === null) return () => true;
  if (!isAdvanced(request)) {
    throw unsupportedDirectoryQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const clauses = search.split(/\s+OR\s+/).map(searchClause);
  return entry => clauses.some(matches => matches(entry));
}

function searchClause(clause: string): Predicate {
  const [, name, text = ''] = /^"(\w+):(.*)"$/.exec(clause.trim()) ?? [];
  if (name === undefined) throw unsupportedDirectoryQuery('Unsupported or invalid search clause specified.');
  const wanted = text.toLowerCase();
  return entry => {
    const words = String(entry.properties[name] ?? '').toLowerCase();
    return words.startsWith(wanted) || words.split(/[\s.@-]+/).some(word => word.startsWith(wanted));
  };
}

function inOrder(entries: DirectoryObject[], orderBy: string | null): DirectoryObject[] {
  if (orderBy === null) return entries;
  const [, name, direction] = /^\s*(displayName|userPrincipalName|mail)(?:\s+(asc|desc))?\s*$/i.exec(orderBy) ?? [];
  if (name === undefined) throw unsupportedDirectoryQuery('Sorting not supported for current query.');
  const sign = direction?.toLowerCase() === 'desc' ? -1 : 1;
  const text = ({ properties }: DirectoryObject) => String(properties[name] ?? '');
  return [...entries].sort((a, b) => sign * text(a).localeCompare(text(b)));
}

function writeSkipToken(start: number): string {
  return Buffer.from(`RFNwdAIAAQAAAB:${start}`).toString('base64url');
}

function readSkipToken(token: string | null): number {
  if (token === null) return 0;
  const start = /:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw unsupportedDirectoryQuery('Skip token is not valid.');
  return Number(start);
}
