import { EwsError, failure, responseOf, success } from './answers.ts';
import { contactElement, readShape } from './contactElement.ts';
import { hierarchyMailbox, hierarchyServer, type Mailboxes, type StoredFolder, type StoredItem } from './mailboxes.ts';
import { all, attributeOf, element, type Node, one, textOf, wrap } from './xml.ts';

export interface RoutingHeaders {
  readonly anchorMailbox: string;
  readonly publicFolderMailbox: string;
}

export interface OperationContext {
  readonly mailboxes: Mailboxes;
  /** Of the user that signed in. */
  readonly user: string;
  readonly headers: RoutingHeaders;
  /** Ids of folders and items that the user may not read, and of items that Exchange cannot give. */
  readonly denied: ReadonlyMap<string, string>;
  /** Sync states of before it are dead. */
  readonly syncEpoch: number;
}

type Operation = (request: Node, context: OperationContext) => string;

const mostChanges = 512;
const mostFound = 1000;
const replicaList = '0x6698';

/** What is served; anything else is an invalid request. */
export const operations: Readonly<Record<string, Operation>> = {
  GetFolder: (request, context) =>
    responseOf(
      'GetFolder',
      idsIn(one(request, 'FolderIds')).map(id =>
        answered('GetFolder', () => {
          const folder = findFolder(id, context);
          return wrap('m:Folders', folderElement(folder, context, one(request, 'FolderShape')));
        }),
      ),
    ),
  FindFolder: (request, context) =>
    responseOf(
      'FindFolder',
      idsIn(one(request, 'ParentFolderIds')).map(id => answered('FindFolder', () => findFolders(id, request, context))),
    ),
  FindItem: (request, context) =>
    responseOf(
      'FindItem',
      idsIn(one(request, 'ParentFolderIds')).map(id => answered('FindItem', () => findItems(id, request, context))),
    ),
  GetItem: (request, context) =>
    responseOf(
      'GetItem',
      all(one(request, 'ItemIds'), 'ItemId').map(id =>
        answered('GetItem', () => {
          const item = findItem(attributeOf(id, 'Id') ?? '', context);
          return wrap('m:Items', contactElement(item, readShape(one(request, 'ItemShape')), true));
        }),
      ),
    ),
  SyncFolderItems: (request, context) =>
    responseOf('SyncFolderItems', [answered('SyncFolderItems', () => syncItems(request, context))]),
};

/** Of Autodiscover. */
export function userSettingsOf(
  address: string,
  { mailboxes }: OperationContext,
): Readonly<Record<string, string>> | undefined {
  const [guid = ''] = address.split('@');
  const content = mailboxes.contentAddress(guid);
  if (content) return { AutoDiscoverSMTPAddress: content };
  if (!mailboxes.hasMailbox(address)) return undefined;
  return { PublicFolderInformation: hierarchyMailbox, InternalRpcClientServer: hierarchyServer };
}

function answered(operation: string, work: () => string): string {
  try {
    return success(operation, work());
  } catch (error) {
    if (error instanceof EwsError) return failure(operation, error);
    throw error;
  }
}

function idsIn(node: Node | undefined): Node[] {
  return [...all(node, 'FolderId'), ...all(node, 'DistinguishedFolderId').map(id => ({ ...id, distinguished: true }))];
}

function findFolder(id: Node, { mailboxes, user, denied }: OperationContext): StoredFolder {
  const name = attributeOf(id, 'Id') ?? '';
  const address = textOf(one(id, 'Mailbox', 'EmailAddress')) || user;
  if (id.distinguished && name !== 'publicfoldersroot' && !mailboxes.hasMailbox(address)) {
    throw new EwsError('ErrorNonExistentMailbox');
  }
  const folder = id.distinguished ? mailboxes.findWellKnown(name, address) : mailboxes.folders.get(name);
  if (!folder) throw new EwsError(id.distinguished ? 'ErrorFolderNotFound' : 'ErrorItemNotFound');
  const refusal = denied.get(folder.id);
  if (refusal) throw new EwsError(refusal);
  return folder;
}

