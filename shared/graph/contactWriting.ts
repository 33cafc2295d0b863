import { type ContactMailbox, type ContactWrite, GraphFailure, type WriteOutcome } from '../ports/contactMailbox.ts';
import { type BatchedAnswer, type BatchRequest, batchUrl, mostRequests, type SendBatch } from './batch.ts';
import { fieldsOf, writeContact } from './graphContact.ts';
import type { RequestScope } from './requests.ts';
import { writeStamp, writeStampVersion } from './stamps.ts';
import { outcomeOf, outcomeOfFailedBatch } from './writeOutcome.ts';

export function createContactWriting(
  { client }: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): Pick<ContactMailbox, 'write'> {
  return {
    async write(writes) {
      if (writes.length > mostRequests)
        throw new RangeError(`A batch holds ${mostRequests} writes, not ${writes.length}`);
      try {
        const answers = await sendBatch(writes.map(write => requestOf(write, mailboxId)));
        return writes.map((write, index) => readOutcome(write, answers[index] ?? 'unanswered'));
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        return writes.map(() => outcomeOfFailedBatch(error, client.random));
      }
    },
  };

  function readOutcome(write: ContactWrite, answer: BatchedAnswer): WriteOutcome {
    if (answer === 'unsent') return { kind: 'notTried' };
    if (answer === 'unanswered') return { kind: 'unknown', code: 'NoAnswerInBatch' };
    return outcomeOf(write, answer, client.clock.now(), client.random);
  }
}

function requestOf(write: ContactWrite, mailboxId: string): BatchRequest {
  switch (write.kind) {
    case 'create':
      return {
        method: 'POST',
        url: batchUrl(['users', mailboxId, 'contactFolders', write.folderId, 'contacts']),
        body: {
          ...writeContact(write.contact, fieldsOf(write.contact)),
          singleValueExtendedProperties: writeStamp(write.stamp),
        },
      };
    case 'patch':
      return {
        method: 'PATCH',
        url: batchUrl(['users', mailboxId, 'contacts', write.contactId]),
        body: {
          ...writeContact(write.contact, write.fields),
          singleValueExtendedProperties: writeStampVersion(write.version),
        },
      };
    case 'delete':
      return { method: 'DELETE', url: batchUrl(['users', mailboxId, 'contacts', write.contactId]) };
  }
}
