/** A file that a list reads. */
export type FileReading =
  /** It is what it was when it had the ETag. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly etag: string; readonly bytes: Uint8Array };

/** The files that admins put into the app's own storage. */
export interface SourceFiles {
  /**
   * @param etag of the file as it was read before
   * @throws FileUnavailable
   */
  read(name: string, etag: string | undefined): Promise<FileReading>;
  /** Replaces the file. @throws FileUnavailable */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** A file at an address of an allowed host. @throws FileUnavailable */
export type Download = (url: string, etag: string | undefined) => Promise<FileReading>;

/** A file is larger: it is not read to its end. */
export const mostFileBytes = 50 * 1024 * 1024;

/** A file that cannot be read now. `code` is the service's or the network's own word, and quotes nothing of the file. */
export class FileUnavailable extends Error {
  override readonly name = 'FileUnavailable';
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`The file could not be read (${code})`, options);
    this.code = code;
  }
}
