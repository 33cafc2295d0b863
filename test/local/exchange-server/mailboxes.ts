import { createHash, randomBytes } from 'node:crypto';

/** A contact as its fields have it in EWS; what is left out is not set. */
export interface StoredFields {
  /** By the name of the element in `t:Contact`, such as `DisplayName` and `CompanyName`; `Body` too. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly title?: string;
  readonly phones?: Readonly<Record<string, string>>;
  readonly emails?: readonly StoredEmail[];
  /** By `Business`, `Home`, `Other`: `Street`, `City`, `State`, `CountryOrRegion`, `PostalCode`. */
  readonly addresses?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly imAddresses?: readonly string[];
  readonly categories?: readonly string[];
  readonly children?: readonly string[];
  /** Strings by property id in PSETID_Address. */
  readonly properties?: Readonly<Record<number, string>>;
}

export interface StoredEmail {
  readonly address: string;
  readonly name?: string;
  readonly routingType?: string;
}

export interface StoredItem {
  readonly id: string;
  changeKey: string;
  readonly created: string;
  /** `t:DistributionList` otherwise. */
  readonly itemClass: string;
  fields: StoredFields;
  /** Number of its last change in the folder. */
  changedAt: number;
  readonly createdAt: number;
}

export interface StoredFolder {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly displayName: string;
  readonly folderClass: string;
  /** Of a public folder the GUID of the mailbox that holds its contents. */
  readonly contentMailbox: string | undefined;
  readonly isPublic: boolean;
  readonly items: Map<string, StoredItem>;
  readonly removed: Map<string, number>;
  changes: number;
}

/** Where the routing headers have to lead for public folders (Microsoft: Routing public folder requests). */
export const hierarchyMailbox = 'PublicFolders1@contoso.example';
const hierarchyGuid = '6f4b2c1a-90d1-4c5e-8a77-0f1e2d3c4b5a';
export const hierarchyServer = `${hierarchyGuid}@contoso.example`;
const contentMailboxes: Readonly<Record<string, string>> = {
  [hierarchyGuid]: hierarchyMailbox,
  'b1c9d3e5-1234-4a5b-9c8d-7e6f5a4b3c2d': 'PublicFolders2@contoso.example',
};
const secondGuid = 'b1c9d3e5-1234-4a5b-9c8d-7e6f5a4b3c2d';

export type Mailboxes = ReturnType<typeof createMailboxes>;

/** What an organisation has on its server: mailboxes with contact folders, and public folders. */
export function createMailboxes() {
  const folders = new Map<string, StoredFolder>();
  /** Ids of the well-known folders, by address and name. */
  const wellKnown = new Map<string, string>();
  const publicRoot = addFolder(undefined, '', 'IPF.Note', { isPublic: true });
  wellKnown.set('publicfoldersroot', publicRoot.id);
  let items = 0;

  return {
    folders,
    publicRoot: publicRoot.id,
    contentAddress: (guid: string) => contentMailboxes[guid.toLowerCase()],
    addMailbox(address: string): { readonly root: string; readonly contacts: string } {
      const top = addFolder(undefined, '', '');
      const root = addFolder(top.id, 'Top of Information Store', '');
      const contacts = addFolder(root.id, 'Kontakte', 'IPF.Contact');
      addFolder(root.id, 'Posteingang', 'IPF.Note');
      wellKnown.set(`${address.toLowerCase()} root`, top.id);
      wellKnown.set(`${address.toLowerCase()} msgfolderroot`, root.id);
      wellKnown.set(`${address.toLowerCase()} contacts`, contacts.id);
      return { root: root.id, contacts: contacts.id };
    },
    hasMailbox: (address: string) => wellKnown.has(`${address.toLowerCase()} msgfolderroot`),
    findWellKnown: (name: string, address: string) =>
      folders.get(wellKnown.get(name) ?? wellKnown.get(`${address.toLowerCase()} ${name}`) ?? ''),
    addFolder: (parentId: string, name: string, folderClass = 'IPF.Contact') => {
      const isPublic = folders.get(parentId)?.isPublic ?? false;
      return addFolder(parentId, name, folderClass, { isPublic, contentMailbox: isPublic ? secondGuid : undefined }).id;
    },
    removeFolder: (id: string) => folders.delete(id),
    childrenOf: (id: string) => [...folders.values()].filter(({ parentId }) => parentId === id),
    addContact(folderId: string, fields: StoredFields, itemClass = 'IPM.Contact'): string {
      const folder = folderOf(folderId);
      items += 1;
      folder.changes += 1;
      const id = newId(`item ${items}`);
      const created = new Date(1_700_000_000_000 + items * 1000).toISOString().replace('.000Z', 'Z');
      const changedAt = folder.changes;
      folder.items.set(id, { id, changeKey: newKey(), created, itemClass, fields, changedAt, createdAt: changedAt });
      return id;
    },
    changeContact(folderId: string, id: string, fields: StoredFields): void {
      const folder = folderOf(folderId);
      const item = folder.items.get(id);
      if (!item) throw new Error('There is no such contact');
      folder.changes += 1;
      Object.assign(item, { fields: { ...item.fields, ...fields }, changeKey: newKey(), changedAt: folder.changes });
    },
    removeContact(folderId: string, id: string): void {
      const folder = folderOf(folderId);
      folder.changes += 1;
      folder.items.delete(id);
      folder.removed.set(id, folder.changes);
    },
  };

  function folderOf(id: string): StoredFolder {
    const folder = folders.get(id);
    if (!folder) throw new Error('There is no such folder');
    return folder;
  }

  function addFolder(
    parentId: string | undefined,
    displayName: string,
    folderClass: string,
    options: Partial<Pick<StoredFolder, 'contentMailbox' | 'isPublic'>> = {},
  ): StoredFolder {
    const folder: StoredFolder = {
      id: newId(`folder ${folders.size} ${randomBytes(4).toString('hex')}`),
      parentId,
      displayName,
      folderClass,
      contentMailbox: options.contentMailbox,
      isPublic: options.isPublic ?? false,
      items: new Map(),
      removed: new Map(),
      changes: 0,
    };
    folders.set(folder.id, folder);
    return folder;
  }
}

/** As long as those of Exchange, whose first half is the same for all of a mailbox. */
function newId(seed: string): string {
  const own = createHash('sha256').update(seed).digest();
  return Buffer.concat([Buffer.from('\0\0\x26\0'), Buffer.alloc(70, 'contoso mailbox'), own]).toString('base64');
}

function newKey(): string {
  return Buffer.concat([Buffer.from('EQAAABYAAA', 'base64'), randomBytes(20)]).toString('base64');
}
