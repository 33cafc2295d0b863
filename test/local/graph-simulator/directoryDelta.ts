/**
 * Delta queries on users, groups and organisation contacts: whole rows without what was never set, a manager's id
 * only when it changed, soft deletion and return. https://learn.microsoft.com/graph/delta-query-overview
 */
import { z } from 'zod';
import { shuffled } from './delta.ts';
import { expiredToken } from './deltaTokens.ts';
import { readDirectorySelect } from './directoryProperties.ts';
import { linkTo, preferenceHeaders, readPreferences } from './exchange.ts';
import { type FilterExpression, FilterSyntaxError, parseFilter } from './filterExpression.ts';
import { badlyFormedToken, unsupportedDirectoryQuery } from './graphError.ts';
import { readSignedText, signText } from './signedText.ts';
import { type DirectoryKind, type DirectoryObject, findDirectoryObject, type Group, type Tenant } from './tenant.ts';
import type { DirectoryCall, DirectoryHandler } from './world.ts';

const defaultPageSize = 100;
/** A row of a group shows so many changes of its members; more come in further rows of the same group. */
const membersInRow = 100;
/** The directory keeps a token's state for seven days. https://learn.microsoft.com/graph/delta-query-overview#token-duration */
const tokenLifetime = 7 * 86_400_000;
const mostFilterIds = 50;

const tokenSchema = z.object({
  of: z.enum(['user', 'group', 'orgContact']),
  select: z.string().nullable(),
  ids: z.array(z.string()).nullable(),
  epoch: z.number(),
  issuedAt: z.number(),
  minimal: z.boolean(),
  /** Changes up to here were shown; null in a first round. */
  after: z.number().nullable(),
  /** Changes up to here will have been shown when the round ends. */
  until: z.number(),
  /** Place of the round's last row that was shown; null between rounds. */
  cursor: z.tuple([z.number(), z.number()]).nullable(),
});
type Token = z.infer<typeof tokenSchema>;
/**
 * `place` is a position in the row of changes, and which of several rows of one object it is. Bodies are made for the
 * rows of a page alone.
 */
type Row = { place: [position: number, part: number]; body: () => Record<string, unknown> };
type MemberChange = { position: number; body: Record<string, unknown> };

const start: Row['place'] = [-1, 0];

const collections: Record<DirectoryKind, 'users' | 'groups' | 'contacts'> = {
  user: 'users',
  group: 'groups',
  orgContact: 'contacts',
};
/** What delta rows of an organisation contact lack. */
const unseenInDelta: Partial<Record<DirectoryKind, readonly string[]>> = { orgContact: ['addresses', 'phones'] };

export function directoryDelta(kind: DirectoryKind): DirectoryHandler {
  return call => {
    const token = readToken(call, kind) ?? firstToken(call, kind);
    const size = Math.max(1, readPreferences(call.request).pageSize ?? defaultPageSize);
    const { shuffle, repeatRows } = call.world.deltaBehaviour;
    const rows = rowsOf(call, token).filter(({ place }) => compare(place, token.cursor ?? start) > 0);
    const shown = rows.slice(0, size);
    const repeated = repeatRows ? [...shown, ...shown.slice(0, 1)] : shown;
    const more = rows.length > size;
    const next = more
      ? { ...token, cursor: shown.at(-1)?.place ?? start }
      : { ...token, after: token.until, cursor: null };
    return {
      status: 200,
      headers: preferenceHeaders(readPreferences(call.request)),
      body: {
        '@odata.context': `${call.request.origin}/v1.0/$metadata#${collections[kind]}`,
        ...link(call, more ? 'nextLink' : 'deltaLink', next),
        value: (shuffle ? shuffled(repeated, call.world.random) : repeated).map(({ body }) => body()),
      },
    };
  };
}

