import * as z from 'zod';
import { GraphFailure } from '../ports/contactMailbox.ts';
import type { PhotoQuestion, PhotoReading } from '../ports/photos.ts';
import type { SendBatch } from './batch.ts';
import { readBatched } from './batchedReading.ts';
import type { GraphAnswer } from './client.ts';
import { failureOf } from './failures.ts';
import { batchUrl } from './links.ts';
import type { RequestScope } from './requests.ts';

/** Pixels of the rendition that Graph offers of whatever was uploaded. */
const wantedEdge = 240;

const photoEntity = z.object({
  '@odata.mediaContentType': z.string().nullish().catch(undefined),
  '@odata.mediaEtag': z.string().nullish().catch(undefined),
  width: z.number().nullish().catch(undefined),
});

/** A photo that has to be fetched. */
interface NewPhoto {
  readonly id: string;
  readonly etag: string | undefined;
  readonly isLarge: boolean;
}

/**
 * Photos of users: for each the etag, and where that is another than the one that is known, the picture. Never rejects
 * for what Graph answered.
 */
export async function readUserPhotos(
  scope: RequestScope,
  sendBatch: SendBatch,
  questions: readonly PhotoQuestion[],
): Promise<PhotoReading[]> {
  try {
    const heads = await read(
      questions.map(({ id }) => batchUrl(['users', id, 'photo'])),
      (answer, index) => readHead(answer, questions[index] ?? { id: '', etag: undefined }),
    );
    const fetched = await fetchAll(heads.filter(head => 'isLarge' in head));
    return heads.map(head => ('isLarge' in head ? (fetched.get(head.id) ?? unread) : head));
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    return questions.map(() => unread);
  }

  /** A size of its own may be missing (rules.md: Graph, User photos): then the photo as it was uploaded. */
  async function fetchAll(photos: readonly NewPhoto[]): Promise<ReadonlyMap<string, PhotoReading>> {
    const size = `${wantedEdge}x${wantedEdge}`;
    const large = photos.filter(({ isLarge }) => isLarge);
    const sized = await read(
      large.map(({ id }) => `${batchUrl(['users', id, 'photos', size])}/$value`),
      readBytes,
    );
    const others = photos.filter(photo => !photo.isLarge || sized[large.indexOf(photo)]?.kind === 'none');
    const whole = await read(
      others.map(({ id }) => `${batchUrl(['users', id, 'photo'])}/$value`),
      readBytes,
    );
    const found = [
      ...large.map((photo, index) => [photo, sized[index]] as const),
      ...others.map((photo, index) => [photo, whole[index]] as const),
    ];
    return new Map(found.map(([photo, reading]) => [photo.id, withEtag(reading ?? unread, photo)]));
  }

  async function read<Result>(
    urls: readonly string[],
    readOne: (answer: GraphAnswer, index: number) => Result,
  ): Promise<Result[]> {
    const answers = await readBatched(scope, sendBatch, urls, answer =>
      answer.status === 429 ? failureOf(answer, scope.client.clock.now(), 'directory') : answer,
    );
    return answers.map(readOne);
  }
}

const unread = { kind: 'unread' } as const;

function readHead({ status, body }: GraphAnswer, { id, etag: known }: PhotoQuestion): NewPhoto | PhotoReading {
  if (isNone(status)) return { kind: 'none' };
  const head = status === 200 ? photoEntity.safeParse(body) : undefined;
  if (!head?.success) return unread;
  const { '@odata.mediaContentType': type, '@odata.mediaEtag': etag, width } = head.data;
  if (type === 'image/gif' && width === 1) return { kind: 'none' };
  if (etag && etag === known) return { kind: 'same' };
  return { id, etag: etag || undefined, isLarge: (width ?? wantedEdge) >= wantedEdge };
}

function readBytes({ status, body }: GraphAnswer): PhotoReading {
  if (isNone(status)) return { kind: 'none' };
  return status === 200 && typeof body === 'string' ? { kind: 'read', bytes: Buffer.from(body, 'base64') } : unread;
}

function withEtag(reading: PhotoReading, { etag }: NewPhoto): PhotoReading {
  return reading.kind === 'read' && etag !== undefined ? { ...reading, etag } : reading;
}

/** Users without a mailbox are answered 404 or 400 (rules.md: Graph, User photos). */
function isNone(status: number): boolean {
  return status === 404 || status === 400;
}
