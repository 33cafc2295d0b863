import { createBatches } from '../../graph/batch.ts';
import type { GraphClient } from '../../graph/client.ts';
import { createContactReading } from '../../graph/contactReading.ts';
import { createFolders } from '../../graph/folders.ts';
import { openScope } from '../../graph/requests.ts';
import { createCompletion } from '../../graph/wholeContacts.ts';
import type { ContactMailbox } from '../../ports/contactMailbox.ts';
import { createContactWriting } from './contactWriting.ts';
import { createDeletedItemsLookUp } from './deletedItems.ts';
import { createListingEverywhere } from './listEverywhere.ts';
import { createLookUps } from './lookUps.ts';

/** The contact folders of a mailbox, by the user's object id. Nothing is sent before a method is called. */
export function openContactMailbox(client: GraphClient, mailboxId: string): ContactMailbox {
  const scope = openScope(client, 'mailbox');
  const sendBatch = createBatches(scope);
  const folders = createFolders(scope, mailboxId);
  return {
    counts: scope.meter.read,
    ...folders,
    isInDeletedItems: createDeletedItemsLookUp(folders),
    ...createContactReading(scope, mailboxId, createCompletion(scope, mailboxId, sendBatch)),
    ...createLookUps(scope, mailboxId, sendBatch),
    listEverywhere: createListingEverywhere(scope, mailboxId, sendBatch),
    ...createContactWriting(scope, mailboxId, sendBatch),
  };
}
