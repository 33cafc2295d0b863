import { type ContactMailbox, type ContactWrite, GraphFailure, type WriteOutcome } from '../ports/contactMailbox.ts';
import { type BatchRequest, mostRequests, type SendBatch } from './batch.ts';
import type { GraphAnswer } from './client.ts';
import { writeExtendedFields } from './extendedFields.ts';
import { fieldsOf, graphContactSchema, readContact, writeContact } from './graphContact.ts';
import { batchUrl, type Query } from './links.ts';
import type { RequestScope } from './requests.ts';
import { writeNoStamp, writeStamp, writeStampVersion } from './stamps.ts';
import { outcomeOf, outcomeOfFailedBatch } from './writeOutcome.ts';

const contactCategories = graphContactSchema.pick({ categories: true });

export function createContactWriting(
  { client }: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): Pick<ContactMailbox, 'write' | 'readCategories'> {
  return {
    write: writes =>
      exchange(
        writes.map(write => requestOf(write, mailboxId)),
        (answer, index) => outcomeOf(writes[index] ?? { kind: 'patch' }, answer, client.clock.now(), client.random),
      ),
    readCategories: contactIds =>
      exchange(
        contactIds.map(id => ({ method: 'GET', url: contactUrl(mailboxId, id, { $select: 'categories' }) })),
        readCategories,
      ),
  };

  async function exchange<Outcome>(
    requests: readonly BatchRequest[],
    read: (answer: GraphAnswer, index: number) => Outcome,
  ): Promise<(Outcome | WriteOutcome)[]> {
    if (requests.length > mostRequests) throw new RangeError(`A batch holds ${mostRequests}, not ${requests.length}`);
    try {
      const answers = await sendBatch(requests);
      return answers.map((answer, index) => {
        if (answer === 'unsent') return { kind: 'notTried' };
        if (answer === 'unanswered') return { kind: 'unknown', code: 'NoAnswerInBatch' };
        return read(answer, index);
      });
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      return requests.map(() => outcomeOfFailedBatch(error, client.random));
    }
  }

  function readCategories(answer: GraphAnswer): readonly string[] | WriteOutcome {
    if (answer.status !== 200) return outcomeOf({ kind: 'patch' }, answer, client.clock.now(), client.random);
    const contact = contactCategories.safeParse(answer.body);
    if (!contact.success) return { kind: 'unknown', code: 'UnreadableAnswer' };
    return readContact(contact.data).categories ?? [];
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
          singleValueExtendedProperties: [
            ...writeStamp(write.stamp),
            ...writeExtendedFields(write.contact, fieldsOf(write.contact)),
          ],
        },
      };
    case 'patch':
      return {
        method: 'PATCH',
        url: contactUrl(mailboxId, write.contactId),
        body: {
          ...writeContact(write.contact, write.fields),
          singleValueExtendedProperties: [
            ...writeStampVersion(write.version),
            ...writeExtendedFields(write.contact, write.fields),
          ],
        },
      };
    case 'unstamp':
      return {
        method: 'PATCH',
        url: contactUrl(mailboxId, write.contactId),
        body: { singleValueExtendedProperties: writeNoStamp() },
      };
    case 'delete':
      return { method: 'DELETE', url: contactUrl(mailboxId, write.contactId) };
  }
}

function contactUrl(mailboxId: string, contactId: string, query: Query = {}): string {
  return batchUrl(['users', mailboxId, 'contacts', contactId], query);
}
