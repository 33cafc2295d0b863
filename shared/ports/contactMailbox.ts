import type { Contact, ContactField, ExtendedField } from '../domain/contact.ts';
import type { PhotoReading } from './photos.ts';

/** What the calls cost: `requests` counts a batch's inner requests, `roundTrips` counts HTTP exchanges. */
export interface RequestCounts {
  readonly requests: number;
  readonly roundTrips: number;
  /** Answers that asked to wait (429), a batch's inner ones counted one by one; left out while there was none. */
  readonly throttled?: number;
}

export interface ContactFolder {
  readonly id: string;
  readonly displayName: string;
  readonly parentFolderId: string;
}

export interface MarkedFolder extends ContactFolder {
  /** The id of the installation that the folder belongs to; undefined for one that none has marked. */
  readonly installation: string | undefined;
}

/** What lies in a folder. Its counts include what no list of contacts shows (rules.md: Graph, Counts). */
export interface FolderContent {
  /** At most those of one page. */
  readonly contacts: number;
  /** Personal contact groups, and items of other kinds. */
  readonly otherItems: number;
  readonly hasChildFolders: boolean;
}

/** A row of a delta round or a listing; `contact` is null for a tombstone. */
export interface SourceContact {
  readonly id: string;
  readonly contact: Contact | null;
  /** The same contact in the form of earlier versions, where that is another: what they stored is compared with it. */
  readonly formerly?: Contact | undefined;
}

export interface SourceChanges {
  readonly contacts: readonly SourceContact[];
  /** Path and query of the next delta round, without the origin. */
  readonly deltaLink: string;
}

/** The two extended properties that every contact of ours carries (rules.md: Stamp). */
export interface Stamp {
  /** `<list>:<source key>` */
  readonly key: string;
  readonly version: string;
}

export interface StampedContact {
  readonly id: string;
  readonly parentFolderId: string;
  readonly stamp: Stamp;
  /** Only where it was asked for. */
  readonly contact?: Contact;
}

/** What Graph v1.0 has no names for: Outlook's further fields, how private a contact is (2: private), and our stamp. */
export type ExtendedProperty = ExtendedField | 'sensitivity' | 'stampKey';
export type ExtendedValues = Readonly<Partial<Record<ExtendedProperty, string>>>;

/** Any contact, ours or the user's, as it is. */
export interface FoundContact {
  readonly id: string;
  readonly parentFolderId: string;
  readonly stamp: Partial<Stamp>;
  readonly contact: Contact;
}

/** Where a contact lies, whether it is one that a list wrote, and the version that its stamp names, if any. */
export interface Whereabouts {
  readonly parentFolderId: string;
  readonly stamped: boolean;
  readonly version?: string;
}

/** Where a contact lies: in the default folder, in another, or in Deleted Items or a folder in there. */
export const contactPlaces = ['defaultFolder', 'otherFolder', 'deletedItems'] as const;

/** Enough of a contact to know whose it is, ours or the user's. */
export interface PlacedContact {
  readonly folderId: string;
  readonly place: (typeof contactPlaces)[number];
  /** The key of our stamp. */
  readonly stampKey: string | undefined;
  readonly addresses: readonly string[];
}

/** `fields` names what is written; a named field that `contact` does not have is cleared. */
export type ContactWrite =
  | { readonly kind: 'create'; readonly folderId: string; readonly contact: Contact; readonly stamp: Stamp }
  | {
      readonly kind: 'patch';
      readonly contactId: string;
      readonly contact: Contact;
      readonly fields: readonly ContactField[];
      readonly version: string;
      /** Of a contact of the user's that gets our stamp; the key of one that we created stays as it is. */
      readonly key?: string;
    }
  /** Takes our stamp off: from then on the contact is the user's. */
  | {
      readonly kind: 'unstamp';
      readonly contactId: string;
      readonly contact: Contact;
      readonly fields: readonly ContactField[];
    }
  /**
   * To Deleted Items; or for good, where Exchange may still keep one with a birthday there (rules.md: Graph, Permanent
   * deletion).
   */
  | { readonly kind: 'delete'; readonly contactId: string; readonly forGood?: true };

