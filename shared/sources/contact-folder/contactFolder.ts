import { fingerprint } from '../../domain/fingerprint.ts';
import type { ContactList } from '../../settings/contactList.ts';
import type { SourceKind } from '../sourceKind.ts';
import { openContactFolders } from './openContactFolders.ts';

/** Contact folders of one mailbox of the tenant. */
export const contactFolder: SourceKind<ContactList['source']> = { identity: fingerprint, open: openContactFolders };