function findFolders(id: Node, request: Node, context: OperationContext): string {
  const parent = findFolder(id, context);
  if (attributeOf(request, 'Traversal') !== 'Shallow' && parent.isPublic) throw new EwsError('ErrorInvalidRequest');
  if (parent.isPublic && !isForHierarchy(context)) throw new EwsError('ErrorPublicFolderRequestProcessingFailed');
  const isDeep = attributeOf(request, 'Traversal') === 'Deep';
  const children = isDeep ? below(parent, context) : context.mailboxes.childrenOf(parent.id);
  const { offset, most } = readView(one(request, 'IndexedPageFolderView'), mostFound);
  const page = children.slice(offset, offset + most);
  const content = page.map(child => folderElement(child, context, one(request, 'FolderShape'))).join('');
  return rootFolder(offset + page.length, children.length, wrap('t:Folders', content));
}

function below({ id }: StoredFolder, context: OperationContext): StoredFolder[] {
  return context.mailboxes.childrenOf(id).flatMap(child => [child, ...below(child, context)]);
}

function isForHierarchy({ headers }: OperationContext): boolean {
  return headers.anchorMailbox === hierarchyMailbox && headers.publicFolderMailbox === hierarchyServer;
}

function folderElement(folder: StoredFolder, { mailboxes }: OperationContext, shape: Node | undefined): string {
  const additional = one(shape, 'AdditionalProperties');
  const asked = all(additional, 'FieldURI').map(each => attributeOf(each, 'FieldURI'));
  const isBase = ['Default', 'AllProperties'].includes(textOf(one(shape, 'BaseShape')));
  const wants = (uri: string) => isBase || asked.includes(uri);
  const wantsReplicas = all(additional, 'ExtendedFieldURI').some(
    each => attributeOf(each, 'PropertyTag') === replicaList,
  );
  const parts = [
    wrap('t:FolderId', '', { Id: folder.id, ChangeKey: 'AQAAAA==' }),
    wants('folder:ParentFolderId') && folder.parentId ? wrap('t:ParentFolderId', '', { Id: folder.parentId }) : '',
    wants('folder:FolderClass') ? element('t:FolderClass', folder.folderClass) : '',
    wants('folder:DisplayName') ? element('t:DisplayName', folder.displayName) : '',
    wants('folder:TotalCount') ? element('t:TotalCount', String(folder.items.size)) : '',
    wants('folder:ChildFolderCount')
      ? element('t:ChildFolderCount', String(mailboxes.childrenOf(folder.id).length))
      : '',
    wantsReplicas && folder.contentMailbox ? replicas(folder.contentMailbox) : '',
  ];
  return wrap(folder.folderClass.startsWith('IPF.Contact') ? 't:ContactsFolder' : 't:Folder', parts.join(''));
}

function replicas(guid: string): string {
  const uri = wrap('t:ExtendedFieldURI', '', { PropertyTag: replicaList, PropertyType: 'Binary' });
  const value = Buffer.from(`${guid}\0`, 'latin1').toString('base64');
  return wrap('t:ExtendedProperty', `${uri}${element('t:Value', value)}`);
}

function findItems(id: Node, request: Node, context: OperationContext): string {
  const folder = findFolder(id, context);
  const items = [...folder.items.values()].filter(item => meets(item, one(request, 'Restriction')));
  const served = isServedHere(folder, context) ? items : [];
  const { offset, most } = readView(one(request, 'IndexedPageItemView'), mostFound);
  const page = served.slice(offset, offset + most);
  const shape = readShape(one(request, 'ItemShape'));
  const content = page.map(item => contactElement(item, shape, false)).join('');
  return rootFolder(offset + page.length, served.length, wrap('t:Items', content));
}

