import * as z from 'zod';
import type { SendBatch } from '../../graph/batch.ts';
import { readBatched } from '../../graph/batchedReading.ts';
import type { GraphAnswer } from '../../graph/client.ts';
import { extendedRow, stampedRow, toStamped, toWhereabouts, withStamp } from '../../graph/contactReading.ts';
import { expandExtended, readExtended } from '../../graph/extendedFields.ts';
import { failureOf } from '../../graph/failures.ts';
import { batchUrl } from '../../graph/links.ts';
import type { RequestScope } from '../../graph/requests.ts';
import { filterByStampKey } from '../../graph/stamps.ts';
import {
  type ContactMailbox,
  GraphFailure,
  type StampedContact,
  type Whereabouts,
} from '../../ports/contactMailbox.ts';

const foundRows = z.object({ value: z.array(stampedRow) });

/** Several contacts in one exchange: who looks for them has a mailbox waiting. */
export function createLookUps(
  scope: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): Pick<ContactMailbox, 'findAllStamped' | 'getContacts' | 'readExtended'> {
  const user = ['users', mailboxId];
  return {
    async findAllStamped(folderId, stampKeys) {
      const contacts = [...user, 'contactFolders', folderId, 'contacts'];
      const urls = stampKeys.map(key => batchUrl(contacts, { ...withStamp, $filter: filterByStampKey(key) }));
      const found = await readBatched(scope, sendBatch, urls, readFound);
      // Exchange may compare without case, but ids differ by case alone.
      return found.map((rows, index) => rows.filter(({ stamp }) => stamp.key === stampKeys[index]));
    },
    getContacts(contactIds) {
      const urls = contactIds.map(id => batchUrl([...user, 'contacts', id], withStamp));
      return readBatched(scope, sendBatch, urls, readWhereabouts);
    },
    readExtended(contactIds, properties) {
      const query = { $select: ['id'], $expand: expandExtended(properties) };
      const urls = contactIds.map(id => batchUrl([...user, 'contacts', id], query));
      return readBatched(scope, sendBatch, urls, answer => {
        const row = readRow(answer, extendedRow);
        return row instanceof GraphFailure || !row ? row : readExtended(row.singleValueExtendedProperties, properties);
      });
    },
  };

  function readWhereabouts(answer: GraphAnswer): Whereabouts | undefined | GraphFailure {
    const row = readRow(answer, stampedRow);
    return row instanceof GraphFailure || !row ? row : toWhereabouts(row);
  }

  function readRow<Row>(answer: GraphAnswer, schema: z.ZodType<Row>): Row | undefined | GraphFailure {
    if (answer.status !== 200) {
      const failure = failureOf(answer, scope.client.clock.now());
      return failure.kind === 'notFound' ? undefined : failure;
    }
    return schema.safeParse(answer.body).data ?? unreadable();
  }

  function readFound(answer: GraphAnswer): StampedContact[] | GraphFailure {
    if (answer.status !== 200) return failureOf(answer, scope.client.clock.now());
    const rows = foundRows.safeParse(answer.body);
    return rows.success ? rows.data.value.flatMap(row => toStamped(row, undefined)) : unreadable();
  }
}

function unreadable(): GraphFailure {
  return new GraphFailure('unavailable', { status: 200, code: 'UnreadableAnswer' });
}
