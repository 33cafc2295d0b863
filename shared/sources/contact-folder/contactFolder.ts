import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { openContactFolders } from './openContactFolders.ts';
import { testContactFolders } from './testContactFolders.ts';

/** Contact folders of one mailbox of the tenant. */
export const contactFolder: SourceKind<ContactFolderSettings, unknown> = {
  identity: fingerprint,
  open: openContactFolders,
  test: testContactFolders,
};
