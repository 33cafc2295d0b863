/** Lists of users and groups: filter, selection and pages. */
import { type GraphAnswer, type GraphRequest, linkTo } from './exchange.ts';
import {
  compareName,
  compileFilter,
  type FilterAny,
  type FilterComparison,
  FilterSyntaxError,
  parseFilter,
} from './filterExpression.ts';
import { unsupportedDirectoryQuery } from './graphError.ts';
import { type Group, isGroup, type User } from './tenant.ts';

type Entry = User | Group;

const defaultPageSize = 100;
const largestPage = 999;

/** What Graph shows without a $select; accountEnabled, for one, only comes when asked for. */
const defaultUserProperties = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];
const defaultGroupProperties = [
  'description',
  'displayName',
  'groupTypes',
  'mail',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
];

export function directoryEntity(entry: Entry, select: string | null): Record<string, unknown> {
  const defaults = isGroup(entry) ? defaultGroupProperties : defaultUserProperties;
  const names = select?.split(',').map(name => name.trim()) ?? defaults;
  const entity: Record<string, unknown> = {};
  for (const name of names) if (name !== 'id') entity[name] = entry.properties[name] ?? null;
  return select && !names.includes('id') ? entity : { ...entity, id: entry.id };
}

/** One page. `typed`: rows say what they are, as in a list of several types. */
export function directoryPage(request: GraphRequest, entries: Entry[], context: string, typed = false): GraphAnswer {
  const { query } = request;
  const found = entries.filter(directoryFilter(query.get('$filter')));
  const top = pageSize(query.get('$top'));
  const start = readSkipToken(query.get('$skiptoken'));
  const select = query.get('$select');
  const shown = found.slice(start, start + top);
  const counted = query.get('$count') === 'true' && request.headers.consistencylevel?.toLowerCase() === 'eventual';
  return {
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#${context}`,
      ...(counted ? { '@odata.count': found.length } : {}),
      ...(start + top < found.length
        ? { '@odata.nextLink': linkTo(request, { $skiptoken: writeSkipToken(start + top) }) }
        : {}),
      value: shown.map(entry => ({
        ...(typed ? { '@odata.type': isGroup(entry) ? '#microsoft.graph.group' : '#microsoft.graph.user' } : {}),
        ...directoryEntity(entry, select),
      })),
    },
  };
}

function pageSize(top: string | null): number {
  if (top === null) return defaultPageSize;
  const size = Number(top);
  if (Number.isInteger(size) && size >= 1 && size <= largestPage) return size;
  throw unsupportedDirectoryQuery(
    `Invalid page size specified: '${top}'. Must be between 1 and ${largestPage} inclusive.`,
  );
}

function directoryFilter(filter: string | null): (entry: Entry) => boolean {
  if (filter === null) return () => true;
  try {
    return compileFilter(parseFilter(filter), directoryCondition);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw unsupportedDirectoryQuery('Unsupported or invalid query filter clause specified.');
  }
}

function directoryCondition(condition: FilterComparison | FilterAny): (entry: Entry) => boolean {
  if (condition.kind === 'any') return anyOf(condition);
  const { path, operator, value } = condition;
  if (!['eq', 'ne', 'startswith'].includes(operator)) throw new FilterSyntaxError(operator);
  return entry => compareName(path === 'id' ? entry.id : entry.properties[path], operator, value);
}

/** `proxyAddresses/any(p:p eq 'smtp:ada@contoso.example')` */
function anyOf({ path, variable, condition }: FilterAny): (entry: Entry) => boolean {
  if (condition.kind !== 'comparison' || condition.path !== variable) throw new FilterSyntaxError(path);
  const { operator, value } = condition;
  if (!['eq', 'startswith'].includes(operator)) throw new FilterSyntaxError(operator);
  return entry => {
    const values = entry.properties[path];
    return Array.isArray(values) && values.some(each => compareName(each, operator, value));
  };
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
