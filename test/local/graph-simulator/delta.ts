/** Delta queries on a contact folder. https://learn.microsoft.com/graph/api/contact-delta */
import { contactEntity, contactId, readSelect, type View } from './contactEntity.ts';
import { requestedFolder } from './contactFolders.ts';
import { type DeltaToken, expiredToken, readToken, writeToken } from './deltaTokens.ts';
import { type GraphAnswer, linkTo, preferenceHeaders } from './exchange.ts';
import { badlyFormedToken, GraphError, quotaExceeded, unparsableQuery } from './graphError.ts';
import { folderId } from './identifiers.ts';
import { type Contact, contactsOf, type Folder, isDeleted, type Tombstone } from './mailbox.ts';
import { type MailboxCall, parameter } from './world.ts';

const keptGenerations = 3;
const defaultPageSize = 10;
const refusedOptions = ['$filter', '$orderby', '$search', '$top', '$skip', '$count'];

type Row = { sequence: number; contact: Contact } | { sequence: number; tombstone: Tombstone };
type Page = { rows: Row[]; next: DeltaToken | undefined; end: DeltaToken };

export function contactsDelta(call: MailboxCall): GraphAnswer {
  const { request, world, mailbox, preferences, user } = call;
  refuseOptions(request.query);
  const folder = followedFolder(call);
  if (user.state === 'overQuota') throw quotaExceeded();
  const token = readRequestedToken(call, folder) ?? startChain(call, folder);
  const view: View = {
    immutableIds: token.immutableIds,
    inCollection: true,
    select: readSelect(token.select),
    expand: [],
  };
  const page = readPage(call, folder, token);

  const rows = page.rows.map(row =>
    'contact' in row
      ? { '@odata.type': '#microsoft.graph.contact', ...contactEntity(mailbox, row.contact, view) }
      : {
          '@odata.type': '#microsoft.graph.contact',
          id: contactId(mailbox, row.tombstone, view.immutableIds),
          '@removed': { reason: 'deleted' },
        },
  );
  return {
    status: 200,
    headers: preferenceHeaders(preferences),
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#Collection(contact)`,
      value: world.deltaBehaviour.shuffle ? shuffled(rows, world.random) : rows,
      ...(page.next
        ? { '@odata.nextLink': link(call, folder, '$skiptoken', writeToken(world.tenant.secret, page.next)) }
        : { '@odata.deltaLink': link(call, folder, '$deltatoken', endRound(call, folder, page.end)) }),
    },
  };
}

function refuseOptions(query: URLSearchParams): void {
  if (query.has('$expand')) {
    throw unparsableQuery("Parsing OData Select and Expand failed: Value cannot be null. (Parameter 'initialState')");
  }
  const refused = refusedOptions.filter(option => query.has(option));
  if (refused.length === 0) return;
  const text = `The following parameters are not supported with change tracking over the 'Contacts' resource: '${refused.join(', ')}'.`;
  throw new GraphError(400, 'ErrorInvalidUrlQuery', text);
}

/** A folder below Deleted Items is no longer followed, although its id still resolves. */
function followedFolder(call: MailboxCall): Folder {
  const gone = new GraphError(404, 'ErrorSyncFolderNotFound', 'The folder to be synchronized could not be found.');
  try {
    const folder = requestedFolder(call);
    if (!isDeleted(call.mailbox, folder)) return folder;
  } catch (error) {
    if (!(error instanceof GraphError && error.code === 'ErrorItemNotFound')) throw error;
  }
  throw gone;
}

function startChain(call: MailboxCall, folder: Folder): DeltaToken {
  return {
    mailbox: call.mailbox.key,
    folder: folder.number,
    select: call.request.query.get('$select') ?? '',
    immutableIds: call.preferences.immutableIds,
    chain: folder.deltaChains.push(0) - 1,
    generation: 0,
    epoch: call.world.deltaExpiry.epoch,
    base: call.mailbox.sequence,
    cursor: 0,
    initial: true,
  };
}

function readRequestedToken(call: MailboxCall, folder: Folder): DeltaToken | undefined {
  const { query } = call.request;
  const text = query.get('$deltatoken') ?? query.get('$skiptoken');
  if (!text) return undefined;
  const { tenant, deltaExpiry, deltaBehaviour } = call.world;
  const token = readToken(tenant.secret, text);
  const highest = folder.deltaChains[token.chain];
  const foreign = token.mailbox !== call.mailbox.key || token.folder !== folder.number || highest === undefined;
  if (foreign || (token.cursor === undefined) !== query.has('$deltatoken')) throw badlyFormedToken();

  const restart = link(call, folder, '$deltatoken', '');
  if (token.epoch < deltaExpiry.epoch) throw expiredToken(deltaExpiry.code, token.generation, highest, restart);
  if (token.generation <= highest - keptGenerations) {
    throw expiredToken('SyncStateNotFound', token.generation, highest, restart);
  }
  if (token.immutableIds !== call.preferences.immutableIds) {
    throw expiredToken('SyncStateInvalid', token.generation, highest, restart);
  }
  return { ...token, cursor: token.cursor ?? Math.max(0, token.base - deltaBehaviour.replayChanges) };
}

