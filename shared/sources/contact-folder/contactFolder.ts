import { fingerprint } from '../../domain/fingerprint.ts';
import type { SourceKind } from '../../ports/sourceKind.ts';
import type { Connections } from '../../settings/connections.ts';
import type { ContactFolderSettings } from '../../settings/contactFolderSource.ts';
import { browseFolders } from './browseFolders.ts';
import { parseCursor } from './cursor.ts';
import { openContactFolders } from './openContactFolders.ts';
import { testContactFolders } from './testContactFolders.ts';

/** Contact folders of one mailbox, of the app's own tenant or of another. */
export const contactFolder: SourceKind<ContactFolderSettings, Connections> = {
  identity: fingerprint,
  open: openContactFolders,
  watch: ({ connection }, cursor) => {
    const known = parseCursor(cursor);
    // In another tenant the app has no subscriptions: the schedule alone finds changes.
    if (!known || connection !== undefined || known.tenantId !== undefined) return { watched: [], everyChange: false };
    const { mailboxId, folders } = known;
    return { watched: folders.map(({ id }) => ({ kind: 'folder', mailboxId, folderId: id })), everyChange: true };
  },
  test: testContactFolders,
  browse: browseFolders,
};
