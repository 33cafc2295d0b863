/** The photos of all lists, each once, by the hash of its content. */
export interface PhotoStore {
  /** Also of one that is there, which counts as new from then on. @throws FileUnavailable */
  put(hash: string, bytes: Uint8Array): Promise<void>;
  /** Undefined where there is none of that hash. @throws FileUnavailable */
  read(hash: string): Promise<Uint8Array | undefined>;
  /** @throws FileUnavailable */
  list(): Promise<KeptPhoto[]>;
  /** False for one that was put again since it was listed, and stays. @throws FileUnavailable */
  remove(photo: KeptPhoto): Promise<boolean>;
}

export interface KeptPhoto {
  readonly hash: string;
  /** Epoch milliseconds, of whole seconds. */
  readonly putAt: number;
  /** Of the last time that it was put. */
  readonly etag: string;
}

/** Whose photo is asked for. */
export interface PhotoQuestion {
  readonly id: string;
  /** Of the photo as it is known. */
  readonly etag: string | undefined;
}

/** A photo as it was read. `same`: the etag is as it is known. `unread`: there may be one. */
export type PhotoReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly etag?: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'same' }
  | { readonly kind: 'unread' };
