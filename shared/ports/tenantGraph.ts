import type { GraphProbe } from './connectionProbes.ts';
import type { ContactMailbox } from './contactMailbox.ts';
import type { Directory } from './directory.ts';
import type { DirectoryReader } from './directoryReader.ts';
import type { FolderTree } from './folderTree.ts';

/** The Graph of one tenant, as sources read it. */
export interface TenantGraph {
  /** By the user's object id or user principal name. */
  readonly openMailbox: (mailboxId: string) => ContactMailbox;
  readonly openDirectory: () => Directory;
  readonly openDirectoryReader: () => DirectoryReader;
  readonly openFolderTree: (mailboxId: string) => FolderTree;
  readonly probes: { readonly graph: GraphProbe };
}

/** A tenant, and the app registration that the app is there. */
export interface TenantConnection {
  readonly tenantId: string;
  readonly clientId: string;
}

/** The Graph of another tenant; the same for whoever names the same connection. */
export type OpenTenant = (connection: TenantConnection) => TenantGraph;
