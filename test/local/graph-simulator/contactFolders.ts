/** Contact folders. https://learn.microsoft.com/graph/api/resources/contactfolder */
import { z } from 'zod';
import { type GraphAnswer, linkTo } from './exchange.ts';
import {
  expandedMember,
  parseOrRefuse,
  readExpand,
  readExtendedProperties,
  readPropertyCondition,
} from './extendedProperties.ts';
import { compareName, compareText, compileFilter, type FilterAny, type FilterComparison } from './filterExpression.ts';
import {
  invalidFilter,
  itemNotFound,
  quotaExceeded,
  undeserializableBody,
  unknownProperty,
  unparsableQuery,
} from './graphError.ts';
import { folderId, readFolderId } from './identifiers.ts';
import {
  childFolders,
  contactsFolder,
  createFolder,
  deletedItemsFolder,
  deleteFolder,
  type Folder,
  getFolder,
  type Mailbox,
  purgeFolder,
  refuseDistinguished,
  renameFolder,
} from './mailbox.ts';
import { readPaging } from './queryOptions.ts';
import { type MailboxCall, parameter } from './world.ts';

const wellKnownNames: Record<string, number> = { contacts: contactsFolder, deleteditems: deletedItemsFolder };
const properties = ['id', 'displayName', 'parentFolderId'];

const bodySchema = z.looseObject({
  displayName: z.string().optional(),
  singleValueExtendedProperties: z.unknown().optional(),
});

/** By id or well-known name. @throws ErrorInvalidIdMalformed, ErrorInvalidMailboxItemId, ErrorItemNotFound */
export function resolveFolder(mailbox: Mailbox, idOrName: string): Folder {
  const number = wellKnownNames[idOrName.toLowerCase()] ?? readFolderId(mailbox, idOrName);
  return getFolder(mailbox, number);
}

/** The folder that the path names, the default one where it names none. @throws what resolveFolder does */
export function requestedFolder(call: MailboxCall): Folder {
  const { folder: id, parent } = call.parameters;
  const folder = resolveFolder(call.mailbox, id ?? 'contacts');
  if (parent !== undefined && resolveFolder(call.mailbox, parent).number !== folder.parent) throw itemNotFound();
  return folder;
}

/** The default folder is not listed; its children are. */
export function listFolders(call: MailboxCall): GraphAnswer {
  const { request, mailbox } = call;
  const parent = requestedFolder(call);
  const matches = folderFilter(request.query.get('$filter'));
  const found = childFolders(mailbox, parent.number).filter(matches);
  const { skip, top, count } = readPaging(request.query, 10);
  const shown = found.slice(skip, skip + top);
  const more = skip + top < found.length;
  return {
    status: 200,
    body: {
      '@odata.context': `${context(call)}`,
      ...(count ? { '@odata.count': found.length } : {}),
      value: shown.map(folder => folderEntity(call, folder)),
      ...(more ? { '@odata.nextLink': linkTo(request, { $skip: String(skip + top) }) } : {}),
    },
  };
}

export function getContactFolder(call: MailboxCall): GraphAnswer {
  return answer(call, 200, requestedFolder(call));
}

export function createContactFolder(call: MailboxCall): GraphAnswer {
  const body = readBody(call.request.body);
  if (!body.displayName) throw undeserializableBody("contactFolder: 'displayName' is missing or empty");
  if (call.user.state === 'overQuota') throw quotaExceeded();
  const extendedProperties = readExtendedProperties(body.singleValueExtendedProperties ?? []);
  const folder = createFolder(call.mailbox, requestedFolder(call).number, body.displayName);
  folder.extendedProperties = extendedProperties;
  return answer(call, 201, folder);
}

export function updateContactFolder(call: MailboxCall): GraphAnswer {
  const folder = requestedFolder(call);
  const body = readBody(call.request.body);
  const extendedProperties = readExtendedProperties(body.singleValueExtendedProperties ?? []);
  if (body.displayName !== undefined) renameFolder(call.mailbox, folder, body.displayName);
  folder.extendedProperties = { ...folder.extendedProperties, ...extendedProperties };
  return answer(call, 200, folder);
}

export function countFolders(call: MailboxCall): GraphAnswer {
  const matches = folderFilter(call.request.query.get('$filter'));
  const count = childFolders(call.mailbox, requestedFolder(call).number).filter(matches).length;
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

export function permanentlyDeleteFolder(call: MailboxCall): GraphAnswer {
  const folder = requestedFolder(call);
  refuseDistinguished(folder);
  purgeFolder(call.mailbox, folder);
  return { status: 204 };
}

export function deleteContactFolder(call: MailboxCall): GraphAnswer {
  deleteFolder(call.mailbox, requestedFolder(call));
  return { status: 204 };
}

function readBody(body: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw undeserializableBody('contactFolder');
  const known = [...properties, 'singleValueExtendedProperties'];
  const unknown = Object.keys(parsed.data).find(name => !name.includes('@') && !known.includes(name));
  if (unknown !== undefined) throw unknownProperty(unknown, 'microsoft.graph.contactFolder');
  return parsed.data;
}

function folderFilter(filter: string | null): (folder: Folder) => boolean {
  return filter === null ? () => true : compileFilter(parseOrRefuse(filter), folderCondition);
}

function folderCondition(condition: FilterComparison | FilterAny): (folder: Folder) => boolean {
  if (condition.kind === 'any') {
    if (condition.path.toLowerCase() !== 'singlevalueextendedproperties') throw invalidFilter();
    const { id, operator, value } = readPropertyCondition(condition);
    return ({ extendedProperties }) =>
      compareText(extendedProperties[id] ?? '', operator, value) && id in extendedProperties;
  }
  const { path, operator, value } = condition;
  if (path !== 'displayName' || !['eq', 'ne', 'startswith', 'contains'].includes(operator)) throw invalidFilter();
  return folder => compareName(folder.displayName, operator, value);
}

function answer(call: MailboxCall, status: number, folder: Folder): GraphAnswer {
  return { status, body: { '@odata.context': `${context(call)}/$entity`, ...folderEntity(call, folder) } };
}

function context(call: MailboxCall): string {
  return `${call.request.origin}/v1.0/$metadata#users('${encodeURIComponent(parameter(call, 'user'))}')/contactFolders`;
}

/** @throws 400 for a selected property that folders do not have */
export function folderEntity(call: MailboxCall, folder: Folder): Record<string, unknown> {
  const { mailbox, request } = call;
  const entity: Record<string, unknown> = {
    id: folderId(mailbox.key, folder.number),
    parentFolderId: folderId(mailbox.key, folder.parent),
    displayName: folder.displayName,
  };
  const select = readFolderSelect(request.query.get('$select'));
  if (select) {
    for (const name of properties) if (name !== 'id' && !select.includes(name)) delete entity[name];
  }
  const expand = request.method === 'GET' ? readExpand(request.query.get('$expand')) : [];
  return { ...entity, ...expandedMember(folder.extendedProperties, expand) };
}

function readFolderSelect(select: string | null): readonly string[] | undefined {
  if (select === null || select === '*') return undefined;
  const names = select.split(',').map(name => name.trim());
  const unknown = names.find(name => !properties.includes(name));
  if (unknown === undefined) return names;
  throw unparsableQuery(
    `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.contactFolder'.`,
  );
}
