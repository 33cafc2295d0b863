import * as z from 'zod';
import { type ContactMailbox, GraphFailure, type StampedContact } from '../ports/contactMailbox.ts';
import type { SendBatch } from './batch.ts';
import { readBatched } from './batchedReading.ts';
import type { GraphAnswer } from './client.ts';
import { stampedRow, toStamped, withStamp } from './contactReading.ts';
import { failureOf } from './failures.ts';
import { batchUrl } from './links.ts';
import type { RequestScope } from './requests.ts';
import { filterByStampKey } from './stamps.ts';

const foundRows = z.object({ value: z.array(stampedRow) });

/** Several keys in one exchange: who looks for them has a mailbox waiting. */
export function createStampLookUp(
  scope: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): ContactMailbox['findAllStamped'] {
  return async (folderId, stampKeys) => {
    const contacts = ['users', mailboxId, 'contactFolders', folderId, 'contacts'];
    const urls = stampKeys.map(key => batchUrl(contacts, { ...withStamp, $filter: filterByStampKey(key) }));
    const found = await readBatched(scope, sendBatch, urls, readFound);
    // Exchange may compare without case, but ids differ by case alone.
    return found.map((rows, index) => rows.filter(({ stamp }) => stamp.key === stampKeys[index]));
  };

  function readFound(answer: GraphAnswer): StampedContact[] | GraphFailure {
    if (answer.status !== 200) return failureOf(answer, scope.client.clock.now());
    const rows = foundRows.safeParse(answer.body);
    if (!rows.success) return new GraphFailure('unavailable', { status: 200, code: 'UnreadableAnswer' });
    return rows.data.value.flatMap(row => toStamped(row, false));
  }
}
