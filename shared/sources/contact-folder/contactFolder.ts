import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { folderNamesOf } from '../../settings/folderPath.ts';
import { openContactFolders } from './openContactFolders.ts';

/** Contact folders of one mailbox of the tenant. */
export const contactFolder: SourceKind<ContactList['source']> = {
  identity: fingerprint,
  places: ({ mailbox, folders }) => folders.map(path => ({ mailbox, folder: folderNamesOf(path) })),
  open: openContactFolders,
};
