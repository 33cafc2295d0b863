import type { Clock } from './clock.ts';
import type { AppIdentity, GraphProbe } from './connectionProbes.ts';
import type { StepResult } from './connectionStep.ts';
import type { ContactMailbox } from './contactMailbox.ts';
import type { ContactSource } from './contactSource.ts';
import type { Directory } from './directory.ts';
import type { DirectoryReader } from './directoryReader.ts';
import type { FolderTree } from './folderTree.ts';
import type { ReadSecret } from './secrets.ts';

/** A kind of source: what a list's settings of that kind mean (`settings/sources` parses them). */
export interface SourceKind<Settings, Connections> {
  /** Names what a snapshot was read from: another source means reading from the start. */
  identity(settings: Settings): string;
  open(settings: Settings, adapters: SourceAdapters<Connections>): ContactSource;
  /**
   * Whether the app can read it, step by step, changing nothing.
   *
   * @param token the step that asked for a token for Graph, which steps of Graph come after
   */
  test(
    settings: Settings,
    token: StepResult<AppIdentity>,
    adapters: SourceAdapters<Connections>,
  ): Promise<readonly StepResult<unknown>[]>;
}

/** What sources are read through. */
export interface SourceAdapters<Connections> {
  readonly clock: Clock;
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  readonly openDirectoryReader: () => DirectoryReader;
  readonly openFolderTree: (mailboxId: string) => FolderTree;
  readonly probes: { readonly graph: GraphProbe };
  /** The ways to systems outside of the tenant's Graph, by name. */
  readonly connections: Connections;
  readonly readSecret: ReadSecret;
}
