import type { Contact } from '../domain/contact.ts';
import type { RequestCounts } from './contactMailbox.ts';

/** How an Exchange server on premises is reached, as `CONNECTIONS` names it. */
export interface ExchangeConnection {
  /** https address of EWS. */
  readonly url: string;
  readonly user: string;
  /** Name of the secret that holds the password. */
  readonly passwordSecret: string;
  /** Name of the secret that holds the certificates (PEM) of the authority that signs the server's. */
  readonly caSecret?: string | undefined;
  /** Any certificate will do: whoever stands in between reads password and contacts. */
  readonly allowUntrusted: boolean;
}

export type OpenExchangeServer = (connection: ExchangeConnection) => ExchangeServer;

/** Exchange on premises by EWS, read as an ordinary user. All methods reject with `ExchangeFailure`. */
export interface ExchangeServer {
  counts(): RequestCounts;
  /** Folders of any class directly below one. */
  childFolders(parent: FolderReference, route: ExchangeRoute): Promise<readonly ExchangeFolder[]>;
  getFolder(folder: FolderReference, route: ExchangeRoute): Promise<ExchangeFolder>;
  /** Contacts of a mailbox's folder that came, changed or went since the state; all without one. One page. */
  syncItems(folderId: string, state: string | undefined, route: ExchangeRoute): Promise<ItemChanges>;
  /** A page of the contacts of a folder, by the time they were made. */
  listItems(folderId: string, offset: number, route: ExchangeRoute): Promise<ItemPage>;
  /** Whole contacts, at most `mostContactsAtOnce`; of each what came of it, in the order of the ids. */
  getContacts(ids: readonly string[], route: ExchangeRoute): Promise<readonly ContactAnswer[]>;
  /** Where the hierarchy of public folders is that the user of this mailbox sees; undefined where there is none. */
  findHierarchyRoute(mailbox: string): Promise<ExchangeRoute | undefined>;
  /** Where the contents of a public folder are. */
  findContentRoute(contentMailbox: string, mailbox: string): Promise<ExchangeRoute>;
}

export const mostContactsAtOnce = 100;

/** Headers by which Exchange sends a request on to the right mailbox. */
export interface ExchangeRoute {
  readonly anchorMailbox: string;
  readonly publicFolderMailbox?: string | undefined;
}

export type FolderReference =
  | { readonly id: string }
  | { readonly root: 'contacts' | 'msgfolderroot'; readonly mailbox: string }
  | { readonly root: 'publicfoldersroot' };

export interface ExchangeFolder {
  readonly id: string;
  readonly displayName: string;
  /** Such as `IPF.Contact`; empty where the folder has none. */
  readonly folderClass: string;
  readonly items: number;
  readonly childFolders: number;
  /** Of a public folder the GUID of the mailbox that holds its contents. */
  readonly contentMailbox?: string | undefined;
}

/** An item, and what of it changes with each change. */
export interface ItemReference {
  readonly id: string;
  readonly changeKey: string;
}

export interface ItemChanges {
  readonly changed: readonly ItemReference[];
  readonly removed: readonly string[];
  readonly state: string;
  /** There is no further page. */
  readonly complete: boolean;
}

export interface ItemPage {
  readonly items: readonly ItemReference[];
  /** Undefined at the last page. */
  readonly nextOffset: number | undefined;
}

export type ContactAnswer =
  | {
      readonly contact: Contact;
      /** Telex, ISDN and the like, which a contact of Outlook has no field for. */
      readonly phonesLeftOut: number;
    }
  | { readonly failure: ExchangeFailure };

export type ExchangeFailureKind =
  /** The key vault does not give the password or the certificate. */
  | 'noSecret'
  /** 401: user or password, or Basic is off. */
  | 'signInRefused'
  | 'accessDenied'
  | 'noMailbox'
  | 'notFound'
  /** Exchange asks to wait for longer than we do. */
  | 'busy'
  | 'untrustedCertificate'
  | 'unreachable'
  | 'syncStateDead'
  /** Cut, or no answer of EWS. */
  | 'unreadable'
  | 'refused';

/** What Exchange or the way to it answered instead. Holds codes alone, never a text of the server's. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  readonly kind: ExchangeFailureKind;
  readonly code: string;

  constructor(kind: ExchangeFailureKind, code: string, options?: ErrorOptions) {
    super(`Exchange: ${code}`, options);
    this.kind = kind;
    this.code = code;
  }
}
