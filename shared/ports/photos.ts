/** The photos of all lists, each once, by the hash of its content. */
export interface PhotoStore {
  /** Bytes of a hash never change: one that is there stays as it is. @throws FileUnavailable */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  /** Undefined where there is none of that hash. @throws FileUnavailable */
  read(hash: string): Promise<Uint8Array | undefined>;
}

/** A photo as it was read. `unread`: there may be one. */
export type PhotoReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'none' }
  | { readonly kind: 'unread' };
