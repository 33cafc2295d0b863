import type { ReadContact } from '../../domain/sourceChanges.ts';
import type { ExchangeFailure } from '../../ports/exchangeServer.ts';
import type { CursorFolder } from './cursor.ts';

/** What was read of one folder. */
export interface FolderReading {
  readonly complete: boolean;
  readonly contacts: readonly ReadContact[];
  /** By contact key, those that are there and could not be read. */
  readonly unread: ReadonlyMap<string, ExchangeFailure>;
  readonly cursor: Pick<CursorFolder, 'sync' | 'items'>;
}

/** A folder with more contacts than can be read, or that changes all the time. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
  readonly code: 'SourceTooLarge' | 'SourceKeepsChanging' | 'SourceContactsUnreadable';

  constructor(code: UnreadableFolder['code'], detail: string) {
    super(detail);
    this.code = code;
  }
}
