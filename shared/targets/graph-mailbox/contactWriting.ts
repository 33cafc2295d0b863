import type { ZodType } from 'zod';
import { sizeInBatch } from '../../domain/photo.ts';
import { type BatchRequest, mostRequests, type SendBatch } from '../../graph/batch.ts';
import type { GraphAnswer } from '../../graph/client.ts';
import { queryOf, stampedRow, toFound } from '../../graph/contactReading.ts';
import { writeExtendedFields } from '../../graph/extendedFields.ts';
import { fieldsOf, graphContactSchema, readContact, writeContact } from '../../graph/graphContact.ts';
import { batchUrl, type Query } from '../../graph/links.ts';
import type { RequestScope } from '../../graph/requests.ts';
import { writeNoStamp, writePatchedStamp, writeStamp } from '../../graph/stamps.ts';
import {
  type ContactMailbox,
  type ContactWrite,
  GraphFailure,
  type PhotoOutcome,
  type PhotoWrite,
  type WriteOutcome,
} from '../../ports/contactMailbox.ts';
import type { PhotoReading } from '../../ports/photos.ts';
import { outcomeOf, outcomeOfFailedBatch } from './writeOutcome.ts';

const contactCategories = graphContactSchema.pick({ categories: true });

export function createContactWriting(
  { client }: RequestScope,
  mailboxId: string,
  sendBatch: SendBatch,
): Pick<ContactMailbox, 'write' | 'writePhotos' | 'photoBytesSent' | 'readPhotos' | 'readCategories' | 'readContacts'> {
  let photoBytes = 0;
  return {
    write: writes =>
      exchange(
        writes.map(write => requestOf(write, mailboxId)),
        (answer, index) => outcomeOf(writes[index] ?? { kind: 'patch' }, answer, client.clock.now(), client.random),
      ),
    async writePhotos(photos) {
      const requests = photos.map(photo => photoRequest(photo, mailboxId));
      const outcomes = (await exchange(requests, readPhotoOutcome)).map(asPhotoOutcome);
      photoBytes += sizeInBatch(photos.filter((_, index) => outcomes[index]?.kind !== 'notTried'));
      return outcomes;
    },
    photoBytesSent: () => photoBytes,
    async readPhotos(contactIds) {
      const found: PhotoReading[] = [];
      while (found.length < contactIds.length) {
        const left = contactIds.slice(found.length);
        const requests = left.map(id => ({ method: 'GET' as const, url: photoUrl(mailboxId, id) }));
        const readings = await exchange(requests, readPhoto);
        const unsent = readings.findIndex(({ kind }, index) => index > 0 && kind === 'notTried');
        const answered = unsent === -1 ? readings : readings.slice(0, unsent);
        found.push(...answered.map(asPhotoReading));
      }
      return found;
    },
    readCategories: contactIds =>
      exchange(
        contactIds.map(id => ({ method: 'GET', url: contactUrl(mailboxId, id, { $select: 'categories' }) })),
        readCategories,
      ),
    readContacts: (contactIds, fields) =>
      exchange(
        contactIds.map(id => ({ method: 'GET', url: contactUrl(mailboxId, id, queryOf(fields)) })),
        answer => readAnswer(answer, stampedRow, row => toFound(row, fields)),
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

  function readPhotoOutcome(answer: GraphAnswer): PhotoOutcome | WriteOutcome {
    if (answer.status >= 200 && answer.status < 300) return { kind: 'written' };
    return outcomeOf({ kind: 'patch' }, answer, client.clock.now(), client.random);
  }

  function readPhoto(answer: GraphAnswer): PhotoReading | WriteOutcome {
    const { status, body } = answer;
    if (status === 200 && typeof body === 'string') return { kind: 'read', bytes: Buffer.from(body, 'base64') };
    return outcomeOf({ kind: 'patch' }, answer, client.clock.now(), client.random);
  }

  function readCategories(answer: GraphAnswer): readonly string[] | WriteOutcome {
    return readAnswer(answer, contactCategories, row => readContact(row).categories ?? []);
  }

  function readAnswer<Row, Found>(
    answer: GraphAnswer,
    schema: ZodType<Row>,
    found: (row: Row) => Found,
  ): Found | WriteOutcome {
    if (answer.status !== 200) return outcomeOf({ kind: 'patch' }, answer, client.clock.now(), client.random);
    const row = schema.safeParse(answer.body);
    return row.success ? found(row.data) : { kind: 'unknown', code: 'UnreadableAnswer' };
  }
}

/** Bytes travel in a batch as base64 (rules.md: Graph, Batches). */
function photoRequest({ contactId, bytes }: PhotoWrite, mailboxId: string): BatchRequest {
  const body = Buffer.from(bytes).toString('base64');
  return { method: 'PUT', url: photoUrl(mailboxId, contactId), body, contentType: 'image/jpeg' };
}

/** A contact's photo has one size and no route for others (rules.md: Graph, Contact photos). */
function photoUrl(mailboxId: string, contactId: string): string {
  return `${contactUrl(mailboxId, contactId)}/photo/$value`;
}

/** A contact without a photo is answered as one that is not there (rules.md: Graph, Contact photos). */
function asPhotoReading(reading: PhotoReading | WriteOutcome): PhotoReading {
  if (reading.kind === 'gone') return { kind: 'none' };
  return reading.kind === 'read' || reading.kind === 'none' ? reading : { kind: 'unread' };
}

/** No photo's write is answered with a contact. */
function asPhotoOutcome(outcome: PhotoOutcome | WriteOutcome): PhotoOutcome {
  return outcome.kind === 'done' || outcome.kind === 'deleted' ? { kind: 'written' } : outcome;
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
            ...writePatchedStamp(write),
            ...writeExtendedFields(write.contact, write.fields),
          ],
        },
      };
    case 'unstamp':
      return {
        method: 'PATCH',
        url: contactUrl(mailboxId, write.contactId),
        body: {
          ...writeContact(write.contact, write.fields),
          singleValueExtendedProperties: [...writeNoStamp(), ...writeExtendedFields(write.contact, write.fields)],
        },
      };
    case 'delete':
      return write.forGood
        ? { method: 'POST', url: purgeUrl(mailboxId, write.contactId), body: {} }
        : { method: 'DELETE', url: contactUrl(mailboxId, write.contactId) };
  }
}

/**
 * A batch is refused for a POST without a body, as Exchange's front end answers 411 to one outside of it (rules.md:
 * Graph, Permanent deletion).
 */
function purgeUrl(mailboxId: string, contactId: string): string {
  return batchUrl(['users', mailboxId, 'contacts', contactId, 'permanentDelete']);
}

function contactUrl(mailboxId: string, contactId: string, query: Query = {}): string {
  return batchUrl(['users', mailboxId, 'contacts', contactId], query);
}