/**
 * What became of one write. Only `gone` says that the contact is not there, also of a delete, which is done then.
 * `unknown`: there was no answer (time-out, 503, 504, cut connection), Graph may have done it or still be at it.
 * `serverError`: Graph answered that it failed (another 5xx), it may have done it and is not at it any more.
 * `notTried`: it certainly did not.
 */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly contactId: string; readonly parentFolderId: string }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'gone' }
  /** `detail`: the properties of a contact that Graph named, and nothing else of its text. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'throttled'; readonly retryAfter: number }
  | { readonly kind: 'notTried' }
  | { readonly kind: 'unknown'; readonly code: string; readonly retryAfter?: number }
  | { readonly kind: 'serverError'; readonly code: string }
  | { readonly kind: 'mailboxFailed'; readonly failure: GraphFailure };

export interface PhotoWrite {
  readonly contactId: string;
  /** A JPEG. */
  readonly bytes: Uint8Array;
}

/** What became of a photo's write: done, it is `written`. */
export type PhotoOutcome = { readonly kind: 'written' } | Exclude<WriteOutcome, { readonly kind: 'done' | 'deleted' }>;

/** The contact folders of one mailbox, source or target. Methods reject with `GraphFailure`. */
export interface ContactMailbox {
  counts(): RequestCounts;

  /**
   * Follows display names below the mailbox's root; undefined when one is missing. `contacts` at first is the default
   * folder, and so is the name that it has in the mailbox's language, unless a folder at the root has it too.
   */
  findFolder(path: readonly string[]): Promise<ContactFolder | undefined>;
  /** Every contact folder outside of Deleted Items, at any depth, and the default one. */
  listFolders(): Promise<ContactFolder[]>;
  /** By id, also a deleted one: look at `parentFolderId`. */
  getFolder(folderId: string): Promise<MarkedFolder | undefined>;
  /** Whether the folder lies in Deleted Items, at any depth. */
  isDeleted(folder: ContactFolder): Promise<boolean>;
  /** One of that name directly in Deleted Items. */
  findDeletedFolder(displayName: string): Promise<ContactFolder | undefined>;
  readFolderContent(folderId: string): Promise<FolderContent>;
  /** Marked in the same call. Rejects with kind `folderExists` when there is one of that name, perhaps hidden. */
  createFolder(displayName: string, installation: string): Promise<ContactFolder>;
  markFolder(folderId: string, installation: string): Promise<void>;
  renameFolder(folderId: string, displayName: string): Promise<void>;
  /** Exchange may refuse it, or answer that it was done and keep the folder (rules.md: Graph, Deleted folders). */
  deleteFolder(folderId: string): Promise<void>;

  /** One delta round over all its pages, from the start without a link. Rejects with `deltaTokenDead`, `notFound`, `overQuota`. */
  readChanges(folderId: string, deltaLink?: string): Promise<SourceChanges>;
  /** A plain listing, for a mailbox whose delta is refused. */
  listContacts(folderId: string): Promise<SourceContact[]>;
  /**
   * These properties of every contact of the folder, by id, in one listing: a delta round gives none (rules.md: Graph,
   * Delta and extended properties).
   */
  listExtended(folderId: string, properties: readonly ExtendedProperty[]): Promise<ReadonlyMap<string, ExtendedValues>>;
  /** The same of contacts by id, in `$batch`es, in the order of the ids; undefined of one that is not there. */
  readExtended(
    contactIds: readonly string[],
    properties: readonly ExtendedProperty[],
  ): Promise<(ExtendedValues | undefined)[]>;

