import type { FolderReference } from '../ports/exchangeServer.ts';
import { escapeXml } from './xml.ts';

/** The most that EWS takes. */
const mostChanges = 512;
/** The default throttling policy lets a `FindItem` give so many. */
const mostListed = 1000;

/** PSETID_Address, by property id: all saved without a zone or as texts (MS-OXOCNTC). */
export const contactProperties = {
  birthdayLocal: { id: 0x80de, type: 'SystemTime' },
  anniversaryLocal: { id: 0x80df, type: 'SystemTime' },
  userField1: { id: 0x804f, type: 'String' },
  userField2: { id: 0x8050, type: 'String' },
  userField3: { id: 0x8051, type: 'String' },
  userField4: { id: 0x8052, type: 'String' },
  yomiCompany: { id: 0x802e, type: 'String' },
  email1Original: { id: 0x8084, type: 'String' },
  email2Original: { id: 0x8094, type: 'String' },
  email3Original: { id: 0x80a4, type: 'String' },
} as const;

/** PR_REPLICA_LIST: which mailbox holds the contents of a public folder. */
export const replicaList = '0x6698';

const contactFieldUris = [
  'item:Body',
  'item:Categories',
  'item:Sensitivity',
  ...[
    'AssistantName',
    'Birthday',
    'BusinessHomePage',
    'Children',
    'CompanyName',
    'CompleteName',
    'Department',
    'DisplayName',
    'EmailAddresses',
    'FileAs',
    'Generation',
    'GivenName',
    'ImAddresses',
    'Initials',
    'JobTitle',
    'Manager',
    'MiddleName',
    'Nickname',
    'OfficeLocation',
    'PhoneNumbers',
    'PhysicalAddresses',
    'Profession',
    'SpouseName',
    'Surname',
    'WeddingAnniversary',
  ].map(name => `contacts:${name}`),
];

export function findFolderRequest(parent: FolderReference, offset: number): string {
  return envelope(`<m:FindFolder Traversal="Shallow">${folderShape}
<m:IndexedPageFolderView MaxEntriesReturned="${mostListed}" Offset="${offset}" BasePoint="Beginning"/>
<m:ParentFolderIds>${folderId(parent)}</m:ParentFolderIds></m:FindFolder>`);
}

export function getFolderRequest(folder: FolderReference): string {
  return envelope(`<m:GetFolder>${folderShape}<m:FolderIds>${folderId(folder)}</m:FolderIds></m:GetFolder>`);
}

export function syncItemsRequest(id: string, state: string | undefined): string {
  const known = state === undefined ? '' : `<m:SyncState>${escapeXml(state)}</m:SyncState>`;
  return envelope(`<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
<m:SyncFolderId>${folderId({ id })}</m:SyncFolderId>${known}
<m:MaxChangesReturned>${mostChanges}</m:MaxChangesReturned></m:SyncFolderItems>`);
}

/** Ids and change keys alone: of longer texts `FindItem` gives 255 characters without a mark (Microsoft's FindItem page). */
export function findItemRequest(id: string, offset: number): string {
  return envelope(`<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
<m:IndexedPageItemView MaxEntriesReturned="${mostListed}" Offset="${offset}" BasePoint="Beginning"/>
<m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:ItemClass"/>
<t:Constant Value="IPM.Contact"/></t:Contains></m:Restriction>
<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder>
<m:ParentFolderIds>${folderId({ id })}</m:ParentFolderIds></m:FindItem>`);
}

export function getItemRequest(ids: readonly string[]): string {
  const fields = contactFieldUris.map(uri => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const properties = Object.values(contactProperties)
    .map(
      ({ id, type }) =>
        `<t:ExtendedFieldURI DistinguishedPropertySetId="Address" PropertyId="${id}" PropertyType="${type}"/>`,
    )
    .join('');
  const items = ids.map(id => `<t:ItemId Id="${escapeXml(id)}"/>`).join('');
  return envelope(`<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType>
<t:AdditionalProperties>${fields}${properties}</t:AdditionalProperties></m:ItemShape><m:ItemIds>${items}</m:ItemIds></m:GetItem>`);
}

/** Of Autodiscover, whose answers say where public folders are (rules.md: Other services, Public folders). */
export function userSettingsRequest(address: string, url: string, settings: readonly string[]): string {
  const asked = settings.map(name => `<a:Setting>${name}</a:Setting>`).join('');
  const action = 'http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings';
  return `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"
 xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header><a:RequestedServerVersion>Exchange2013_SP1</a:RequestedServerVersion>
<wsa:Action>${action}</wsa:Action><wsa:To>${escapeXml(url)}</wsa:To></soap:Header>
<soap:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>${escapeXml(address)}</a:Mailbox></a:User></a:Users>
<a:RequestedSettings>${asked}</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>`;
}

const folderShape = `<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${[
  'DisplayName',
  'FolderClass',
  'TotalCount',
  'ChildFolderCount',
]
  .map(name => `<t:FieldURI FieldURI="folder:${name}"/>`)
  .join(
    '',
  )}<t:ExtendedFieldURI PropertyTag="${replicaList}" PropertyType="Binary"/></t:AdditionalProperties></m:FolderShape>`;

function folderId(folder: FolderReference): string {
  if ('id' in folder) return `<t:FolderId Id="${escapeXml(folder.id)}"/>`;
  if (folder.root === 'publicfoldersroot') return `<t:DistinguishedFolderId Id="${folder.root}"/>`;
  const mailbox = `<t:Mailbox><t:EmailAddress>${escapeXml(folder.mailbox)}</t:EmailAddress></t:Mailbox>`;
  return `<t:DistinguishedFolderId Id="${folder.root}">${mailbox}</t:DistinguishedFolderId>`;
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><soap:Header><t:RequestServerVersion Version="Exchange2013_SP1"/></soap:Header>
<soap:Body>${body}</soap:Body></soap:Envelope>`;
}
