import * as z from 'zod';
import type { ContactFolder } from '../ports/contactMailbox.ts';
import type { FolderTree } from '../ports/folderTree.ts';
import type { GraphClient } from './client.ts';
import { folderSchema, selectFolder } from './folders.ts';
import { graphPath } from './links.ts';
import { guardPages, openScope, type Page, read, readPage } from './requests.ts';

const listingPage = 100;
const counted = z.object({ '@odata.count': z.int() });

/** Graph gives a contact folder no count of its items, so a listing of one contact is asked for theirs. */
const countOnly = { $select: 'id', $top: 1, $count: true };

/** The contact folders of a mailbox, by the user's object id. */
export function openFolderTree(client: GraphClient, mailboxId: string): FolderTree {
  const scope = openScope(client, 'mailbox');
  const folders = ['users', mailboxId, 'contactFolders'];
  return {
    defaultFolder: () => read(scope, graphPath([...folders, 'contacts'], selectFolder), folderSchema),
    async childFolders(parentId, limit) {
      const collection = parentId === undefined ? folders : [...folders, parentId, 'childFolders'];
      const found: ContactFolder[] = [];
      let next: string | undefined = graphPath(collection, { ...selectFolder, $top: Math.min(limit, listingPage) });
      const guard = guardPages();
      while (next !== undefined && found.length < limit) {
        guard(next);
        const page: Page<ContactFolder> = await readPage(scope, next, folderSchema);
        found.push(...page.rows);
        next = page.next;
      }
      return found.slice(0, limit);
    },
    async countContacts(folderId) {
      const answer = await read(scope, graphPath([...folders, folderId, 'contacts'], countOnly), counted);
      return answer['@odata.count'];
    },
  };
}
