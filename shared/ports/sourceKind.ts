import type { Clock } from './clock.ts';
import type { ContactMailbox } from './contactMailbox.ts';
import type { ContactSource } from './contactSource.ts';
import type { Directory } from './directory.ts';

/** A kind of source: what a list's settings of that kind mean. */
export interface SourceKind<Settings> {
  /** Names what a snapshot was read from: another source means reading from the start. */
  identity(settings: Settings): string;
  /** What it reads of mailboxes of the tenant: a list that writes there would feed itself. */
  places(settings: Settings): readonly Place[];
  open(settings: Settings, adapters: SourceAdapters): ContactSource;
}

/** A contact folder. */
export interface Place {
  /** Address or object id. */
  readonly mailbox: string;
  /** The folder's name and those of the folders above it, from the mailbox's root on. */
  readonly folder: readonly string[];
}

/** What sources are read through. */
export interface SourceAdapters {
  readonly clock: Clock;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
}