  /**
   * At most 20 writes in one `$batch`; outcomes in the order of the writes, `notTried` for those that did not fit in.
   * Never rejects for what Graph answered.
   */
  write(writes: readonly ContactWrite[]): Promise<WriteOutcome[]>;
  /** The bytes of all photos that were sent so far, in base64. */
  photoBytesSent(): number;
  /**
   * At most 20 photos in one `$batch`; outcomes in their order, `notTried` for those that did not fit in. Never rejects
   * for what Graph answered.
   */
  writePhotos(photos: readonly PhotoWrite[]): Promise<PhotoOutcome[]>;
  /** The photos of at most 20 contacts, in `$batch`es. Never rejects for what Graph answered. */
  readPhotos(contactIds: readonly string[]): Promise<PhotoReading[]>;
  /**
   * The categories of at most 20 contacts, in one `$batch`; for one that cannot be read, what that says of a patch of it.
   * Never rejects for what Graph answered.
   */
  readCategories(contactIds: readonly string[]): Promise<(readonly string[] | WriteOutcome)[]>;
  /**
   * At most 20 contacts as they are, in one `$batch`; for one that cannot be read, what that says of a patch of it.
   * Never rejects for what Graph answered.
   *
   * @param fields gives the content, of extended fields these; here and below
   */
  readContacts(
    contactIds: readonly string[],
    fields: readonly ContactField[],
  ): Promise<(FoundContact | WriteOutcome)[]>;
  /** Every contact of the folder, with its content. */
  listAll(folderId: string, fields: readonly ContactField[]): Promise<FoundContact[]>;
  /**
   * Every contact of the folder that carries our stamp, of any list; keyed by id over repeated pages (rules.md:
   * Applying, 11).
   */
  listStamped(folderId: string, fields?: readonly ContactField[]): Promise<StampedContact[]>;
  /** Contacts of the folder with exactly this stamp key. */
  findStamped(folderId: string, stampKey: string, fields?: readonly ContactField[]): Promise<StampedContact[]>;
  /** The same for several keys, in `$batch`es; in the order of the keys. */
  findAllStamped(folderId: string, stampKeys: readonly string[]): Promise<StampedContact[][]>;
  /**
   * Every contact of the mailbox, in every contact folder and in Deleted Items with the folders in there. Of a folder of
   * several pages one that was moved meanwhile may come twice.
   */
  listEverywhere(): Promise<PlacedContact[]>;
  /** Where a contact is now, by id; undefined only where the failure is `notFound`. */
  getContact(
    contactId: string,
    fields?: readonly ContactField[],
  ): Promise<(Whereabouts & { contact?: Contact }) | undefined>;
  /** The same for several contacts, in `$batch`es; in the order of the ids. */
  getContacts(contactIds: readonly string[]): Promise<(Whereabouts | undefined)[]>;
  /** Whether the folder of that id is Deleted Items or lies in it, at any depth; looked up once for each. */
  isInDeletedItems(folderId: string): Promise<boolean>;
  /** The id of Deleted Items; looked up once. */
  deletedItemsId(): Promise<string>;
}

export type GraphFailureKind =
  /** The item, folder, user or group is not there, or the id is of another mailbox or none at all. */
  | 'notFound'
  | 'folderExists'
  /** The delta link cannot be used any more: read from the start. */
  | 'deltaTokenDead'
  | 'overQuota'
  /** No mailbox for this user, inactive, or on premises. */
  | 'noMailbox'
  /** Consent, RBAC scope or access policy. */
  | 'accessDenied'
  | 'mailboxMoving'
  | 'throttled'
  /** 5xx, time-out, cut connection: it may have been done. */
  | 'unavailable'
  /** Any other 4xx. */
  | 'refused';

/** A Graph call that did not succeed. The message holds Graph's code and never a contact's data. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';
  readonly kind: GraphFailureKind;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** Graph's error code. */
  readonly code: string;
  /** Milliseconds, when Graph named a time. */
  readonly retryAfter: number | undefined;
  /** An application access policy of Exchange keeps the app out; the code alone does not tell. */
  readonly byAccessPolicy: boolean;
  /** No token could be had: nothing was sent to Graph, and `code` is Entra's where it named one. */
  readonly withoutToken: boolean;

  constructor(
    kind: GraphFailureKind,
    details: {
      status: number;
      code: string;
      retryAfter?: number | undefined;
      byAccessPolicy?: boolean;
      withoutToken?: boolean;
      cause?: unknown;
    },
  ) {
    super(details.withoutToken ? `No token for Graph: ${details.code}` : describeAnswer(details), {
      cause: details.cause,
    });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
    this.retryAfter = details.retryAfter;
    this.byAccessPolicy = details.byAccessPolicy ?? false;
    this.withoutToken = details.withoutToken ?? false;
  }
}

function describeAnswer({ status, code }: { readonly status: number; readonly code: string }): string {
  return status === 0 ? `Graph did not answer: ${code}` : `Graph answered ${status} ${code}`;
}