function link(call: DirectoryCall, name: 'nextLink' | 'deltaLink', token: Token): Record<string, string> {
  const option = name === 'nextLink' ? '$skiptoken' : '$deltatoken';
  const text = signText(call.world.tenant.secret, { ...token, issuedAt: call.world.now() });
  return { [`@odata.${name}`]: linkTo({ ...call.request, query: new URLSearchParams() }, { [option]: text }) };
}

function firstToken(call: DirectoryCall, of: DirectoryKind): Token {
  const { query } = call.request;
  const refused = ['$top', '$orderby', '$search', '$skip', '$count'].find(option => query.has(option));
  if (refused !== undefined) throw unsupportedDirectoryQuery(`'${refused}' is not supported for delta queries.`);
  const select = query.get('$select');
  readDirectorySelect(of, select);
  const { position: until } = call.world.tenant;
  const latest = query.get('$deltatoken') === 'latest';
  return {
    of,
    select,
    ids: readIds(query.get('$filter')),
    epoch: call.world.deltaExpiry.epoch,
    issuedAt: call.world.now(),
    minimal: asksForChangesAlone(call),
    after: latest ? until : null,
    until,
    cursor: start,
  };
}

function readToken(call: DirectoryCall, of: DirectoryKind): Token | undefined {
  const { query } = call.request;
  const text = query.get('$skiptoken') ?? query.get('$deltatoken');
  if (!text || text === 'latest') return undefined;
  const parsed = tokenSchema.safeParse(readSignedText(call.world.tenant.secret, text));
  if (!parsed.success || parsed.data.of !== of) throw badlyFormedToken();
  const token = parsed.data;
  const { deltaExpiry, now, tenant } = call.world;
  const aged = now() - token.issuedAt > tokenLifetime;
  if (aged || token.epoch < deltaExpiry.epoch) {
    const restart = linkTo({ ...call.request, query: new URLSearchParams() }, { $deltatoken: '' });
    throw expiredToken(aged ? 'SyncStateNotFound' : deltaExpiry.code, token.until, tenant.position, restart);
  }
  const minimal = token.minimal || asksForChangesAlone(call);
  return token.cursor === null ? { ...token, minimal, until: tenant.position, cursor: start } : { ...token, minimal };
}

/** With the first request or with a later one. https://learn.microsoft.com/graph/api/user-delta#request-headers */
function asksForChangesAlone({ request }: DirectoryCall): boolean {
  return /return\s*=\s*minimal/i.test(request.headers.prefer ?? '');
}

