import type { FilePlace } from '../domain/sourceRefusal.ts';
import { SourceFailure } from './contactSource.ts';

/** A file that a list reads. */
export type FileReading =
  /** It is what it was when it had the ETag. */
  | { readonly kind: 'unchanged' }
  /** `account`: the storage account that does not have it. */
  | { readonly kind: 'missing'; readonly account?: string }
  | { readonly kind: 'read'; readonly etag: string; readonly bytes: Uint8Array };

/** The files that admins put into the app's own storage. */
export interface SourceFiles {
  /**
   * @param etag of the file as it was read before
   * @throws FileUnavailable
   */
  read(name: string, etag: string | undefined): Promise<FileReading>;
  /** Undefined where there is no such file. @throws FileUnavailable */
  findEtag(name: string): Promise<string | undefined>;
  /**
   * Puts a file into the place of the one that has the ETag, or where none was. False where it is another one by now,
   * and that stays.
   *
   * @throws FileUnavailable
   */
  replace(name: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean>;
  /** Those whose names begin so. @throws FileUnavailable */
  list(beginning: string): Promise<KeptFile[]>;
  /** False for one that was replaced since it was listed, and stays. @throws FileUnavailable */
  remove(file: KeptFile): Promise<boolean>;
}

export interface KeptFile {
  readonly name: string;
  /** Epoch milliseconds, of whole seconds. */
  readonly putAt: number;
  readonly etag: string;
}

/** A file at an address of an allowed host. @throws FileUnavailable */
export type Download = (url: string, etag: string | undefined) => Promise<FileReading>;

/** A file is larger: it is not read to its end. */
export const mostFileBytes = 50 * 1024 * 1024;

/** A file that was read and cannot be used: nothing of it is. The detail quotes nothing of it. */
export class FileRefused extends SourceFailure {
  readonly place: FilePlace;

  constructor(place: FilePlace, detail: string) {
    const column = place.column === undefined ? '' : `, column ${place.column}`;
    super([{ code: 'CsvRefused', detail: `Line ${place.line}${column}: ${detail}` }]);
    this.place = place;
  }
}

/** A file that cannot be read now. `code` is the service's or the network's own word, and quotes nothing of the file. */
export class FileUnavailable extends Error {
  override readonly name = 'FileUnavailable';
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`The file could not be read (${code})`, options);
    this.code = code;
  }
}
