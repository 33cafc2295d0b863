/** HTTPS, and bearer tokens alone: the account's key is known to nobody. Names of PEM files. */
export interface IdentityOnly {
  readonly accountName: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/**
 * What the worker that runs Azurite is given. `tableOperations` holds one shared Int32: requests to the table endpoint.
 */
export interface AzuriteWorkerData {
  readonly ports: { readonly blob: number; readonly queue: number; readonly table: number };
  readonly directory: string | undefined;
  readonly identity: IdentityOnly | undefined;
  readonly tableOperations: SharedArrayBuffer;
}

/** What the worker reports; addresses are origins. */
export type AzuriteWorkerReport =
  | { readonly kind: 'ready'; readonly blob: string; readonly queue: string; readonly table: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly code: string | undefined;
      readonly port: number | undefined;
    }
  | { readonly kind: 'closed' };
