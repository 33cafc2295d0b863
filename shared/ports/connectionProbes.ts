/** Who the app is to Graph, as far as its token tells. */
export interface AppIdentity {
  /** The client id. */
  readonly applicationId?: string | undefined;
  /** Of the service principal, which permissions are granted to. */
  readonly objectId?: string | undefined;
  /** Permissions that the whole tenant has consented to; those of Exchange's RBAC for Applications are not in a token. */
  readonly roles?: readonly string[] | undefined;
}

/** Questions to Graph that only a test of the connection asks. Nothing here changes a mailbox. */
export interface GraphProbe {
  /** A token that was not used before, so that it knows of a consent given meanwhile. Rejects with `ProbeFailure`. */
  getToken(): Promise<AppIdentity>;
  /** The first page of a delta round. Rejects with `GraphFailure`. */
  startDelta(mailboxId: string, folderId: string): Promise<void>;
  /**
   * Asks to change a contact that does not exist, and resolves with the code of an answer that only an app which may
   * write gets. Rejects with `GraphFailure`, also for an answer that says nothing about it.
   */
  tryWrite(mailboxId: string, folderId: string): Promise<string>;
}

/** Whether a service does what the app needs of it. Rejects with `ProbeFailure`. */
export type ServiceProbe = () => Promise<void>;

export type ProbeFailureKind =
  /** The service knows who asks, and refuses. */
  | 'denied'
  /** What is asked for is not there. */
  | 'missing'
  /** No answer, or none that the service would give. */
  | 'unreachable';

/** A service that does not do what the app needs. The message names its code and nothing of the request. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly kind: ProbeFailureKind;
  /** The service's or the network's own. */
  readonly code: string;

  constructor(kind: ProbeFailureKind, code: string, cause?: unknown) {
    super(`It answered ${code}`, { cause });
    this.kind = kind;
    this.code = code;
  }
}
