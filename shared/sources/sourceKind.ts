import type { Clock } from '../ports/clock.ts';
import type { ContactMailbox } from '../ports/contactMailbox.ts';
import type { ContactSource } from '../ports/contactSource.ts';
import type { Directory } from '../ports/directory.ts';

/** A kind of source: what a list's settings of that kind mean. */
export interface SourceKind<Settings> {
  identity(settings: Settings): string;
  open(settings: Settings, adapters: SourceAdapters): ContactSource;
}

/** What sources are read through. */
export interface SourceAdapters {
  readonly clock: Clock;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
}
