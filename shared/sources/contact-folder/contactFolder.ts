import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { openContactFolders } from './openContactFolders.ts';
import { testContactFolders } from './testContactFolders.ts';

/** Contact folders of one mailbox, of the app's own tenant or of another. */
export const contactFolder: SourceKind<ContactFolderSettings, Connections> = {
  identity: fingerprint,
  open: openContactFolders,
  test: testContactFolders,
};