/** A request for contents that is routed to another mailbox finds nothing there, and no error tells. */
function isServedHere({ contentMailbox }: StoredFolder, { mailboxes, headers }: OperationContext): boolean {
  if (contentMailbox === undefined) return true;
  const address = mailboxes.contentAddress(contentMailbox);
  return headers.anchorMailbox === address && headers.publicFolderMailbox === address;
}

/** The one restriction that is served: items of a class. */
function meets({ itemClass }: StoredItem, restriction: Node | undefined): boolean {
  if (!restriction) return true;
  const contains = one(restriction, 'Contains');
  const isClass = attributeOf(one(contains, 'FieldURI'), 'FieldURI') === 'item:ItemClass';
  if (!isClass || attributeOf(contains, 'ContainmentMode') !== 'Prefixed') throw new EwsError('ErrorInvalidRequest');
  return itemClass.toLowerCase().startsWith((attributeOf(one(contains, 'Constant'), 'Value') ?? '').toLowerCase());
}

function readView(view: Node | undefined, limit: number): { offset: number; most: number } {
  const most = Number(attributeOf(view, 'MaxEntriesReturned') ?? limit);
  return { offset: Number(attributeOf(view, 'Offset') ?? 0), most: Math.min(most, limit) };
}

function rootFolder(next: number, total: number, content: string): string {
  return wrap('m:RootFolder', content, {
    IndexedPagingOffset: String(next),
    TotalItemsInView: String(total),
    IncludesLastItemInRange: String(next >= total),
  });
}

function findItem(id: string, { mailboxes, denied }: OperationContext): StoredItem {
  const refusal = denied.get(id);
  if (refusal) throw new EwsError(refusal);
  for (const { items } of mailboxes.folders.values()) {
    const item = items.get(id);
    if (item) return item;
  }
  throw new EwsError('ErrorItemNotFound');
}

function syncItems(request: Node, context: OperationContext): string {
  const [id] = idsIn(one(request, 'SyncFolderId'));
  const folder = findFolder(id ?? {}, context);
  // Microsoft only says that it is not supported there; which code comes is not captured from a server.
  if (folder.isPublic) throw new EwsError('ErrorInvalidRequest');
  const most = Number(textOf(one(request, 'MaxChangesReturned')));
  if (!(most >= 1 && most <= mostChanges)) throw new EwsError('ErrorInvalidSyncStateData');
  const since = readSyncState(textOf(one(request, 'SyncState')), folder, context);
  const shape = readShape(one(request, 'ItemShape'));
  const changes = [
    ...[...folder.items.values()]
      .filter(({ changedAt }) => changedAt > since)
      .map(item => ({
        at: item.changedAt,
        xml: wrap(item.createdAt > since ? 't:Create' : 't:Update', contactElement(item, shape, false)),
      })),
    ...[...folder.removed]
      .filter(([, at]) => since > 0 && at > since)
      .map(([removed, at]) => ({
        at,
        xml: wrap('t:Delete', wrap('t:ItemId', '', { Id: removed, ChangeKey: 'AA==' })),
      })),
  ].toSorted((left, right) => left.at - right.at);
  const page = changes.slice(0, most);
  const isLast = page.length === changes.length;
  const at = isLast ? folder.changes : (page.at(-1)?.at ?? since);
  const state = Buffer.from(JSON.stringify([folder.id, context.syncEpoch, at])).toString('base64');
  return [
    element('m:SyncState', state),
    element('m:IncludesLastItemInRange', String(isLast)),
    wrap('m:Changes', page.map(({ xml }) => xml).join('')),
  ].join('');
}

function readSyncState(text: string, folder: StoredFolder, { syncEpoch }: OperationContext): number {
  if (text === '') return 0;
  try {
    const [id, epoch, at] = JSON.parse(Buffer.from(text, 'base64').toString());
    if (id === folder.id && epoch === syncEpoch && typeof at === 'number') return at;
  } catch {
    // Not one of ours.
  }
  throw new EwsError('ErrorInvalidSyncStateData');
}
