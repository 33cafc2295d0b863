import type { Clock } from './clock.ts';
import type { AppIdentity } from './connectionProbes.ts';
import type { StepResult } from './connectionStep.ts';
import type { ContactSource, SourceNeeds } from './contactSource.ts';
import type { OpenDatabase } from './database.ts';
import type { OpenExchangeServer } from './exchangeServer.ts';
import type { HostProbe } from './hostProbe.ts';
import type { ReadSecret } from './secrets.ts';
import type { Download, SourceFiles } from './sourceFiles.ts';
import type { Watched } from './subscriptions.ts';
import type { OpenTenant, TenantGraph } from './tenantGraph.ts';

/** What became of a file that was sent. `noFileOfOurs`: the source reads none of the app's storage. */
export type FileReplacement = 'replaced' | 'replacedMeanwhile' | 'noFileOfOurs';

/** A kind of source: what a list's settings of that kind mean (`settings/sources` parses them). */
export interface SourceKind<Settings, Connections> {
  /** Names what a snapshot was read from: another source means reading from the start. */
  identity(settings: Settings): string;
  open(settings: Settings, adapters: SourceAdapters<Connections>, needs: SourceNeeds): ContactSource;
  /** What Graph can notify of, by the cursor that a reading ended at; of a kind that Graph tells something of. */
  watch?(settings: Settings, cursor: string): Watching;
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
  /**
   * The contact folders that such a source could name, of a kind that has some.
   *
   * @throws SourceFailure
   */
  browse?(settings: Settings, adapters: SourceAdapters<Connections>, limits: BrowsingLimits): Promise<BrowsedFolders>;
  /**
   * The columns of what it reads, of a kind that reads some.
   *
   * @throws SourceFailure
   */
  columns?(settings: Settings, adapters: SourceAdapters<Connections>): Promise<readonly SourceColumn[]>;
  /**
   * Puts a file into the place of the one that the source reads, once all of it was read as the source would, of a kind
   * that reads files.
   *
   * @throws SourceFailure for a file that the source would not take; FileUnavailable
   */
  replaceFile?(settings: Settings, bytes: Uint8Array, adapters: SourceAdapters<Connections>): Promise<FileReplacement>;
}

export interface Watching {
  readonly watched: readonly Watched[];
  /** Whether no change of the source is left for the schedule to find. */
  readonly everyChange: boolean;
}

export interface SourceColumn {
  readonly name: string;
  /** The field, as `columns` names it; undefined where it is not used. */
  readonly fills: string | undefined;
  /** What it holds in the first rows, without those where it is empty. */
  readonly examples: readonly string[];
}

/** Rows of which columns show what they hold. */
export const exampleRows = 3;

export interface BrowsingLimits {
  readonly folders: number;
  readonly levels: number;
}

export interface BrowsedFolders {
  readonly folders: readonly BrowsedFolder[];
  /** False where there are more than the limits. */
  readonly complete: boolean;
}

export interface BrowsedFolder {
  readonly id: string;
  readonly name: string;
  /** As the settings name it. */
  readonly path: string;
  /** In the folder itself. */
  readonly contacts: number;
  readonly folders: readonly BrowsedFolder[];
}

/** What sources are read through. */
export interface SourceAdapters<Connections> extends TenantGraph {
  readonly clock: Clock;
  readonly openTenant: OpenTenant;
  readonly openExchangeServer: OpenExchangeServer;
  readonly probes: TenantGraph['probes'] & { readonly hosts: HostProbe };
  /** The ways to systems outside of the tenant's Graph, by name. */
  readonly connections: Connections;
  readonly readSecret: ReadSecret;
  readonly files: SourceFiles;
  readonly download: Download;
  readonly openDatabase: OpenDatabase;
}