/** A round's last page gives the next generation; older ones die. */
function endRound(call: MailboxCall, folder: Folder, token: DeltaToken): string {
  const generation = token.generation + 1;
  folder.deltaChains[token.chain] = Math.max(folder.deltaChains[token.chain] ?? 0, generation);
  return writeToken(call.world.tenant.secret, { ...token, generation });
}

function readPage(call: MailboxCall, folder: Folder, token: DeltaToken): Page {
  const { deltaBehaviour } = call.world;
  const size = Math.max(1, call.preferences.pageSize ?? defaultPageSize);
  const visible = token.initial ? token.base : visibleUntil(call, folder);
  const rows = token.initial ? allRows(call, folder, token) : changedRows(call, folder, token, visible);
  const { cursor: _cursor, emptied: _emptied, repeat: _repeat, ...round } = token;
  if (deltaBehaviour.emptyPages && rows.length > 0 && !token.emptied) {
    return { rows: [], next: { ...token, emptied: true }, end: token };
  }

  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const lastPlace = last === undefined ? token.cursor : token.initial ? itemOf(last) : last.sequence;
  const repeat = deltaBehaviour.repeatRows && last !== undefined ? { repeat: itemOf(last) } : {};
  const next = rows.length > size ? { ...round, cursor: lastPlace, ...repeat } : undefined;
  const end = { ...round, base: Math.max(token.base, visible), initial: false };
  return { rows: deltaBehaviour.repeatRows ? withRepeats(call, folder, token, shown) : shown, next, end };
}

function allRows(call: MailboxCall, folder: Folder, token: DeltaToken): Row[] {
  const after = token.cursor ?? 0;
  return contactsOf(call.mailbox, folder.number)
    .filter(contact => contact.item > after)
    .map(contact => ({ sequence: contact.sequence, contact }));
}

function changedRows(call: MailboxCall, folder: Folder, token: DeltaToken, until: number): Row[] {
  const after = token.cursor ?? token.base;
  if (folder.lastSequence <= after) return [];
  const rows: Row[] = [];
  const present = new Set<string>();
  for (const contact of contactsOf(call.mailbox, folder.number)) {
    present.add(contactId(call.mailbox, contact, token.immutableIds));
    if (contact.sequence > after && contact.sequence <= until) rows.push({ sequence: contact.sequence, contact });
  }
  for (const tombstone of folder.tombstones) {
    if (tombstone.sequence <= after || tombstone.sequence > until) continue;
    if (!present.has(contactId(call.mailbox, tombstone, token.immutableIds))) {
      rows.push({ sequence: tombstone.sequence, tombstone });
    }
  }
  return rows.sort((a, b) => a.sequence - b.sequence);
}

/** Position of the newest change that shows; with a lag, changes that are too young do not. */
function visibleUntil(call: MailboxCall, folder: Folder): number {
  const { lagSeconds } = call.world.deltaBehaviour;
  if (lagSeconds === 0) return call.mailbox.sequence;
  const newest = call.world.now() / 1000 - lagSeconds;
  let until = call.mailbox.sequence;
  for (const contact of contactsOf(call.mailbox, folder.number)) {
    if (contact.modified > newest) until = Math.min(until, contact.sequence - 1);
  }
  for (const tombstone of folder.tombstones) {
    if (tombstone.at > newest) until = Math.min(until, tombstone.sequence - 1);
  }
  return until;
}

function withRepeats(call: MailboxCall, folder: Folder, token: DeltaToken, rows: Row[]): Row[] {
  const earlier = token.repeat === undefined ? undefined : call.mailbox.contacts.get(token.repeat);
  const again = earlier?.folder === folder.number ? [{ sequence: earlier.sequence, contact: earlier }] : [];
  return [...again, ...rows, ...rows.slice(0, 1)];
}

function itemOf(row: Row): number {
  return 'contact' in row ? row.contact.item : row.tombstone.item;
}

function link(call: MailboxCall, folder: Folder, name: string, token: string): string {
  const user = encodeURIComponent(parameter(call, 'user').replaceAll("'", "''"));
  const path = `/users('${user}')/contactFolders('${folderId(call.mailbox.key, folder.number)}')/contacts/delta`;
  return linkTo({ ...call.request, query: new URLSearchParams() }, { [name]: token }, path);
}

/** In random order. */
export function shuffled<T>(rows: T[], random: () => number): T[] {
  return rows
    .map(row => ({ row, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
}