/** `id eq 'a' or id eq 'b'`, the only filter that a delta query takes. */
function readIds(filter: string | null): string[] | null {
  if (filter === null) return null;
  try {
    const ids = idsOf(parseFilter(filter));
    if (ids.length <= mostFilterIds) return ids;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  throw unsupportedDirectoryQuery('Unsupported or invalid query filter clause specified.');
}

function idsOf(expression: FilterExpression): string[] {
  if (expression.kind === 'or') return [...idsOf(expression.left), ...idsOf(expression.right)];
  if (expression.kind !== 'comparison' || expression.path !== 'id' || expression.operator !== 'eq') {
    throw new FilterSyntaxError(expression.kind);
  }
  return [expression.value.toLowerCase()];
}

function rowsOf(call: DirectoryCall, token: Token): Row[] {
  const { tenant } = call.world;
  const ids = token.ids && new Set(token.ids);
  const namesOf = trackedNames(token);
  const [shownUntil] = token.cursor ?? start;
  const rows: Row[] = [];
  for (const entry of entriesOf(tenant, token.of)) {
    // Only saves work: a first round is in the order in which objects were made.
    if (token.after === null && entry.history.since < shownUntil) continue;
    if (!ids || ids.has(entry.id)) rows.push(...rowsOfEntry(tenant, entry, namesOf(entry), token));
  }
  for (const { kind, id, position } of token.after === null ? [] : tenant.gone) {
    if (kind !== token.of || (ids && !ids.has(id)) || !isWithin(token, position)) continue;
    rows.push({ place: [position, 0], body: () => ({ id, '@removed': { reason: 'deleted' } }) });
  }
  return rows.sort((a, b) => compare(a.place, b.place));
}

function entriesOf(tenant: Tenant, kind: DirectoryKind): Iterable<DirectoryObject> {
  if (kind === 'user') return tenant.users.values();
  return kind === 'group' ? tenant.groups.values() : tenant.orgContacts.values();
}

function compare(a: Row['place'], b: Row['place']): number {
  return a[0] - b[0] || a[1] - b[1];
}

function isWithin({ after, until }: Token, position: number): boolean {
  return position > (after ?? 0) && position <= until;
}

function rowsOfEntry(tenant: Tenant, entry: DirectoryObject, names: readonly string[], token: Token): Row[] {
  const { deletedAt, since, changed } = entry.history;
  if (deletedAt !== undefined) {
    if (token.after === null || !isWithin(token, deletedAt)) return [];
    return [{ place: [deletedAt, 0], body: () => ({ id: entry.id, '@removed': { reason: 'changed' } }) }];
  }
  const isNew = isWithin(token, since);
  const changes = names.filter(name => isNew || isWithin(token, changed[name] ?? 0));
  const members = entry.kind === 'group' && names.includes('members') ? memberChanges(tenant, entry, token, isNew) : [];
  if (!isNew && changes.length === 0 && members.length === 0) return [];
  const positions = isNew ? [since] : [...changes.map(name => changed[name] ?? 0), ...members.map(at => at.position)];
  const position = Math.max(...positions);
  const shown = token.minimal ? changes : names;
  const body = () => ({
    ...Object.fromEntries(shown.flatMap(name => (isShown(entry, name) ? [[name, entry.properties[name]]] : []))),
    id: entry.id,
    ...(changes.includes('manager') ? managerChange(entry) : {}),
  });
  return inParts(body, members).map((part, index) => ({ place: [position, index], body: part }));
}

/** Those whose changes are reported. Without a selection all but a manager, and a group's members. */
function trackedNames(token: Token): (entry: DirectoryObject) => readonly string[] {
  const isSeen = (name: string) => name !== 'id' && !unseenInDelta[token.of]?.includes(name);
  const selected = readDirectorySelect(token.of, token.select)?.filter(isSeen);
  if (selected) return () => selected;
  const further = token.of === 'group' ? ['members'] : [];
  return ({ properties }) =>
    [...Object.keys(properties), ...further].filter(name => isSeen(name) && name !== 'manager');
}

/** What was never set is absent, not null. */
function isShown({ properties }: DirectoryObject, name: string): boolean {
  return name in properties && name !== 'manager' && name !== 'members';
}

/** An id alone; one who lost the manager shows the loss without saying whom. */
function managerChange({ properties }: DirectoryObject): Record<string, unknown> {
  const id = properties.manager;
  return { 'manager@delta': typeof id === 'string' ? [{ '@odata.type': '#microsoft.graph.user', id }] : [] };
}

function memberChanges(tenant: Tenant, group: Group, token: Token, isNew: boolean): MemberChange[] {
  const changes: MemberChange[] = [];
  for (const [id, position] of group.memberChanges) {
    const member = group.members.has(id) ? findDirectoryObject(tenant, id) : undefined;
    if (isNew ? !member : !isWithin(token, position)) continue;
    const body = { '@odata.type': `#microsoft.graph.${member?.kind ?? 'user'}`, id };
    changes.push({ position, body: member ? body : { ...body, '@removed': { reason: 'deleted' } } });
  }
  return changes;
}

function inParts(body: Row['body'], members: MemberChange[]): Row['body'][] {
  if (members.length === 0) return [body];
  const parts: Row['body'][] = [];
  for (let first = 0; first < members.length; first += membersInRow) {
    const some = members.slice(first, first + membersInRow).map(member => member.body);
    parts.push(() => ({ ...body(), 'members@delta': some }));
  }
  return parts;
}
