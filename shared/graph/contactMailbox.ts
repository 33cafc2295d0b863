import type { ContactMailbox } from '../ports/contactMailbox.ts';
import { createBatches } from './batch.ts';
import type { GraphClient } from './client.ts';
import { createContactReading } from './contactReading.ts';
import { createContactWriting } from './contactWriting.ts';
import { createDeletedItemsLookUp } from './deletedItems.ts';
import { createFolders } from './folders.ts';
import { createLookUps } from './lookUps.ts';
import type { RequestScope } from './requests.ts';
import { createCompletion } from './wholeContacts.ts';

/** The contact folders of a mailbox, by the user's object id. Nothing is sent before a method is called. */
export function openContactMailbox(client: GraphClient, mailboxId: string): ContactMailbox {
  const scope: RequestScope = { client, counts: { requests: 0, roundTrips: 0 }, resource: 'mailbox' };
  const sendBatch = createBatches(scope);
  const folders = createFolders(scope, mailboxId);
  return {
    counts: scope.counts,
    ...folders,
    isInDeletedItems: createDeletedItemsLookUp(folders),
    ...createContactReading(scope, mailboxId, createCompletion(scope, mailboxId, sendBatch)),
    ...createLookUps(scope, mailboxId, sendBatch),
    ...createContactWriting(scope, mailboxId, sendBatch),
  };
}
