import type { ContactMailbox } from '../ports/contactMailbox.ts';
import { sendBatch } from './batch.ts';
import type { GraphClient } from './client.ts';
import { createContactReading } from './contactReading.ts';
import { createFolders } from './folders.ts';
import type { RequestScope } from './requests.ts';

/** The contact folders of a mailbox, by the user's object id. Nothing is sent before a method is called. */
export function openContactMailbox(client: GraphClient, mailboxId: string): ContactMailbox {
  const scope: RequestScope = { client, counts: { requests: 0, roundTrips: 0 }, resource: 'mailbox' };
  return {
    counts: scope.counts,
    ...createFolders(scope, mailboxId),
    ...createContactReading(scope, mailboxId),
    write: writes => sendBatch(scope, mailboxId, writes),
  };
}
